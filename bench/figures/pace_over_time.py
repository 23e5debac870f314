"""A migration of 1,000,000 rows with a deadline of 40 seconds, looked at four times a second: it plans to be done after
80 % of the time, is paused by hand for 5 seconds after 12, and makes up for it.
"""

import time

from support import driver, migrations, tables
from support.database import Database
from support.figure import Figure
from support.session import Session

SECONDS = 45
ROWS = 1_000_000
DEADLINE = 40
PAUSED_AFTER, PAUSED_FOR = 12, 5

FIGURES = [
    Figure("pace_over_time_finished", "finished after so much of its deadline, paused by hand for a while", "%", at_most=100),
    Figure("pace_over_time_rate", "rows a second after the pause / before it", "ratio"),
]

LOOK = """
select p.state, p.percent, p.rows_per_second, extract(epoch from p.forecast - clock_timestamp())
from sluice.progress('bench') p
"""


def measure(scale):
    looks = []
    with Database("sluice_bench") as database:
        tables.accounts(database, "accounts", scale.rows(ROWS))
        migrations.define(database, "bench", "accounts", "bid2 is null", set="bid2 = bid")
        with driver.serving(database) as served, Session(database) as session:
            begun = time.monotonic()
            session.run(f"select from sluice.schedule('bench', within => '{DEADLINE} seconds')")
            paused_at = resumed_at = None
            while True:
                elapsed = time.monotonic() - begun
                if paused_at is None and elapsed > PAUSED_AFTER:
                    session.run("select sluice.pause('bench')")
                    paused_at = elapsed
                elif paused_at and resumed_at is None and elapsed > paused_at + PAUSED_FOR:
                    session.run("select sluice.resume('bench')")
                    resumed_at = elapsed
                state, percent, rate, forecast = session.run(LOOK).split("|")
                looks.append({
                    "seconds": round(elapsed, 2), "percent": float(percent), "rows_per_second": float(rate),
                    "forecast": round(elapsed + float(forecast), 2) if forecast else None, "state": state,
                })
                if state == "finished":
                    break
                if elapsed > 3 * DEADLINE:
                    raise RuntimeError(f"the migration is {state} long after its deadline")
                served.require_running()
                time.sleep(0.25)
    return {
        "pace_over_time_finished": 100 * looks[-1]["seconds"] / DEADLINE,
        "pace_over_time_rate": rate_between(looks, resumed_at, looks[-1]["seconds"]) / rate_between(looks, 1, paused_at),
        "series": {"deadline": DEADLINE, "paused": [round(paused_at, 2), round(resumed_at, 2)], "looks": looks},
    }


def rate_between(looks, begun, ended):
    """Percent a second while it walked."""
    seen = [look for look in looks if begun <= look["seconds"] <= ended and look["state"] == "running"]
    return (seen[-1]["percent"] - seen[0]["percent"]) / (seen[-1]["seconds"] - seen[0]["seconds"])
