-- One row a migration: its definition as compiled, and the state of its current run.
-- Written by define, the control verbs, claim (first batch, verification, end) and cleanup; never once per batch.

create table sluice_internal.migration (
  migration_id bigint generated always as identity primary key,
  name text not null,
  owner name not null,
  owner_id oid,
  target regclass not null,
  kind text not null,
  pending text not null,
  changes text[] not null,
  source text,
  match text,
  scoped boolean not null default false,
  handler text,
  key_columns text[] not null,
  key_types text[] not null,
  assigned_columns text[] not null default '{}',
  function_parts text[] not null default '{}',
  walk text not null,
  capture boolean not null default false,
  proof text not null default 'snapshot',
  after text[] not null default '{}',
  on_finish text[] not null default '{}',
  on_finish_done integer not null default 0,
  on_finish_begun integer,
  batch_time interval,
  min_batch integer,
  max_batch integer,
  max_attempts integer,
  max_failed numeric,
  search_path text[] not null,
  settings jsonb not null,
  definition jsonb not null,
  state text not null default 'defined',
  state_reason text,
  quoting_reason text,
  public_reason text,
  rows_estimated bigint,
  pending_estimated bigint,
  planned_stripes integer,
  planned_by_blocks boolean not null default false,
  planned_batch integer,
  planned_seconds_per_row double precision,
  planned_seconds_per_change double precision,
  planned_proof interval,
  hurried_until timestamptz not null default '-infinity',
  at_risk boolean not null default false,
  pass integer not null default 0,
  proof_rounds integer not null default 0,
  rows_accepted bigint not null default 0,
  accepted_at timestamptz,
  rows_visited bigint,
  rows_changed bigint,
  defined_at timestamptz not null default now(),
  scheduled_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  verified_at timestamptz,
  verified_from pg_snapshot,
  verified_to pg_snapshot,
  verified_snapshot pg_snapshot,
  rows_verified bigint,
  cleanup_failed_at timestamptz,
  cleanup_sqlstate text,
  cleanup_error text,
  cleaned_at timestamptz,
  constraint migration_name_is_unique unique (name),
  constraint migration_name_is_an_identifier check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  constraint kind_is_known check (kind in ('update', 'delete', 'statements', 'handler')),
  constraint walk_is_known check (walk in ('auto', 'key', 'blocks', 'striped')),
  constraint proof_is_known check (proof in ('snapshot', 'ranges')),
  constraint state_is_known check (
    state in ('defined', 'scheduled', 'running', 'verifying', 'finished', 'paused', 'failed', 'cancelled')),
  constraint key_types_match_key_columns check (cardinality(key_columns) = cardinality(key_types)),
  constraint handler_iff_kind_is_handler check ((handler is not null) = (kind = 'handler')),
  constraint batch_time_between_1_ms_and_1_day check (batch_time >= '1 millisecond' and batch_time <= '1 day'),
  constraint min_batch_positive check (min_batch >= 1),
  constraint min_batch_at_most_100_million check (min_batch <= 100000000),
  constraint max_batch_at_most_100_million check (max_batch <= 100000000),
  constraint max_batch_positive check (max_batch >= coalesce(min_batch, 1)),
  constraint max_attempts_positive check (max_attempts >= 1),
  constraint planned_stripes_is_a_power_of_two check (planned_stripes between 1 and 1024
    and (planned_stripes & (planned_stripes - 1)) = 0),
  constraint planned_batch_between_1_and_100_million check (planned_batch between 1 and 100000000),
  constraint planned_seconds_per_row_between_1e_12_and_1e_6
    check (planned_seconds_per_row >= 1e-12 and planned_seconds_per_row <= 1e6),
  constraint after_at_most_1000 check (cardinality(after) <= 1000),
  constraint definition_is_an_object check (jsonb_typeof(definition) = 'object'),
  constraint settings_are_an_object check (jsonb_typeof(settings) = 'object'),
  constraint definition_at_most_1_mb check (
    pg_column_size(definition) + pg_column_size(pending) + pg_column_size(changes) + pg_column_size(on_finish)
      + coalesce(pg_column_size(source), 0) + coalesce(pg_column_size(match), 0) + pg_column_size(search_path)
      + pg_column_size(settings) <= 1048576),
  constraint estimates_between_0_and_10_trillion
    check (rows_estimated between 0 and 10000000000000 and pending_estimated between 0 and 10000000000000),
  constraint planned_seconds_per_change_between_1e_12_and_1e_6
    check (planned_seconds_per_change >= 1e-12 and planned_seconds_per_change <= 1e6),
  constraint planned_proof_between_0_and_100_years check (planned_proof >= '0' and planned_proof <= '876600 hours'),
  constraint max_failed_is_a_share check (max_failed between 0 and 1),
  constraint on_finish_begun_is_the_next check (on_finish_begun = on_finish_done + 1),
  constraint finished_at_iff_finished check ((finished_at is not null) = (state = 'finished')),
  constraint cleanup_error_iff_cleanup_failed check (num_nulls(cleanup_failed_at, cleanup_sqlstate,
    cleanup_error) in (0, 3)),
  constraint finished_means_verified_or_accepted check (
    state <> 'finished' or num_nonnulls(verified_at, accepted_at) = 1
    or btrim(lower(pending)) = 'true' and verified_at is null),
  constraint snapshot_only_where_verified check (verified_snapshot is null or verified_at is not null)
) with (fillfactor = 70);

