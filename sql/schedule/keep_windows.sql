-- Triggers on sluice.window: a window that a schedule names cannot be deleted or renamed, because its migration
-- would wait for ever. Of several rows with one name, all but the last can. obey_schedule() locks the rows of the
-- windows that a schedule names, FOR KEY SHARE, so that of two sessions at once the second sees what the first did.
-- Locks, writes: nothing.  Raises: SL009.

create or replace function sluice_internal.keep_windows()
returns trigger
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  used record;
begin
  select d.name, string_agg(s.migration, ', ' order by s.migration) as migrations,
    string_agg(format('select * from sluice.reschedule(%L, during => ''{}'');', s.migration),
      ' ' order by s.migration) as advice
  into used
  from sluice.schedule s
  join sluice_internal.migration m on m.name = s.migration and m.state not in ('finished', 'cancelled')
  cross join unnest(s.during) as d (name)
  where not exists (select from sluice.window w where w.name = d.name)
    and (tg_op = 'TRUNCATE' or d.name = old.name)
  group by d.name
  limit 1;
  if found then
    raise exception using
      errcode = 'SL009',
      message = format('window "%s" is in use: %s runs in it', used.name, used.migrations),
      hint = format('Let it run at any time, or in other windows, first: %s', used.advice);
  end if;
  return null;
end
$$;

comment on function sluice_internal.keep_windows() is
  'Raises SL009 when a window that a schedule names is deleted or renamed.';

create or replace trigger keep_windows
  after delete or update of name on sluice.window
  for each row execute function sluice_internal.keep_windows();

create or replace trigger keep_windows_at_truncate
  after truncate on sluice.window
  for each statement execute function sluice_internal.keep_windows();
