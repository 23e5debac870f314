"""pgbench at a fixed rate, and what its transactions waited: from when each was due, so that a stall counts for all it
held up. None is skipped: pgbench's --latency-limit would leave out the worst.
"""

import contextlib
import pathlib
import subprocess
import tempfile
import time

RATE = 200


def prepare(database, scale_factor):
    subprocess.run(
        ["pgbench", "--initialize", "--quiet", "--scale", str(scale_factor)], check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=database.environment())
    database.run("alter table pgbench_accounts add bid2 integer", "vacuum (analyze) pgbench_accounts", "checkpoint")


class Load:
    """The latencies of some transactions, in ms."""

    def __init__(self, latencies):
        self.latencies = sorted(latencies)
        if not self.latencies:
            raise RuntimeError("no transaction of the application ended in the time measured")

    def percentile(self, share):
        return self.latencies[min(int(len(self.latencies) * share / 100), len(self.latencies) - 1)]


class Application:
    """An application at work; says afterwards what it felt in any span of time."""

    def __init__(self, database):
        self.directory = tempfile.TemporaryDirectory()
        self.pgbench = subprocess.Popen(
            ["pgbench", "--no-vacuum", "--client", "8", "--jobs", "1", "--rate", str(RATE), "--time", "3600", "--log",
             "--log-prefix", f"{self.directory.name}/log"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=database.environment())
        self.transactions = []

    def stop(self):
        # what still waits is let through, so that it is counted
        time.sleep(3)
        self.pgbench.terminate()
        self.pgbench.wait()
        for log in pathlib.Path(self.directory.name).iterdir():
            for line in log.read_text().splitlines():
                fields = line.split()
                # client, transaction, microseconds since it was due, script, seconds and microseconds when it ended, lag
                if len(fields) > 5 and all(field.isdigit() for field in fields[2:6]):
                    latency = int(fields[2]) / 1000
                    due_at = int(fields[4]) + int(fields[5]) / 1e6 - latency / 1000
                    self.transactions.append((due_at, latency))
        self.directory.cleanup()

    def felt(self, *spans):
        """What the transactions felt that were due in the spans; times as time.time() gives them."""
        return Load([latency for due_at, latency in self.transactions if any(begun <= due_at < ended for begun, ended in spans)])


@contextlib.contextmanager
def working(database):
    """An application that works while the block runs; ask it when the block is over."""
    application = Application(database)
    try:
        time.sleep(2)
        yield application
    finally:
        application.stop()
