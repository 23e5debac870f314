-- sluice.assert_finished(name): stops a schema migration or a deploy that depends on a migration which is not finished.
-- Called by:  anybody who may watch.
-- Locks, writes: nothing.
-- Raises: SL002; SL020 with what remains in the detail, and what finishes it in the hint.

create or replace function sluice.assert_finished(name text)
returns void
language plpgsql stable
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
      case
        when seen.rows_quarantined > 0 and coalesce(seen.rows_pending, 0) = 0
          then format('%s %% are done; %s row(s) are quarantined.', seen.percent, seen.rows_quarantined)
        when seen.rows_quarantined > 0 then format('%s %% are done; %s row(s) are quarantined, and about %s rows '
          'remain.',
          seen.percent, seen.rows_quarantined, seen.rows_pending)
        else format('%s %% are done; about %s rows remain.', seen.percent, coalesce(seen.rows_pending::text, 'all'))
      end,
      case
        when seen.state in ('paused', 'failed') then format('The reason: %s.', rtrim(seen.waiting_for, '.;'))
        when seen.waiting_for is not null then format('It waits for %s.', rtrim(seen.waiting_for, '.;'))
      end,
      case when seen.forecast is not null
        then format('It will be done at %s.', date_trunc('second', seen.forecast)) end),
    hint = case
      when seen.rows_quarantined > 0 then format(
        'Mend the rows that sluice.quarantined names, then: select sluice.retry(%L); '
        'or leave them as they are: select sluice.accept_remaining(%1$L);', name)
      when seen.state = 'failed' then format(
        'select * from sluice.stuck where name = %L; says what to do.', name)
      else format('Finish it now, as "%s": call sluice.cleanup(%L);', seen.owner, name)
    end;
end
$$;

comment on function sluice.assert_finished(text) is
  'Raises SL020, with what remains and what finishes it, unless a migration is finished.';
