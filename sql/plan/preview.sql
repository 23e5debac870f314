-- sluice.preview(name, rows): some pending rows before and after one batch over them, which is rolled back.
-- A row is followed to its new version wherever that lies. row_after is null when it was deleted or moved to another
-- partition, and equal to row_before when the definition passed it over; row_before is null when it was inserted. action says
-- which: update, delete, insert or none. Of statements each table that they write is shown, up to so many rows of each; a
-- handler itself runs in the application and is not called here, but by preview_handler's client.
-- Pending rows are looked for at several places in turn, for about two seconds.
-- Called by: the migration's owner, in a session logged in as such.
-- Locks: the rows shown, until it returns, waiting at most 100 ms.  Writes: nothing that stays; sequences excepted.
-- Raises: SL002, SL006 after cleanup, SL007, SL009 for rows outside 1..1000, and whatever the author's SQL raises.

create or replace function sluice.preview(name text, rows integer default 10)
returns table (key text, relation regclass, row_before jsonb, row_after jsonb, action text)
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  planning sluice.planning := sluice.read_planning(name);
  shown integer := 0;
  range record;
begin
  perform sluice.require_owner_session((planning.migration).owner);
  if rows is null or rows not between 1 and 1000 then
    raise exception using
      errcode = 'SL009',
      message = format('cannot preview %s rows of migration "%s"', coalesce(rows::text, 'null'), name),
      hint = 'Give a number from 1 to 1000.';
  elsif not planning.compiled then
    raise exception using
      errcode = 'SL006',
      message = format('cannot preview migration "%s": its compiled functions are gone', name),
      detail = format('It is %s; cleanup drops them.', (planning.migration).state),
      hint = format('To run it again: select sluice.restart(%L);', name);
  end if;

  for range in select f.* from sluice.find_pending(planning, rows) as f loop
    if (planning.migration).kind = 'statements' then
      return query
      select w.*
      from sluice.preview_written(planning.migration, range.relation, range.lower, range.upper, rows - shown) as w;
    else
      return query
      select p.key, range.relation, p.row_before, p.row_after,
        case when p.row_after is null then 'delete' when p.row_after = p.row_before then 'none' else 'update' end
      from sluice.preview_range(planning.migration, range.relation, range.lower, range.upper, rows - shown) as p;
    end if;
    shown := shown + range.rows_pending;
    exit when shown >= rows;
  end loop;
  if shown = 0 then
    raise notice using
      message = format('migration "%s": no pending row was found', name),
      hint = 'Parts of the table were looked at for about two seconds; there may be some elsewhere.';
  end if;
end
$$;

comment on function sluice.preview(text, integer) is
  'Some pending rows as they are and as a batch would leave them, and what statements write elsewhere; changes nothing.';
