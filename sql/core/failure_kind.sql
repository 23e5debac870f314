-- sluice_internal.failure_kind(sqlstate): what an error looks like by its class alone: try again, the whole server, a
-- broken definition, or a bad row.
--
--   server      resources (53), shutdown and termination (57), system (58), a server that takes no writes (25006): any
--               other batch of the migration would fail as well
--   transient   serialization, deadlock, lock and statement timeouts, connection; and 53400, a limit that is set for
--               one session, such as temp_file_limit: other batches need not meet it, nor does a smaller one
--   definition  syntax error, unknown column or table, missing privilege, ambiguous name (class 42); a handler that
--               names columns that are not there (SL024)
--   data        everything else: some row cannot be migrated
--
-- Each row of class 42 may be a bad row, too, and each row of class 55 a table that forbids the change: what SQL alone
-- does is found out by a careful batch (run_carefully), which asks whether the statement starts at all. An internal
-- error (XX) may be a page that cannot be read, and so one of its rows; where a careful batch finds none to blame, it
-- is one of the server (fail).
-- Called when:  failing, running carefully, previewing, and by drivers with a handler.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.failure_kind(sqlstate text)
returns text
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
begin
  return case
    when sqlstate in ('40001', '40P01', '55P03', '57014', '55006', '25P03', '25P04', '53400', 'SL008') then 'transient'
    when left(sqlstate, 2) = '08' then 'transient'
    when left(sqlstate, 2) in ('53', '57', '58') or sqlstate = '25006' then 'server'
    when left(sqlstate, 2) in ('42', '3F', '3D') or sqlstate in ('SL004', 'SL024') then 'definition'
    else 'data'
  end;
end
$$;

comment on function sluice_internal.failure_kind(text) is
  'transient, server, data or definition: what a SQLSTATE says about a batch.';
