-- sluice.preview(name, rows): some pending rows before and after one batch over them, which is rolled back.
-- A row is followed to its new version wherever that lies. row_after is null when it was deleted or moved to another
-- partition, and equal to row_before when the definition passed it over; row_before is null when it was inserted.
-- action says which: update, delete, insert or none; or fail, for a row that cannot be migrated, with its error in a
-- notice. Of statements each table that they write is shown, up to so many rows of each; a handler itself runs in the
-- application and is not called here, but by preview_handler's client.
-- Pending rows are looked for at several places in turn, for about two seconds.
-- Called by: the migration's owner, in a session logged in as such.
-- Locks: the rows shown, until it returns, waiting at most 100 ms.  Writes: nothing that stays; sequences excepted.
-- Raises: SL002, SL006 after cleanup, SL007, SL009 for rows outside 1..1000; what pending raises, and what the change
--   raises for all rows that are tried, or without the fault of a row.

create or replace function sluice.preview(name text, rows integer default 10)
returns table (key text, relation regclass, row_before jsonb, row_after jsonb, action text)
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  planning sluice_internal.planning := sluice_internal.read_planning(name);
  shown integer := 0;
  range record;
  line record;
  failed text[] := array[]::text[];
  failures sluice_internal.failed_row[] := array[]::sluice_internal.failed_row[];
  one_works boolean := false;
begin
  perform sluice_internal.require_owner_session((planning.migration).owner);
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

  for range in select f.* from sluice_internal.find_pending(planning, rows) as f loop
    for line in
      select p.* from sluice_internal.preview_carefully(planning.migration, range.relation, range.lower, range.upper,
        rows - shown) as p
    loop
      key := line.key;
      relation := line.written;
      row_before := line.row_before;
      row_after := line.row_after;
      action := line.action;
      return next;
      if action = 'fail' then
        failed := failed || format('row %s of %s', key, relation);
        failures := failures || (line.failure)::sluice_internal.failed_row;
      else
        one_works := true;
      end if;
    end loop;
    shown := shown + range.rows_pending;
    exit when shown >= rows;
  end loop;
  for line in
    select f.what, e.sqlstate, e.message, nullif(e.detail, '') as detail, nullif(e.hint, '') as hint
    from unnest(failed) with ordinality as f (what, position)
    join unnest(failures) with ordinality
      as e (lower, key, rows, sqlstate, message, detail, hint, context, constraint_name, position) using (position)
    order by f.position
  loop
    if not one_works then
      raise exception using
        errcode = line.sqlstate,
        message = format('migration "%s", %s: %s', name, line.what, line.message),
        detail = concat_ws(' ', line.detail, 'None of the pending rows that were tried can be migrated.'),
        hint = coalesce(line.hint, 'Mend the definition, or the rows: a run puts each aside, into sluice.quarantined.');
    end if;
    raise notice using
      message = format('%s cannot be migrated: %s', line.what, line.message),
      detail = concat_ws(' ', line.detail, format('The SQLSTATE is %s.', line.sqlstate)),
      hint = coalesce(line.hint, 'A run puts such a row aside, into sluice.quarantined, and migrates all others.');
  end loop;
  if shown = 0 then
    raise notice using
      message = format('migration "%s": no pending row was found', name),
      hint = 'Parts of the table were looked at for about two seconds; there may be some elsewhere.';
  end if;
end
$$;

comment on function sluice.preview(text, integer) is
  'Some pending rows as they are and as a batch would leave them, and what statements write elsewhere; changes '
  'nothing.';
