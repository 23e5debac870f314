-- sluice.audience(): who may use what; the one list. What is not in it, nobody but the owner of schema sluice may use.
--
--   viewer    watches
--   control   the verbs, for operators on every migration, for authors on their own: each verb checks that
--   operator  edits the scheduling tables
--   author    defines and runs migrations; among these are steps that define(), run() and cleanup() call with the author's rights
--   owner     internal: called by functions that run with the rights of the owner of schema sluice, or by nobody else
--
-- The functions that a definition is compiled to are not here: each is executable by its migration's owner alone.
-- Called when:  access is granted or revoked; by a test that finds whatever is not listed.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.audience()
returns table (kind text, name text, audience text, privileges text)
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  values
    -- Views and tables
    ('view', 'progress', 'viewer', 'select'),
    ('view', 'lanes', 'viewer', 'select'),
    ('view', 'activity', 'viewer', 'select'),
    ('view', 'stuck', 'viewer', 'select'),
    ('view', 'history', 'viewer', 'select'),
    ('view', 'events', 'viewer', 'select'),
    ('view', 'quarantined', 'viewer', 'select'),
    ('view', 'definitions', 'viewer', 'select'),
    ('view', 'guards', 'viewer', 'select'),
    ('table', 'schedule', 'viewer', 'select'),
    ('table', 'schedule', 'operator', 'insert, update, delete'),
    ('table', 'window', 'viewer', 'select'),
    ('table', 'window', 'operator', 'insert, update, delete'),
    ('table', 'guard', 'viewer', 'select'),
    ('table', 'guard', 'operator', 'update (enabled, slow_at, hold_at)'),
    ('table', 'policy', 'viewer', 'select'),
    ('table', 'policy', 'operator', 'update'),
    ('table', 'installation', 'owner', null),
    ('table', 'migration', 'owner', null),
    ('table', 'lane', 'owner', null),
    ('table', 'batch', 'owner', null),
    ('table', 'quarantine', 'owner', null),
    ('table', 'event', 'owner', null),
    ('table', 'guard_reading', 'owner', null),

    -- Watching, and what the views call
    ('function', 'version', 'viewer', 'execute'),
    ('function', 'progress', 'viewer', 'execute'),
    ('function', 'finished', 'viewer', 'execute'),
    ('function', 'assert_finished', 'viewer', 'execute'),
    ('function', 'is_adopted', 'viewer', 'execute'),
    ('function', 'hold_reason', 'viewer', 'execute'),
    ('function', 'forecast', 'viewer', 'execute'),

    -- Controlling
    ('function', 'pause', 'control', 'execute'),
    ('function', 'resume', 'control', 'execute'),
    ('function', 'throttle', 'control', 'execute'),
    ('function', 'cancel', 'control', 'execute'),
    ('function', 'retry', 'control', 'execute'),
    ('function', 'restart', 'control', 'execute'),
    ('function', 'accept_remaining', 'control', 'execute'),
    ('function', 'forget', 'control', 'execute'),

    -- Defining, and its steps
    ('function', 'define', 'author', 'execute'),
    ('function', 'find_definition', 'author', 'execute'),
    ('function', 'definition_kind', 'author', 'execute'),
    ('function', 'describe_difference', 'author', 'execute'),
    ('function', 'check_target', 'author', 'execute'),
    ('function', 'check_block_walk', 'author', 'execute'),
    ('function', 'check_nullable_key', 'author', 'execute'),
    ('function', 'check_statements', 'author', 'execute'),
    ('function', 'find_volatile_function', 'author', 'execute'),
    ('function', 'batch_statements', 'author', 'execute'),
    ('function', 'range_condition', 'author', 'execute'),
    ('function', 'hash_expression', 'author', 'execute'),
    ('function', 'find_key', 'author', 'execute'),
    ('function', 'has_key_index', 'author', 'execute'),
    ('function', 'leaf_relations', 'author', 'execute'),
    ('function', 'warn_of_definition', 'author', 'execute'),
    ('function', 'register_definition', 'author', 'execute'),
    ('function', 'compile_migration', 'owner', null),
    ('function', 'compiled_functions', 'owner', null),
    ('function', 'block_bound_body', 'owner', null),
    ('function', 'middle_body', 'owner', null),
    ('function', 'drop_compiled', 'owner', null),

    -- Planning
    ('function', 'estimate_rows', 'author', 'execute'),
    ('function', 'open_spans', 'author', 'execute'),
    ('function', 'open_seconds', 'author', 'execute'),
    ('function', 'open_until', 'author', 'execute'),
    ('function', 'seconds_to_use', 'owner', null),
    ('function', 'worker_speed', 'owner', null),
    ('function', 'work_left', 'owner', null),
    ('function', 'read_planning', 'author', 'execute'),
    ('function', 'estimate_pending', 'author', 'execute'),
    ('function', 'probe_range', 'author', 'execute'),
    ('function', 'probe_migration', 'author', 'execute'),

    -- Running
    ('procedure', 'work', 'author', 'execute'),
    ('function', 'run_one', 'author', 'execute'),
    ('function', 'claim', 'author', 'execute'),
    ('function', 'run', 'author', 'execute'),
    ('function', 'read_lane', 'author', 'execute'),
    ('function', 'require_owner_session', 'author', 'execute'),
    ('function', 'checkpoint', 'author', 'execute'),
    ('function', 'fail', 'author', 'execute'),
    ('function', 'is_window_open', 'owner', null),
    ('function', 'window_rate', 'owner', null),
    ('function', 'guard_hold', 'owner', null),
    ('function', 'guard_factor', 'owner', null),
    ('function', 'read_guards', 'owner', null),
    ('function', 'begin_run', 'owner', null),
    ('function', 'refill_lanes', 'owner', null),
    ('function', 'claim_later', 'owner', null),
    ('function', 'stretch_rows', 'owner', null),
    ('function', 'wants_split', 'owner', null),
    ('function', 'lock_lane', 'owner', null),
    ('function', 'save_lane', 'owner', null),
    ('function', 'advance_cursor', 'owner', null),
    ('function', 'count_batch', 'owner', null),
    ('function', 'size_batch', 'owner', null),
    ('function', 'pace_lane', 'owner', null),
    ('function', 'split_lane', 'owner', null),
    ('function', 'detach_lane', 'owner', null),
    ('function', 'quarantine_row', 'owner', null),
    ('function', 'revisit_range', 'owner', null),
    ('function', 'failure_kind', 'owner', null),
    ('function', 'is_leaf_of', 'owner', null),
    ('function', 'back_off', 'owner', null),

    -- Finishing
    ('procedure', 'cleanup', 'author', 'execute'),
    ('function', 'begin_cleanup', 'author', 'execute'),
    ('function', 'cleanup_state', 'author', 'execute'),
    ('function', 'next_on_finish', 'author', 'execute'),
    ('function', 'run_on_finish', 'author', 'execute'),
    ('function', 'session_limits', 'author', 'execute'),
    ('function', 'complete_on_finish', 'author', 'execute'),
    ('function', 'dismantle', 'author', 'execute'),
    ('function', 'begin_pass', 'owner', null),
    ('function', 'complete_pass', 'owner', null),
    ('function', 'fail_migration', 'owner', null),

    -- Inside
    ('function', 'adopt', 'owner', null),
    ('function', 'find_migration', 'owner', null),
    ('function', 'lock_run', 'owner', null),
    ('function', 'require_state', 'owner', null),
    ('function', 'check_schedule', 'owner', null),
    ('function', 'make_lanes', 'owner', null),
    ('function', 'pause_migration', 'owner', null),
    ('function', 'reopen_failed', 'owner', null),
    ('function', 'obey_schedule', 'owner', null),
    ('function', 'restamp_schedule', 'owner', null),
    ('function', 'is_restoring', 'operator', 'execute'),
    ('function', 'replace_seeded_row', 'owner', null),
    ('function', 'record_event', 'owner', null),
    ('function', 'record_state_change', 'owner', null),
    ('function', 'audience', 'owner', null),
    ('function', 'grant_audience', 'owner', null),
    ('function', 'grant_viewer', 'owner', null),
    ('function', 'grant_operator', 'owner', null),
    ('function', 'grant_author', 'owner', null),
    ('function', 'revoke_access', 'owner', null),
    ('function', 'renew_access', 'owner', null)
$$;

comment on function sluice.audience() is 'Who may use what: each view, table and function with its audience and privileges.';
