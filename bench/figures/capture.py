"""What a capture trigger adds to a row that the application writes: one that is not pending, one that is converted, and one
that is not pending where only the trigger's function can tell. Rows are inserted 50,000 at a time, so that little else is
in the time of a row.
"""

import statistics

from support import migrations, tables
from support.database import Database
from support.figure import Figure
from support.session import Session

SECONDS = 20
ROWS = 50_000
TURNS = 5

FIGURES = [
    Figure("capture_kept", "capture trigger, a row that is not pending: more than without", "us"),
    Figure("capture_converted", "a row that is pending and is converted: more than without", "us"),
    Figure("capture_asked", "a row that is not pending, where pending is an expression that could fail: more", "us"),
    Figure("capture_without", "an inserted row without a trigger", "us"),
]

# The name of a table, its predicate if it has a trigger, and what is inserted as bid2.
KINDS = {
    "without": (None, "1"),
    "kept": ("bid2 is null", "1"),
    "converted": ("bid2 is null", "null"),
    "asked": ("bid2 + 1 is null", "1"),
}

INSERT = """
do $$
declare
  begun timestamptz := clock_timestamp();
begin
  insert into {table} (aid, bid, abalance, bid2) select i, 1, 0, {bid2} from generate_series({least}, {most}) as i;
  perform set_config('bench.us', (1e6 * extract(epoch from clock_timestamp() - begun) / ({most} - {least} + 1))::text, false);
end $$
"""


def measure(scale):
    rows = scale.rows(ROWS)
    times = {kind: [] for kind in KINDS}
    with Database("sluice_bench") as database:
        for kind, (pending, _) in KINDS.items():
            tables.accounts(database, kind, 1000)
            if pending:
                migrations.define(database, kind, kind, pending, set="bid2 = bid", capture="true")
                migrations.run(database, kind)
        # the triggers stay until cleanup
        with Session(database) as session:
            for turn in range(TURNS):
                for kind, (_, bid2) in KINDS.items():
                    least = 1001 + turn * rows
                    session.run(INSERT.format(table=kind, bid2=bid2, least=least, most=least + rows - 1))
                    times[kind].append(session.number("select current_setting('bench.us')"))
        if database.number("select count(*) from converted where bid2 is distinct from bid"):
            raise RuntimeError("rows were not converted")
    time = {kind: statistics.median(seen) for kind, seen in times.items()}
    return {
        "capture_without": time["without"],
        **{f"capture_{kind}": time[kind] - time["without"] for kind in ("kept", "converted", "asked")},
    }
