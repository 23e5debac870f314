-- What passes between the steps of a batch, and who calls.

-- The role that calls a function, in a function that runs with the rights of its owner and could not tell otherwise.
-- As a parameter with the default current_user it is evaluated, and checked, where the call stands; so it cannot be
-- forged. A subquery without a row is null and escapes every check of a domain: functions must refuse a null caller.
-- session_user says too little: code of others runs in one's session with their rights, for example the function of
-- an index while a superuser runs ANALYZE.
create domain sluice_internal.caller as name not null
  constraint caller_is_current_user check (value = current_user);

-- The words and numbers of lanes and batches. They are domains and not checks of the tables, which PostgreSQL reads
-- anew from their text with each statement that writes a row: a tenth of what an empty batch costs.
create domain sluice_internal.act as text
  constraint act_is_known check (value in ('change', 'sweep', 'prove', 'capture'));

create domain sluice_internal.lane_state as text
  constraint lane_state_is_known check (value in ('queued', 'active', 'done', 'failed'));

create domain sluice_internal.stripes as integer
  constraint stripes_is_a_power_of_two check (value >= 1 and (value & (value - 1)) = 0);

create domain sluice_internal.outcome as text
  constraint outcome_is_known check (value in ('done', 'failed', 'quarantined', 'detached'));

create type sluice_internal.cut as (
  key text[],
  rows integer
);

-- How compiled SQL speaks of one column of a key (expressions/key_columns.sql).
create type sluice_internal.key_column as (
  expression text,
  ordered text,
  type text,
  reading text,
  lower text,
  upper text,
  writing text,
  written text,
  less text,
  less_or_equal text,
  equal text,
  greater_or_equal text,
  greater text,
  hash_function text
);

create type sluice_internal.lane_claim as (
  lane_id bigint,
  version bigint,
  migration text,
  act text,
  handler text,
  careful boolean,
  wait_seconds double precision,
  reason text
);

create type sluice_internal.lane_work as (
  lane_id bigint,
  version bigint,
  migration_id bigint,
  migration text,
  owner name,
  kind text,
  relation regclass,
  act text,
  by_blocks boolean,
  functions text,
  detour text,
  lower text[],
  upper text[],
  stretch_upper text[],
  stripes integer,
  stripe integer,
  stretch_rows integer,
  rest integer,
  batch_size integer,
  careful integer,
  cuts sluice_internal.cut[],
  wants_split boolean,
  quarantined text[],
  measures boolean,
  handler text,
  key_columns text[],
  assigned_columns text[],
  calls_functions boolean,
  key_order text
);

create type sluice_internal.failed_row as (
  lower text[],
  key text[],
  rows integer,
  sqlstate text,
  message text,
  detail text,
  hint text,
  context text,
  constraint_name text
);

create type sluice_internal.vacuum_order as (
  migration_id bigint,
  migration text,
  relation regclass,
  statement text,
  wait_seconds double precision,
  reason text
);

create type sluice_internal.snapshot_proof as (
  rows_counted bigint,
  rows_pending bigint,
  snapshot pg_snapshot,
  taken_at timestamptz,
  taken_in xid8
);

create type sluice_internal.batch_result as (
  lane_id bigint,
  version bigint,
  lower text[],
  upper text[],
  stretch_upper text[],
  lane_upper text[],
  rows_visited integer,
  rows_changed integer,
  rows_updated integer,
  rows_hot integer,
  rows_deleted integer,
  rows_pending integer,
  keys_pending text[],
  midpoint text[],
  cuts sluice_internal.cut[],
  failures sluice_internal.failed_row[],
  rows_left bigint,
  key_order text,
  proof sluice_internal.snapshot_proof,
  begun_at timestamptz
);

create type sluice_internal.tried_pieces as (
  result sluice_internal.batch_result,
  done integer,
  failure sluice_internal.failed_row,
  attempted bigint
);

create type sluice_internal.batch_end as (
  wait_seconds double precision,
  lane_id bigint,
  was_careful boolean,
  failed_state text,
  failed_message text,
  seconds double precision,
  is_timed_out boolean,
  row_cancels boolean
);

comment on domain sluice_internal.caller is
  'The role that calls a function, checked where the call stands; never given by hand.';
comment on domain sluice_internal.act is
  'What a lane does: change rows, search ranges for pending ones (sweep), count those of the whole target in one '
  'snapshot (prove), '
  'or install the trigger (capture).';
comment on domain sluice_internal.lane_state is
  'queued: waits for a worker to spare; active: is claimed whenever it is due; done; failed: given up.';
comment on domain sluice_internal.stripes is 'Number of stripes: a power of two.';
comment on domain sluice_internal.outcome is
  'What became of a batch: done; quarantined: done, with rows put aside; detached: a failing range left to itself; '
  'failed.';
comment on type sluice_internal.cut is 'A key that ends a piece of a range, and how many rows that piece has.';
comment on type sluice_internal.key_column is 'How compiled SQL names, reads, writes and compares a column of a key.';
comment on type sluice_internal.lane_claim is 'The answer of claim(): a lane to run, or how long to wait and why.';
comment on type sluice_internal.lane_work is 'What run() needs to know of a claimed lane.';
comment on type sluice_internal.failed_row is 'A key in (lower, key] whose rows could not be migrated, and the error.';
comment on type sluice_internal.vacuum_order is
  'The answer of next_vacuum(): what to vacuum, or how long to wait and why.';
comment on type sluice_internal.snapshot_proof is
  'What one query over the whole target saw: rows, pending ones among them, and its snapshot.';
comment on column sluice_internal.snapshot_proof.taken_at is
  'when the query began: what was committed by then is in its snapshot';
comment on column sluice_internal.snapshot_proof.taken_in is
  'its transaction, the only one that may end the run with it';
comment on column sluice_internal.snapshot_proof.rows_counted is
  'rows of the target; null where it is so large that they were not counted beside';
comment on type sluice_internal.batch_result is 'What run() did and checkpoint() writes down.';
comment on column sluice_internal.batch_result.rows_left is
  'rows of the lane from lower on, estimated before the batch; null: not estimated';
comment on column sluice_internal.batch_result.begun_at is
  'when run() began: the time of a batch counts from then, not from BEGIN, between which and run() lies the way to '
  'the client and back';
comment on type sluice_internal.batch_end is
  'The answer of run_batch(): how long to wait, and of a batch that failed, how.';
comment on type sluice_internal.tried_pieces is
  'How far a pieces_ function came: the result with what it did, how many pieces, and the error of the next one, with '
  'the rows that '
  'one had changed before it.';
