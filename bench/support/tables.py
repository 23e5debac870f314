"""Tables to migrate, packed as a bulk load leaves them."""

from support.database import Database

# 2 kB that do not compress, for a filler's default.
RANDOM_TEXT = """
create or replace function random_text() returns text language sql volatile as
  $$ select string_agg(md5(random()::text), '') from generate_series(1, 64) $$
"""


def accounts(database: Database, name, rows, indexes=(), key_type="integer", key="i", filler="char(84) default ''"):
    """Like pgbench_accounts, with a new empty column bid2. key is an expression over i; filler a column's type."""
    database.run(RANDOM_TEXT)
    database.run(
        f"create table {name} (aid {key_type} not null, bid integer, abalance integer, filler {filler}, bid2 integer)",
        f"insert into {name} (aid, bid, abalance) select {key}, i % 50, 0 from generate_series(1, {rows}) as i",
        f"alter table {name} add primary key (aid)",
        *(f"create index on {name} ({columns})" for columns in indexes),
        f"vacuum (analyze) {name}",
        "checkpoint")
