-- sluice_internal.run_on_finish(name): executes the next on_finish statement; the caller commits.
-- Returns true when one was executed, or was found executed; false when it could not get its lock in time, or when
-- somebody is at it; null when none is left.
-- A statement that drops what the capture trigger reads takes the trigger along, in the same transaction.
-- Called when:  cleaning up, in a session of the owner.
-- Locks: what the statement locks, waiting no longer than policy.lock_timeout.  Writes: what the statement says.
-- Raises: SL023 for a statement that cannot run inside a transaction; whatever the statement raises.

create or replace function sluice_internal.run_on_finish(name text)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- the author's own statement, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  next record;
  limits record;
  is_refused boolean := false;
  columns_before text[];
  settings_before jsonb;
  failed_context text;
  failed_hint text;
begin
  select n.* into next from sluice_internal.next_on_finish(name) as n;
  if not found then
    return null;
  end if;
  select * into limits from sluice_internal.session_limits(name);

  begin
    if next.begun and exists (select from sluice.resume_on_finish(name) as r where r.statement is null) then
      return true;
    end if;
    if current_setting('transaction_timeout', true) <> '0' then
      -- it would end the session, without a trace
      perform set_config('transaction_timeout', '0', true);
    end if;
    perform set_config('lock_timeout', limits.lock_timeout_ms::text, true),
      set_config('search_path', limits.search_path, true);
    columns_before := sluice_internal.captured_columns(name);
    settings_before := sluice_internal.apply_settings(limits.settings);
    begin
      execute next.statement;
    exception when dependent_objects_still_exist or feature_not_supported then
      -- the capture trigger may be what stands in the way
      if columns_before is null then
        raise;
      end if;
      is_refused := true;
    end;
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
    if (is_refused or not columns_before <@ sluice_internal.captured_columns(name))
      and not sluice.drop_capture(name) then
      raise exception using
        errcode = 'lock_not_available',
        message = 'the lock to remove the capture trigger was not to be had',
        hint = 'Try again.';
    end if;
    if is_refused then
      perform set_config('search_path', limits.search_path, true);
      execute next.statement;
    end if;
    perform sluice_internal.apply_settings(settings_before), set_config('search_path', 'pg_catalog, pg_temp', true);
    perform sluice_internal.complete_on_finish(name, next.position);
    return true;
  exception
    when lock_not_available then
      return false;
    when undefined_function or undefined_table or undefined_object then
      get stacked diagnostics failed_context = pg_exception_context, failed_hint = pg_exception_hint;
      raise exception using
        errcode = sqlstate,
        message = sqlerrm,
        detail = failed_context,
        hint = coalesce(sluice_internal.index_path_hint(next.statement, sqlstate), nullif(failed_hint, ''),
          'A table without a schema is looked for on the search path of the definition: select search_path from '
          'sluice.definitions;');
    when active_sql_transaction then
      raise exception using
        errcode = 'SL023',
        message = format('statement %s of on_finish cannot run inside a transaction', next.position),
        detail = next.statement,
        hint = case
          when next.statement ~* 'index[[:space:]]+concurrently' then
            format(E'Use the driver: sluice cleanup %1$s; or in psql: select statement from sluice.resume_on_finish(%1$L) \\gexec '
              'and then call sluice.cleanup(%1$L); until it succeeds.', name)
          else
            format('Use the driver: sluice cleanup %1$s; or execute it by hand, then '
              'select sluice_internal.complete_on_finish(%1$L, %2$s); and call sluice.cleanup(%1$L);', name,
                next.position)
        end;
  end;
end
$$;

comment on function sluice_internal.run_on_finish(text) is
  'Executes the next on_finish statement; false when its lock was not to be had in time, null when none is left.';
