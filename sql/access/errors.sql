-- sluice.errors(): the SQLSTATEs of Sluice, the one list. Other errors are PostgreSQL's own, with their own SQLSTATE.
-- A test compares it with every errcode in the functions' sources; SL03x are raised by the driver.
-- Called by:  anybody who may watch; documentation and the driver are tested against it.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.errors()
returns table (sqlstate text, name text, meaning text, what_to_do text)
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  values
    ('SL001', 'invalid_definition', 'an argument of define() is missing, malformed or contradicts another',
      'Correct the argument that the message names; nothing was stored.'),
    ('SL002', 'unknown_migration', 'there is no migration of that name',
      'select name from sluice.progress; lists all.'),
    ('SL003', 'name_in_use', 'the name belongs to a migration that is defined differently, or by somebody else',
      'Choose another name, or sluice.forget() the old one.'),
    ('SL004', 'no_usable_key', 'the table has no key that can be walked: none at all, no index for it, or it may be '
      'null',
      'Create the index that the hint names, name another key, or walk by blocks.'),
    ('SL005', 'volatile_predicate', 'pending calls a function whose answer changes from call to call, or samples a '
      'table',
      'Use a stable function, such as now() in place of clock_timestamp().'),
    ('SL006', 'wrong_state', 'the migration''s present state does not allow that',
      'The hint names what is possible now.'),
    ('SL007', 'not_permitted', 'the session''s role neither owns the migration nor may do this to others'' migrations',
      'Log in as the owner: a batch runs in no other session, a superuser''s neither. For control verbs: '
      'sluice.grant_operator().'),
    ('SL008', 'stale_claim', 'the lane moved on since it was claimed; this batch is rolled back',
      'Nothing: the worker claims again.'),
    ('SL009', 'invalid_schedule', 'a schedule, window, guard, rate or duration makes no sense or can never be kept',
      'Correct the value that the message names; nothing was changed.'),
    ('SL010', 'deadline_cannot_be_met', 'even without a pause the work does not fit into the time',
      'Choose the deadline that the hint names, or more workers; nothing was changed.'),
    ('SL012', 'copy_not_adopted', 'this database was restored, copied or disowned, or its server is not one that may '
      'run migrations, and it was not adopted',
      'If it is to run migrations, as the owner of schema sluice: select sluice.adopt();'),
    ('SL013', 'standby', 'the server is a standby, where nothing can be written', 'Connect to the primary.'),
    ('SL014', 'cleanup_timed_out', 'cleanup did not come to its end within its timeout',
      'Call it again: it goes on where it was.'),
    ('SL015', 'rows_are_hidden', 'policies of row-level security hide rows of the target from the author',
      'Let a role define it that they do not bind: the table''s owner, unless it is forced, or one with BYPASSRLS.'),
    ('SL016', 'proof_takes_too_long', 'one query over the whole target would take longer than policy.proof_time',
      'Define it with proof => ''ranges'', or raise policy.proof_time.'),
    ('SL017', 'bounds_are_outdated', 'the table was rewritten, or got other columns or another order of its key, '
      'since the range of a lane was noted',
      'Nothing where there is a predicate: walk or verification begins again. Without one, sluice.restart(), which '
      'changes all rows again.'),
    ('SL020', 'not_finished', 'the migration is not finished and verified',
      'Wait, or finish it now: call sluice.cleanup(name);'),
    ('SL021', 'rows_stay_pending', 'rows are still pending after they were visited twice',
      'Mend them or exclude them in pending, then sluice.retry(); or let them be: sluice.accept_remaining().'),
    ('SL022', 'cannot_finish', 'rows are quarantined, ranges were given up, or the run was ended',
      'select * from sluice.stuck; says what to do; what is done stays done.'),
    ('SL023', 'not_in_transaction', 'a statement of on_finish cannot run inside a transaction',
      'Clean up with the driver: sluice cleanup NAME; or execute it by hand, as the hint says.'),
    ('SL024', 'change_does_not_fit', 'a change that a handler returned has a column too many, too few, or none to set',
      'Make the properties of the change fit the columns of the table, then sluice.resume().'),
    ('SL025', 'change_of_no_row', 'a change that a handler returned names no row of its batch, or one twice',
      'Return at most one change for each row that was handed over, with its key as it was.'),
    ('SL026', 'handler_needed', 'the rows of the migration go to application code, which SQL alone cannot call',
      'Clean up in the application, in Swift: NAME.cleanup(on: client); or let a driver with the handler finish it '
      'first.'),
    ('SL030', 'schema_too_new', 'the schema sluice is newer than the driver, which raises this',
      'Use a driver of that version.'),
    ('SL031', 'schema_too_old', 'the schema sluice is older than the driver, which raises this',
      'Upgrade it: sluice install'),
    ('SL032', 'schema_absent', 'there is no schema sluice in the database; the driver raises this',
      'Install it: sluice install; or: create extension sluice;'),
    ('SL033', 'schema_is_extension', 'the schema came by CREATE EXTENSION, so the driver neither upgrades nor removes '
      'it',
      'alter extension sluice update; or drop extension sluice cascade;'),
    ('SL034', 'migrations_running', 'the schema cannot be removed while migrations run; the driver raises this',
      'Finish or cancel them first, or force it.'),
    ('SL035', 'definitions_differ', 'migrations in code are not those in the database; the driver raises this before '
      'a deploy goes on',
      'Define what is new; give what changed another name, or sluice.forget() the old one.'),
    ('SL036', 'handler_failed', 'a handler threw an error, or could not read a row; the driver raises this',
      'Mend the handler or the row, whose key is in sluice.quarantined, then sluice.retry().'),
    ('SL090', 'rolled_back_on_purpose', 'a trial inside Sluice was rolled back; never seen outside',
      'If you see it, report it.')
$$;

comment on function sluice.errors() is 'The SQLSTATEs of Sluice: name, meaning, and what to do.';
