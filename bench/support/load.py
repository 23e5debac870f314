"""pgbench at a fixed rate, and what its transactions waited: from when each was due, so that a stall counts for all it held up."""

import contextlib
import pathlib
import subprocess
import tempfile
import threading

RATE = 200


def prepare(database, scale_factor):
    subprocess.run(
        ["pgbench", "--initialize", "--quiet", "--scale", str(scale_factor)], check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=database.environment())
    database.run("alter table pgbench_accounts add bid2 integer", "vacuum (analyze) pgbench_accounts", "checkpoint")


class Load:
    """Percentiles of the transactions' latency, in ms."""

    def __init__(self, latencies):
        self.latencies = sorted(latencies)

    def percentile(self, share):
        return self.latencies[min(int(len(self.latencies) * share / 100), len(self.latencies) - 1)]


def beside(database, work, seconds):
    """Runs the load while work() does, at least for so many seconds, and until work() is done."""
    with tempfile.TemporaryDirectory() as directory:
        worker = threading.Thread(target=work)
        pgbench = subprocess.Popen(
            ["pgbench", "--no-vacuum", "--client", "8", "--jobs", "1", "--rate", str(RATE), "--time", "3600", "--log",
             "--log-prefix", f"{directory}/log"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=database.environment())
        worker.start()
        with contextlib.suppress(subprocess.TimeoutExpired):
            pgbench.wait(seconds)
        worker.join()
        # what waited for the work to end is let through, so that it is counted
        with contextlib.suppress(subprocess.TimeoutExpired):
            pgbench.wait(1)
        pgbench.terminate()
        pgbench.wait()
        lines = [line.split() for log in pathlib.Path(directory).iterdir() for line in log.read_text().splitlines()]
    return Load([float(line[2]) / 1000 for line in lines if len(line) > 2 and line[2].isdigit()])
