"""Migrations, run to their end at full speed by SQL alone: as many sessions of sluice.work as there are workers."""

import threading
import time


def define(database, name, table, pending, walk="auto", **arguments):
    given = "".join(f", {argument} => $arg${value}$arg$" for argument, value in arguments.items())
    database.run(f"select sluice.define('{name}', '{table}', pending => $arg${pending}$arg$, walk => '{walk}'{given})")


def run(database, name, workers=1):
    """Schedules a migration and works until it is finished, verification included."""
    database.run(f"select from sluice.schedule('{name}', workers => {workers}, immediately => true)")
    work(database, name, workers)


def work(database, name, workers=1):
    """Works on a scheduled migration until it is finished."""
    problems = []
    ended = threading.Event()

    def worker():
        while not ended.is_set():
            try:
                database.run(f"call sluice.work('1 hour', '{name}', until_idle => true)")
                state = database.value(f"select state from sluice.migration where name = '{name}'")
            except RuntimeError as error:
                problems.append(str(error))
                ended.set()
                return
            if state == "finished":
                ended.set()
            elif state not in ("scheduled", "running", "verifying"):
                problems.append(f"{name} is {state}")
                ended.set()
            else:
                time.sleep(0.01)

    threads = [threading.Thread(target=worker) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise RuntimeError(problems[0])


def hot_share(database, name):
    """Share of the updates that were HOT, in percent."""
    return database.number(
        "select coalesce(round(100.0 * sum(l.rows_hot) / nullif(sum(l.rows_updated), 0), 1), 0) "
        f"from sluice.lane l join sluice.migration m using (migration_id) where m.name = '{name}'")


def stripes(database, name):
    """Stripes of the walk."""
    return database.number(
        "select max(l.stripes) from sluice.lane l join sluice.migration m using (migration_id) "
        f"where m.name = '{name}' and l.act = 'change'")
