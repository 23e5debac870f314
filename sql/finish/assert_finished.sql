-- sluice.assert_finished(name): stops a schema migration or a deploy that depends on a migration which is not finished.
-- Called by:  anybody who may watch.
-- Locks, writes: nothing.
-- Raises: SL002; SL020 with what remains in the detail, and the command that finishes it in the hint.

create or replace function sluice.assert_finished(name text)
returns void
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  seen sluice.progress;
begin
  if sluice.finished(name) then
    return;
  end if;
  seen := sluice.progress(name);
  raise exception using
    errcode = 'SL020',
    message = format('migration "%s" is not finished: it is %s', name, seen.state),
    detail = concat_ws(' ',
      format('%s %% are done; about %s rows remain.', seen.percent, coalesce(seen.rows_pending::text, 'all')),
      case when seen.rows_quarantined > 0 then format('%s rows are quarantined.', seen.rows_quarantined) end,
      case
        when seen.state in ('paused', 'failed') then format('The reason: %s.', rtrim(seen.waiting_for, '.;'))
        when seen.waiting_for is not null then format('It waits for %s.', rtrim(seen.waiting_for, '.;'))
      end,
      case when seen.forecast is not null then format('It will be done at %s.', date_trunc('second', seen.forecast)) end),
    hint = format('Finish it now, as "%s": call sluice.cleanup(%L);', seen.owner, name);
end
$$;

comment on function sluice.assert_finished(text) is
  'Raises SL020, with what remains and the command that finishes it, unless a migration is finished.';
