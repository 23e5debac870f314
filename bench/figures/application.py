"""What an application at 200 transactions a second feels: alone, beside a migration that works 20 % of the time, beside one
at full speed, and beside one bulk UPDATE of the same 2,000,000 rows.
"""

from support import load, migrations
from support.database import Database
from support.figure import Figure

FIGURES = [
    Figure("application_paced", "application p99 beside a migration paced to 20 % of the time / alone", "ratio", at_most=1.5),
    Figure("application_full", "application p99.9 beside full speed / beside one bulk UPDATE", "ratio", at_most=0.01),
    *(
        Figure(f"application_{when}_{share}", f"application {text}: p{share}", "ms")
        for when, text in {
            "alone": "alone", "paced": "beside 20 %", "full": "beside full speed", "bulk": "beside one bulk UPDATE",
        }.items()
        for share in ("50", "99", "99.9")
    ),
]

SET, PENDING = "bid2 = bid", "bid2 is null"


def measure(scale):
    seconds = scale.seconds(30)
    scale_factor = scale.rows(2_000_000) // 100_000 or 1
    with Database("sluice_bench") as database:
        load.prepare(database, scale_factor)
        migrations.define(database, "bench", "pgbench_accounts", PENDING, set=SET)

        alone = load.beside(database, lambda: None, seconds)

        database.run("update sluice.policy set gentle_share = 0.2", "select from sluice.schedule('bench')")
        paced = load.beside(
            database, lambda: database.run(f"call sluice.work('{seconds} seconds')"), seconds)

        database.run("update sluice.schedule set immediately = true")
        full = load.beside(database, lambda: migrations.work(database, "bench"), seconds=1)

    with Database("sluice_bench") as database:
        load.prepare(database, scale_factor)
        bulk = load.beside(
            database, lambda: database.run(f"update pgbench_accounts set {SET} where {PENDING}"), seconds=1)

    values = {
        f"application_{when}_{share}": felt.percentile(float(share))
        for when, felt in {"alone": alone, "paced": paced, "full": full, "bulk": bulk}.items()
        for share in ("50", "99", "99.9")
    }
    values["application_paced"] = paced.percentile(99) / alone.percentile(99)
    values["application_full"] = full.percentile(99.9) / bulk.percentile(99.9)
    return values
