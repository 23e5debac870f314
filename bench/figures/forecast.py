"""How far the forecast is off after a twentieth of the rows, counted independently, on tables whose statistics are
right, missing, zero or old, whose pending rows lie together, and that grow while they are walked. A row costs half a
millisecond in a trigger, at full speed, so that the time that it takes is that of its rows.
"""

import time

from support.database import Database
from support.figure import Figure

SECONDS = 240
FILL = "insert into {0} select md5(i::text)::uuid from generate_series(1, {1}) as i"
TABLE = "create table {0} (id uuid primary key, v integer) with (autovacuum_enabled = off)"

# What makes each kind of table; {0} is its name, {1} its rows.
KINDS = {
    "analyzed": (TABLE, FILL, "analyze {0}"),
    "never_analyzed": (TABLE, FILL),
    "zero_density": (TABLE, FILL, "delete from {0}", "vacuum (truncate off) {0}", FILL),
    "ten_times": (
        TABLE, FILL, "delete from {0} where get_byte(uuid_send(id), 15) >= 25", "vacuum (analyze, truncate off) {0}",
        FILL + " on conflict do nothing"),
    "from_one_row": (TABLE, FILL.replace("{1}", "1"), "analyze {0}", FILL + " on conflict do nothing"),
    "growing": (TABLE, FILL),
    "clustered": (
        "create table {0} (id integer primary key, v integer) with (autovacuum_enabled = off)",
        "insert into {0} select i, case when i <= {1} * 9 then 1 end from generate_series(1, {1} * 10) as i",
        "analyze {0}"),
}

FIGURES = [
    Figure(f"forecast_{kind}", f"error of the forecast after 5 %: {kind.replace('_', ' ')}", "%", at_most=10)
    for kind in KINDS
]


def measure_kind(database, kind, rows):
    """The error in percent of the time that the whole run takes."""
    for statement in KINDS[kind]:
        database.run(statement.format(kind, rows))
    database.run(
        f"create trigger slowly before update on {kind} for each row execute function slowly()",
        f"select sluice.define('{kind}', '{kind}', pending => 'v is null', set => 'v = 1')",
        f"select from sluice.schedule('{kind}', immediately => true)")
    work = database.start(f"call sluice.work('10 minutes', '{kind}', true)")
    # a twentieth more, evenly over about the time that the run takes
    growth = database.start(f"call grow('{kind}', {rows // 20}, {rows * 0.0006})") if kind == "growing" else None
    counted = (
        f"select p.forecast is not null and (select count(*) from {kind} where v is not null) > {{}} "
        f"from sluice.progress('{kind}') as p")
    least = rows / 20 if kind != "clustered" else rows * 9 + rows / 20
    while database.value(counted.format(least)) != "t":
        if work.poll() is not None:
            raise RuntimeError(work.communicate()[1])
        time.sleep(0.1)
    forecast = database.number(f"select extract(epoch from forecast) from sluice.progress('{kind}')")
    work.communicate()
    if growth:
        growth.communicate()
    return 100 * database.number(
        f"select abs({forecast} - extract(epoch from finished_at)) / extract(epoch from finished_at - started_at) "
        f"from sluice.progress('{kind}')")


def measure(scale):
    rows = scale.rows(40_000)
    with Database("sluice_bench") as database:
        database.run(
            "create function slowly() returns trigger language plpgsql as "
            "$$ begin perform pg_sleep(0.0005); return new; end $$",
            """create procedure grow(name text, rows integer, seconds double precision) language plpgsql as $$
            begin
              for i in 1 .. 100 loop
                execute format('insert into %I select gen_random_uuid() from generate_series(1, %s)', name, rows / 100);
                commit;
                perform pg_sleep(seconds / 100);
              end loop;
            end $$""")
        return {f"forecast_{kind}": measure_kind(database, kind, rows) for kind in KINDS}
