"""Migrations, run to their verified end by the driver, as people run them."""

import time

from support import driver
from support.session import Session


def define(database, name, table, pending, walk="auto", **arguments):
    given = "".join(f", {argument} => $arg${value}$arg$" for argument, value in arguments.items())
    database.run(f"select sluice.define('{name}', '{table}', pending => $arg${pending}$arg$, walk => '{walk}'{given})")


def run(database, name, workers=1):
    """Schedules a migration at full speed and serves it until it is finished, verification included."""
    with driver.serving(database, workers) as served, Session(database) as session:
        return finish(served, session, name, workers)


def finish(served, session, name, workers=1, end="finished"):
    """The same on a driver that serves already; returns the seconds from the call that plans it to its verified end."""
    begun = time.monotonic()
    session.run(f"select from sluice.schedule('{name}', workers => {workers}, immediately => true)")
    wait(served, session, name, end)
    return time.monotonic() - begun


def wait(served, session, name, end="finished"):
    """Waits until a migration is finished, or has the state that it is to end with."""
    while True:
        state = session.run(f"select state from sluice_internal.migration where name = '{name}'")
        if state == end:
            return
        if state not in ("scheduled", "running", "verifying"):
            raise RuntimeError(session.run(f"select state, waiting_for, last_error from sluice.progress('{name}')"))
        served.require_running()
        time.sleep(0.01)


def hot_share(database, name):
    """Share of the updates that were HOT, in percent."""
    return database.number(
        "select coalesce(round(100.0 * sum(l.rows_hot) / nullif(sum(l.rows_updated), 0), 1), 0) "
        f"from sluice_internal.lane l join sluice_internal.migration m using (migration_id) where m.name = '{name}'")
