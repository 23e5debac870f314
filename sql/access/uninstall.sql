-- sluice.uninstall(force): removes everything of Sluice from this database, in transactions that do not grow with the
-- number of tables: capture triggers, compiled functions some hundred at a time, and then the extension, or the schema,
-- with all that is left. Nothing is undone where it ends on the way: what ran is cancelled by then, and it goes on when
-- it is called again.
-- Called by: the owner of schema sluice; of an extension, its owner.
-- Locks, writes: everything of Sluice, waiting for the session's lock_timeout, or five seconds; the targets of capture
--   triggers, waiting at most a tenth of a second.
-- Raises: SL006 while migrations run, unless forced, and while a capture trigger is left that the caller may not drop;
--   55P03 when a lock could not be obtained, with who holds it; 42501; 2D000 when called inside a transaction.

create or replace procedure sluice.uninstall(force boolean default false)
language plpgsql
as $$
declare
  patience constant pg_catalog.text := coalesce(nullif(pg_catalog.current_setting('lock_timeout'), '0'), '5s');
  running pg_catalog.text;
  capture record;
  functions pg_catalog.regprocedure[];
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  if not (select pg_has_role(n.nspowner, 'usage') from pg_namespace n where n.nspname = 'sluice') then
    raise exception using
      errcode = 'insufficient_privilege',
      message = 'must be owner of schema sluice',
      hint = format('Log in as "%s".',
        (select pg_get_userbyid(n.nspowner) from pg_namespace n where n.nspname = 'sluice'));
  end if;
  select string_agg(format('"%s"', m.name), ', ' order by m.name) into running
  from sluice_internal.migration m
  where m.state in ('scheduled', 'running', 'verifying');
  if running is not null and not force then
    raise exception using
      errcode = 'SL006',
      message = format('cannot uninstall while migrations run: %s', running),
      hint = 'Finish or cancel them first; or call sluice.uninstall(force => true); which cancels them.';
  end if;
  for capture in
    select distinct c.function, c.owner, c.target, c.name from sluice.captures c
    where c.inherited_from is null and c.name is not null and not pg_has_role(c.owner, 'usage')
  loop
    raise exception using
      errcode = 'SL006',
      message = format('cannot uninstall while the capture trigger of "%s" is on %s', capture.owner, capture.target),
      detail = 'It would go on converting rows, and nothing would tell of it any more.',
      hint = format('As "%s", or as a superuser: drop function %s cascade;', capture.owner, capture.function);
  end loop;
  for capture in
    select distinct c.function, c.owner, c.target from sluice.captures c
    where c.inherited_from is null and c.name is null
  loop
    raise warning using
      message = format('trigger function %s stays: it belongs to "%s", and no migration knows it', capture.function,
        capture.owner),
      hint = format('Where %s has it of an earlier Sluice, as "%s": drop function %s cascade;', capture.target,
        capture.owner,
        capture.function);
  end loop;
  begin
    perform set_config('lock_timeout', patience, true);
    -- before anything is cancelled; a batch, and who looks at a view, has locked it
    lock table sluice_internal.migration in access exclusive mode;
    delete from sluice.schedule;
    update sluice_internal.migration m set state = 'cancelled', state_reason = 'uninstalled'
    where m.state in ('scheduled', 'running', 'verifying', 'paused');
  exception when lock_not_available or deadlock_detected then
    perform sluice_internal.fail_uninstall();
  end;
  commit;
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  loop
    -- what only looks like one is another's, whatever the caller may drop
    select c.function, c.target into capture
    from sluice.captures c
    where c.name is not null and pg_has_role(c.owner, 'usage')
    limit 1;
    exit when not found;
    perform set_config('lock_timeout', '100ms', true), set_config('client_min_messages', 'warning', true);
    begin
      execute format('drop function %s cascade', capture.function);
    exception when lock_not_available or deadlock_detected then
      perform sluice_internal.fail_uninstall(capture.target);
    end;
    commit;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  end loop;

  loop
    functions := array(select c.function from sluice_internal.list_compiled() as c limit 300);
    exit when functions = '{}';
    perform set_config('lock_timeout', patience, true);
    begin
      -- with what users made on them, such as views
      execute format('drop function %s cascade', array_to_string(functions, ', '));
    exception when lock_not_available or deadlock_detected then
      perform sluice_internal.fail_uninstall();
    end;
    commit;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  end loop;

  perform set_config('lock_timeout', patience, true), set_config('client_min_messages', 'warning', true);
  begin
    if exists (select from pg_extension e where e.extname = 'sluice') then
      drop extension sluice cascade;
    end if;
    drop schema if exists sluice, sluice_internal cascade;
  exception when lock_not_available or deadlock_detected then
    perform sluice_internal.fail_uninstall();
  end;
end
$$;

comment on procedure sluice.uninstall(boolean) is
  'Removes Sluice from this database, in transactions that do not grow with the number of partitions.';
