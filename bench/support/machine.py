"""What the figures were measured on, and whether others were using it."""

import datetime
import os
import subprocess
import time

from support.database import ROOT, Database

SETTINGS = [
    "shared_buffers", "max_wal_size", "checkpoint_timeout", "fsync", "synchronous_commit", "full_page_writes", "wal_compression",
    "autovacuum", "work_mem", "jit",
]

CORES = os.cpu_count()

# Cores that others may keep busy before a figure is doubted.
QUIET = 0.3


def processor():
    with open("/proc/cpuinfo") as cpuinfo:
        names = [line.split(":", 1)[1].strip() for line in cpuinfo if line.startswith("model name")]
    return names[0] if names else "unknown processor"


def memory():
    with open("/proc/meminfo") as meminfo:
        kilobytes = int(next(line for line in meminfo if line.startswith("MemTotal")).split()[1])
    return f"{kilobytes / 1024 / 1024:.0f} GB"


def commit():
    """The commit that is measured, with a plus when something was changed since."""
    def git(*arguments):
        answer = subprocess.run(["git", "-C", ROOT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return answer.stdout.strip()

    return git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain", "--untracked-files=no") else "")


def load():
    """The load average of the last minute."""
    return os.getloadavg()[0]


def busy(seconds=1.0):
    """How many cores are busy while nothing is measured: by others, that is."""
    def used():
        with open("/proc/stat") as stat:
            user, nice, system, _, _, interrupt, soft, steal = map(int, stat.readline().split()[1:9])
        return (user + nice + system + interrupt + soft + steal) / os.sysconf("SC_CLK_TCK")

    before, begun = used(), time.monotonic()
    time.sleep(seconds)
    return (used() - before) / (time.monotonic() - begun)


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def describe():
    server = Database("postgres")
    return {
        "processor": processor(),
        "cores": CORES,
        "memory": memory(),
        "commit": commit(),
        "server": server.value("show server_version").split()[0],
        "settings": {name: server.value(f"show {name}") for name in SETTINGS},
    }
