"""How long an idle driver takes from the commit that schedules a migration to the transaction of its first batch.

The clock is read by the same session in the same message, right after its commit: the notification is on its way by then, so a
quick answer may come out below zero. Nobody looks meanwhile, so that driver and server have the cores to themselves.
"""

import statistics
import time

from support import driver, migrations
from support.database import Database
from support.figure import Figure
from support.session import Session

SECONDS = 30

FIGURES = [
    Figure("wake_up_median", "NOTIFY to claim, idle driver, median", "ms"),
    Figure("wake_up_p99", "NOTIFY to claim, idle driver, p99", "ms", at_most=5),
]


def measure(scale):
    samples = scale.samples(200)
    with Database("sluice_bench") as database:
        database.run("create table subject (id integer primary key, done boolean)", "insert into subject values (1)")
        for number in range(samples):
            migrations.define(database, f"wake_{number}", "subject", "done is null", walk="key", set="done = true")
        with driver.serving(database) as served, Session(database) as session:
            time.sleep(1)
            latencies = [wake(served, session, f"wake_{number}") for number in range(samples)]
    return {
        "wake_up_median": statistics.median(latencies),
        "wake_up_p99": sorted(latencies)[int(len(latencies) * 0.99) - 1],
    }


def wake(served, session, name):
    # one message, so that the server looks at its clock as soon as the commit is done
    committed = session.run(
        f"begin\\; select from sluice.schedule('{name}', immediately => true)\\; commit\\; select clock_timestamp()").split("\n")[-1]
    time.sleep(0.1)
    migrations.wait(served, session, name)
    return session.number(
        f"select 1000 * extract(epoch from min(h.started_at) - '{committed}') from sluice.history h where h.name = '{name}'")
