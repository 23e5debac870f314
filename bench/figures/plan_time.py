"""How long plan() takes: on 10,000,000 narrow rows whose statistics are set by hand to those of 100,000,000, with selective
predicates that have no index; on 1,000 partitions; and on random uuid keys.
"""

import time

from support.database import Database
from support.figure import Figure
from support.session import Session

SECONDS = 70
LARGE = "100,000,000 rows by statistics"
PLANS = {
    "selective": ("big", "auto", "b is null", f"{LARGE}, 1 in 1,000 pending, no index"),
    "rare": ("big", "auto", "a % 100000 = 5 and b is null", f"{LARGE}, hardly any pending, an expression"),
    "blocks": ("big", "blocks", "b is null", f"{LARGE}, by blocks"),
    "partitions": ("parts", "auto", "b is null", "1,000 partitions"),
    "uuid": ("uuids", "auto", "b is null", "random uuid keys"),
}

FIGURES = [
    Figure(f"plan_time_{name}", f"plan(): {text}", "ms", at_most=2000) for name, (_, _, _, text) in PLANS.items()
]

PARTITIONS = """
do $$
begin
  for i in 0 .. 999 loop
    execute format('create table parts_%s partition of parts for values from (%s) to (%s)', i, i * 1000, (i + 1) * 1000);
  end loop;
end
$$
"""


def prepare(database, rows):
    database.run(
        "create unlogged table big as select i as id, i as a, case when i % 1000 <> 7 then 1 end as b "
        f"from generate_series(1, {rows}) as i",
        "alter table big add primary key (id)",
        "create unlogged table uuids as select gen_random_uuid() as id, i as a, null::integer as b "
        f"from generate_series(1, {rows // 5}) as i",
        "alter table uuids add primary key (id)",
        "create table parts (id integer primary key, a integer, b integer) partition by range (id)",
        PARTITIONS,
        "insert into parts select i, i, null from generate_series(0, 999999) as i",
        "vacuum (analyze)",
        f"update pg_class set reltuples = reltuples * (100000000.0 / {rows}) where relname = 'big'",
        "checkpoint")


def measure(scale):
    values = {}
    with Database("sluice_bench") as database:
        prepare(database, scale.rows(10_000_000))
        for name, (table, walk, pending, _) in PLANS.items():
            database.run(f"select sluice.define('{name}', '{table}', pending => '{pending}', set => 'b = a', walk => '{walk}')")
            with Session(database) as session:
                begun = time.monotonic()
                session.run(f"select * from sluice.plan('{name}', within => '1 day')")
                values[f"plan_time_{name}"] = 1000 * (time.monotonic() - begun)
    return values
