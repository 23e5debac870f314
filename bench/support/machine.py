"""What the figures were measured on."""

import datetime
import os

from support.database import Database

SETTINGS = [
    "shared_buffers", "max_wal_size", "checkpoint_timeout", "fsync", "synchronous_commit", "full_page_writes", "wal_compression",
    "autovacuum", "work_mem", "jit",
]


def processor():
    with open("/proc/cpuinfo") as cpuinfo:
        names = [line.split(":", 1)[1].strip() for line in cpuinfo if line.startswith("model name")]
    return names[0] if names else "unknown processor"


def memory():
    with open("/proc/meminfo") as meminfo:
        kilobytes = int(next(line for line in meminfo if line.startswith("MemTotal")).split()[1])
    return f"{kilobytes / 1024 / 1024:.0f} GB"


def describe():
    server = Database("postgres")
    return {
        "measured_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory": memory(),
        "load": os.getloadavg()[0],
        "server": server.value("show server_version"),
        "settings": {name: server.value(f"show {name}") for name in SETTINGS},
    }
