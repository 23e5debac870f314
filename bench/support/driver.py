"""The driver, as `make release` builds it."""

import contextlib
import subprocess
import tempfile

from support.database import ROOT, Skipped

PROGRAM = ROOT / ".build/release/sluice"


class Driver:
    """A running `sluice run`."""

    def __init__(self, database, workers=1):
        if not PROGRAM.exists():
            raise Skipped("needs make release")
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [PROGRAM, "run", "--workers", str(workers), "--log-level", "warning"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=self.log, env=database.environment())

    def require_running(self):
        if self.process.poll() is not None:
            self.log.seek(0)
            raise RuntimeError(f"the driver ended: {self.log.read()}")

    def memory(self, line="VmHWM"):
        """Megabytes that the process has had at most, as the kernel says; VmRSS: that it has now."""
        with open(f"/proc/{self.process.pid}/status") as status:
            found = next(text for text in status if text.startswith(f"{line}:"))
        return int(found.split()[1]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


@contextlib.contextmanager
def serving(database, workers=1):
    """A driver that serves the database while the block runs."""
    driver = Driver(database, workers)
    try:
        yield driver
    finally:
        driver.stop()
