"""Deadlines in virtual time: thousands of worlds whose load drifts, swings by the day and jumps, with holds, outages and growing
tables, worked off by Sluice's own functions with a simulated clock (Tests/sql/support/simulation.sql).

The seed of each deadline that was missed is printed; `call sim.run(SEED)` gives the same world again.
"""

import statistics
import sys
import threading

from support.database import ROOT, Database
from support.figure import Figure

SECONDS = 700
SEEDS = 2000

FIGURES = [
    Figure("deadlines_missed", "accepted deadlines that stayed possible and were missed", "", at_most=0),
    Figure("deadlines_met", "accepted deadlines that were met", ""),
    Figure("deadlines_impossible", "late: full speed from the first moment would have been, too", ""),
    Figure("deadlines_beyond", "late: more than the reserve was lost to what could not be foreseen", ""),
    Figure("deadlines_refused", "deadlines refused by their plan", ""),
    Figure("deadlines_quiet", "done when undisturbed, share of the time to the deadline: median", "%"),
    Figure("deadlines_error_50", "error of the forecast after 5 % of the rows, share of the whole time: median", "%"),
    Figure("deadlines_error_90", "error of the forecast after 5 % of the rows, share of the whole time: p90", "%"),
    Figure("deadlines_covered", "ends inside the forecast's range, after 5 %, 25 % and 50 % of the rows", "%"),
    Figure("deadlines_warned", "late deadlines that were announced as at risk before they passed", "%"),
    Figure("deadlines_warning", "at risk announced after it was unavoidable, share of the time to the deadline: median", "%"),
    Figure("deadlines_alarms", "met deadlines that were announced as at risk meanwhile", "%"),
]

COLUMNS = "seed, verdict, quiet, done_share, forecast_error, covered, at_risk_share, lost_share"


def simulate(database, first, last):
    """The outcomes of some seeds, one dictionary a seed."""
    database.run_file(ROOT / "Tests/sql/support/simulation.sql")
    lines = database.run(
        "set synchronous_commit = off", f"call sim.run({first}, {last})", f"select {COLUMNS} from sim.outcome order by seed")
    return [dict(zip(COLUMNS.split(", "), line.split("|"))) for line in lines.splitlines()]


def all_outcomes(seeds, sessions=2):
    outcomes, problems = [], []

    def run(session):
        try:
            with Database(f"sluice_bench_{session}") as database:
                outcomes.extend(simulate(
                    database, session * seeds // sessions + 1, (session + 1) * seeds // sessions))
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(session,)) for session in range(sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return outcomes


def measure(scale):
    outcomes = all_outcomes(scale.samples(SEEDS))

    def those(*verdicts):
        return [outcome for outcome in outcomes if outcome["verdict"] in verdicts]

    def numbers(chosen, column):
        return sorted(100 * float(outcome[column]) for outcome in chosen if outcome[column])

    def share(part, whole):
        return 100 * len(part) / len(whole) if whole else 0

    missed = those("missed")
    for outcome in missed:
        print(f"missed: seed {outcome['seed']}", file=sys.stderr)
    met, late = those("met"), those("missed", "beyond_reserve", "impossible")
    errors = numbers(met, "forecast_error")
    lags = sorted(
        100 * (float(outcome["at_risk_share"]) - float(outcome["lost_share"]))
        for outcome in late if outcome["at_risk_share"] and outcome["lost_share"])
    return {
        "deadlines_missed": len(missed),
        "deadlines_met": len(met),
        "deadlines_impossible": len(those("impossible")),
        "deadlines_beyond": len(those("beyond_reserve")),
        "deadlines_refused": len(those("refused")),
        "deadlines_quiet": statistics.median(numbers([o for o in met if o["quiet"] == "t"], "done_share")),
        "deadlines_error_50": statistics.median(errors),
        "deadlines_error_90": errors[int(0.9 * len(errors))],
        "deadlines_covered": statistics.mean(numbers(met, "covered") or [0]),
        "deadlines_warned": share([o for o in late if o["at_risk_share"] and float(o["at_risk_share"]) < 1], late),
        "deadlines_warning": statistics.median(lags or [0]),
        "deadlines_alarms": share([o for o in met if o["at_risk_share"]], met),
    }
