"""How long a look at all migrations takes, with a long history and many migrations."""

from support import migrations
from support.database import Database
from support.figure import Figure
from figures.overhead import HISTORY

SECONDS = 30

FIGURES = [
    Figure("progress_ten", "select * from sluice.progress, 1,000,000 batches in history, 10 migrations", "ms", at_most=5),
    Figure("progress_thousand", "the same, 1,000 migrations defined, 10 of them running", "ms", at_most=5),
]

RUNNING = 10


def look(database):
    """The median of some looks, as the server's own clock says, in ms."""
    return database.number("""
        do $$
        declare
          begun timestamptz;
        begin
          create temporary table look (ms double precision);
          for i in 1 .. 15 loop
            begun := clock_timestamp();
            perform p from sluice.progress p;
            insert into look values (1000 * extract(epoch from clock_timestamp() - begun));
          end loop;
        end $$;
        select percentile_cont(0.5) within group (order by ms) from look""")


def measure(scale):
    with Database("sluice_bench") as database:
        database.run(
            "create table subject (id integer primary key, done boolean)",
            "insert into subject select i from generate_series(1, 1000) as i", "analyze subject")
        for number in range(RUNNING):
            migrations.define(database, f"running_{number}", "subject", "done is null", walk="key", set="done = true")
            database.run(f"select from sluice.schedule('running_{number}', within => '1 day')")
        database.run("call sluice.work('2 s')")
        database.run(HISTORY.format(rows=scale.rows(1_000_000)), "vacuum (analyze) sluice_internal.batch")
        ten = look(database)

        database.run(f"""
            do $$
            begin
              for i in 1 .. {1000 - RUNNING} loop
                perform sluice.define('defined_' || i, 'subject', pending => 'done is null', set => 'done = true');
                commit;
              end loop;
            end $$""")
        return {"progress_ten": ten, "progress_thousand": look(database)}
