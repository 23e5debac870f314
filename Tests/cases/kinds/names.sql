-- Names that need quotes, a schema outside of search_path, and columns named like everything inside.
-- hostile: set standard_conforming_strings = on; its own literals have a backslash at the end

-- tables
create table "Order ""Items""" (
  "Id" text collate "C" primary key, "Größe" integer, "select" text, bound integer, leapt integer, middle integer,
  found_key integer, skipped integer, rows_visited integer, rows_changed integer, affected integer, guess integer,
  upper integer, lower integer, size integer, "order" integer, batch integer);
insert into "Order ""Items"""
select repeat('", {}\''', i % 4) || i, nullif(i % 5, 0), case when i % 3 = 0 then 'x' end, i, i, i, i, i, i, i, i, i, i, i, i, i, i
from generate_series(1, 3000) as i;
create table "user" (id integer primary key, name text, "Name" text);
insert into "user" select i, 'n' || i from generate_series(1, 600) as i;

-- awkward
select
  (select count(*) from "Order ""Items""" where "Id" like '%"%' and "select" is null) as quotes,
  (select count(*) from "Order ""Items""" where "Größe" is null) as nulls;

-- definition
select sluice.define('quoted',
  target  => '"Order ""Items"""',
  pending => $$"select" is null and "Order ""Items"""."Größe" > 0 -- a comment at the end$$,
  set     => $$"select" = '\' || "Größe" || upper("Id"), bound = bound + leapt, rows_changed = rows_changed + affected -- here, too$$);
select sluice.define('reserved', target => '"user"', pending => '"Name" is null', set => '"Name" = "user".name');

-- expected
update "Order ""Items""" set "select" = concat('\', "Größe", upper("Id")), bound = bound * 2, rows_changed = rows_changed * 2
where "select" is null and "Größe" is not null;
update "user" set "Name" = 'n' || id;
