"""What an application at 200 transactions a second on 4,000,000 rows feels: alone, beside a migration that works 20 % of
the time, beside the same with shorter batches, and beside a process that touches no database but keeps one core busy in the
same rhythm; these take turns, so that they meet the same machine. Then beside the migration at full speed, and beside one bulk
UPDATE of the same number of rows.
"""

import statistics
import time

from support import driver, load, migrations
from support.computing import computing
from support.database import Database
from support.figure import Figure
from support.session import Session

SECONDS = 150
TURNS = 3
WHEN = {
    "alone": "alone", "paced": "beside 20 % of the time", "short": "beside 20 %, short batches",
    "computing": "beside mere computing", "full": "beside full speed", "bulk": "beside one bulk UPDATE",
}
SHARES = ("50", "99", "99.9")

FIGURES = [
    Figure("application_paced", "application p99 beside a migration paced to 20 % of the time / alone", "ratio", at_most=1.5),
    Figure("application_short", "the same with batch_time 10 ms, not 50, of which a fifth is left when paced", "ratio"),
    Figure("application_computing", "the same beside a process that only computes, in bursts of 10 ms, 20 % of the time", "ratio"),
    Figure("application_full", "application p99.9 beside full speed / beside one bulk UPDATE", "ratio", at_most=0.01),
    *(
        Figure(f"application_{when}_{share}", f"application {text}: p{share}", "ms")
        for when, text in WHEN.items() for share in SHARES
    ),
    Figure("application_paced_busy", "share of the time that the paced migration worked", "%"),
]

SET, PENDING = "bid2 = bid", "bid2 is null"

BUSY = """
select coalesce(sum(extract(epoch from h.finished_at - h.started_at)), 0)
from sluice.history h where h.name = 'bench'
"""


def measure(scale):
    scale_factor = max(scale.rows(4_000_000) // 100_000, 10)
    turn = scale.seconds(6)

    alone, paced, short, computed = [], [], [], []
    with Database("sluice_bench") as database:
        load.prepare(database, scale_factor)
        migrations.define(database, "bench", "pgbench_accounts", PENDING, set=SET)
        database.run("update sluice.policy set gentle_share = 0.2")
        with Session(database) as session, driver.serving(database) as served, load.working(database) as application:
            session.run("select from sluice.schedule('bench')")
            for _ in range(TURNS):
                session.run("select sluice.resume('bench')")
                paced.append(span(turn))
                session.run("update sluice.policy set batch_time = '10 ms'")
                short.append(span(turn))
                session.run("update sluice.policy set batch_time = default")
                session.run("select sluice.pause('bench')")
                alone.append(span(turn))
                with computing(0.01, 0.04):
                    computed.append(span(turn))
            busy = session.number(BUSY) / (TURNS * 2 * (turn + 1))

            session.run("update sluice.schedule set immediately = true")
            session.run("select sluice.resume('bench')")
            begun = time.time()
            migrations.wait(served, session, "bench")
            full = (begun, time.time())

    with Database("sluice_bench") as database:
        load.prepare(database, scale_factor)
        with load.working(database) as beside_bulk:
            begun = time.time()
            database.run(f"update pgbench_accounts set {SET} where {PENDING}")
            bulk = (begun, time.time())

    felt = {
        "alone": application.felt(*alone), "paced": application.felt(*paced), "short": application.felt(*short),
        "computing": application.felt(*computed), "full": application.felt(full), "bulk": beside_bulk.felt(bulk),
    }
    values = {
        f"application_{when}_{share}": load.percentile(float(share)) for when, load in felt.items() for share in SHARES
    }
    # a hiccup of the machine in one turn is not to decide
    values["application_paced"] = middle_p99(application, paced) / middle_p99(application, alone)
    values["application_short"] = middle_p99(application, short) / middle_p99(application, alone)
    values["application_computing"] = middle_p99(application, computed) / middle_p99(application, alone)
    values["application_full"] = felt["full"].percentile(99.9) / felt["bulk"].percentile(99.9)
    values["application_paced_busy"] = 100 * busy
    return values


def span(seconds):
    """Lets so many seconds go by, after one in which what was before ends."""
    time.sleep(1)
    begun = time.time()
    time.sleep(seconds)
    return begun, time.time()


def middle_p99(application, turns):
    return statistics.median(application.felt(turn).percentile(99) for turn in turns)
