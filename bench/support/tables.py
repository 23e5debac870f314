"""Tables to migrate, packed as a bulk load leaves them."""

from support.database import Database


def accounts(database: Database, name, rows, indexes=(), key_type="integer", key="i", filler="char(84) default ''", text=None):
    """Like pgbench_accounts, with a new empty column bid2. key is an expression over i; filler a column's type; text, if
    given, the number of characters that filler is filled with, which do not compress.
    """
    database.run(
        f"create table {name} (aid {key_type} not null, bid integer, abalance integer, filler {filler}, bid2 integer)",
        load(name, rows, key, text),
        f"alter table {name} add primary key (aid)",
        *(f"create index on {name} ({columns})" for columns in indexes),
        f"vacuum (analyze) {name}",
        "checkpoint")


def load(name, rows, key, text):
    if text is None:
        return f"insert into {name} (aid, bid, abalance) select {key}, i % 50, 0 from generate_series(1, {rows}) as i"
    # some hundred texts are enough, since each row keeps its own copy
    return f"""
        with texts as materialized (
          select array_agg(t.text) as made
          from (
            select left(string_agg(md5(random()::text), ''), {text}) as text
            from generate_series(1, 500) as number, generate_series(1, {text // 32 + 1}) as part
            group by number
          ) as t)
        insert into {name} (aid, bid, abalance, filler)
        select {key}, i % 50, 0, texts.made[1 + i % 500] from texts, generate_series(1, {rows}) as i"""
