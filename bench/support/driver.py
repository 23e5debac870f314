"""The driver, as `make release` builds it."""

import contextlib
import subprocess

from support.database import ROOT, Skipped

PROGRAM = ROOT / ".build/release/sluice"


@contextlib.contextmanager
def serving(database, workers=1):
    """A driver that serves the database while the block runs."""
    if not PROGRAM.exists():
        raise Skipped("needs make release")
    process = subprocess.Popen(
        [PROGRAM, "run", "--workers", str(workers)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=database.environment())
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
