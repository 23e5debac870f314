"""A process that computes and does nothing else: what any work of that rhythm costs those who share the processors with it."""

import contextlib
import subprocess
import sys

SPIN = """
import sys, time
busy, idle = (float(argument) for argument in sys.argv[1:])
while True:
    end = time.monotonic() + busy
    while time.monotonic() < end:
        pass
    time.sleep(idle)
"""


@contextlib.contextmanager
def computing(busy, idle):
    """Keeps one core busy for so many seconds, then leaves it alone for so many, again and again while the block runs."""
    process = subprocess.Popen([sys.executable, "-c", SPIN, str(busy), str(idle)])
    try:
        yield
    finally:
        process.kill()
        process.wait()