create index migration_runnable_by_owner on sluice_internal.migration (owner_id)
  where state in ('scheduled', 'running', 'verifying');

comment on table sluice_internal.migration is
  'One row a migration: the definition and the state of its one current run.';
comment on column sluice_internal.migration.owner is
  'name of the login role that owns it, as of the last maintenance; adopt() finds the role of a restored copy by it';
comment on column sluice_internal.migration.owner_id is
  'that role, by which this database goes: only sessions logged in as it run it; null: adopt() found no role of the '
  'name';
comment on column sluice_internal.migration.changes is
  'the SET list, nothing for a delete, or the statements, in order';
comment on column sluice_internal.migration.assigned_columns is
  'columns that set assigns, where no count of pending rows tells that they were dropped and added again: without a '
  'predicate, and by '
  'proof => ranges';
comment on column sluice_internal.migration.function_parts is
  'pending, change: where the SQL calls functions that may read tables, which are locked only when they are called';
comment on column sluice_internal.migration.scoped is
  'pending is evaluated in a scope of its own, because target and source share column names that it uses';
comment on column sluice_internal.migration.on_finish_begun is
  'position of a statement that was begun outside of a transaction, and is not known to be done';
comment on column sluice_internal.migration.cleanup_error is
  'why cleanup did not go on after verification; null again once the statement of on_finish is done';
comment on column sluice_internal.migration.search_path is
  'the definer''s search_path, under which the author''s SQL runs';
comment on column sluice_internal.migration.settings is
  'what the definer''s session had of the settings that can change what SQL means (meaning_settings); the author''s '
  'SQL runs under it';
comment on column sluice_internal.migration.definition is
  'the arguments of define() as given; the same again is a no-op';
comment on column sluice_internal.migration.quoting_reason is
  'the state_reason that can quote rows; where it still is the reason, those who may not read them see public_reason';
comment on column sluice_internal.migration.rows_estimated is
  'rows of the target when it was scheduled: what the walk will visit';
comment on column sluice_internal.migration.pending_estimated is
  'rows pending when it was scheduled; of a run that goes on, with those that it changed before';
comment on column sluice_internal.migration.proof is
  'snapshot: one query over the whole target ends the run; ranges: every range was seen without a pending row, in a '
  'snapshot of its own';
comment on column sluice_internal.migration.rows_verified is
  'rows that the proof counted, or that the sweep of every relation visited';
comment on column sluice_internal.migration.planned_stripes is
  'stripes that the plan chose for the lanes of the next run; null: as walk says, without a plan';
comment on column sluice_internal.migration.planned_by_blocks is
  'the plan chose to walk in physical order, because the key is random in it';
comment on column sluice_internal.migration.planned_batch is
  'rows of the first batch, by the plan; real batches correct it';
comment on column sluice_internal.migration.planned_seconds_per_row is
  'cost of a visited row, as probed or as batches before took; lanes measure it anew';
comment on column sluice_internal.migration.planned_seconds_per_change is
  'cost of a changed row, as probed; null where no probe met a pending row';
comment on column sluice_internal.migration.planned_proof is
  'how long the plan expects the query to take that proves the run; null without a plan, or where there is none';
comment on column sluice_internal.migration.hurried_until is
  'until then pauses, windows and guards are ignored, because cleanup works on it, which puts it off again and again';
comment on column sluice_internal.migration.at_risk is 'the forecast lies behind the deadline, and that was announced';
comment on column sluice_internal.migration.pass is 'number of the verification pass; 0 before the first';
comment on column sluice_internal.migration.proof_rounds is 'how often the proof of this run found pending rows';
comment on column sluice_internal.migration.rows_accepted is
  'rows that stay pending or quarantined by somebody''s explicit word (accept_remaining), given at accepted_at';
comment on column sluice_internal.migration.rows_visited is 'by lanes of this run that were removed';
comment on column sluice_internal.migration.rows_changed is 'by lanes of this run that were removed';
comment on column sluice_internal.migration.verified_from is 'snapshot in which verification began';
comment on column sluice_internal.migration.verified_to is 'snapshot after which nothing was looked at any more';
comment on column sluice_internal.migration.verified_snapshot is
  'snapshot of the query that saw no pending row in the whole target; null without such a proof';
comment on column sluice_internal.migration.verified_at is
  'when the query of the proof began, or the last range was swept; null without a predicate, which leaves nothing to '
  'verify';
