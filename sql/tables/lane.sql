-- A lane is a contiguous part of one relation's key space, walked by one worker at a time. Its row lock is the lease:
-- claim takes it, and it dies with the worker's transaction. Lanes are few and long-lived.
--
-- Bounds are key values as text, one element a key column: (lower, upper], exclusive and inclusive; null lower is the
-- beginning, null upper is not yet known. Blocks are walked the same way, the only element being a ctid.
--
--   lower ...done... cursor [ stretch: stripes 0 .. stripe-1 done, the current one up to stripe_cursor ] stretch_upper
--   ... upper

create table sluice_internal.lane (
  lane_id bigint generated always as identity primary key,
  migration_id bigint not null references sluice_internal.migration on delete cascade,
  relation regclass not null,
  act sluice_internal.act not null default 'change',
  by_blocks boolean not null default false,
  detour text,
  state sluice_internal.lane_state not null default 'queued',
  lower text[],
  upper text[],
  cursor text[],
  stripes sluice_internal.stripes not null default 1,
  stripe integer not null default 0,
  stripe_cursor text[],
  stretch_upper text[],
  stretch_rows integer,
  cuts sluice_internal.cut[],
  pass integer not null default 0,
  found_keys text[],
  has_all_keys boolean not null default true,
  rows_changed_before bigint,
  key_order text,
  is_outdated boolean not null default false,
  is_gone boolean not null default false,
  rows_staying bigint not null default 0,
  keys_staying text[],
  proof sluice_internal.snapshot_proof,
  version bigint not null default 0,
  batch_size integer not null,
  careful integer,
  clean_batches integer not null default 0,
  rows_estimated bigint not null default 0,
  measure_at bigint default 0,
  rows_visited bigint not null default 0,
  rows_changed bigint not null default 0,
  rows_updated bigint not null default 0,
  rows_hot bigint not null default 0,
  rows_deleted bigint not null default 0,
  rows_updated_judged bigint not null default 0,
  rows_hot_judged bigint not null default 0,
  batches bigint not null default 0,
  failures bigint not null default 0,
  attempts integer not null default 0,
  seconds_busy double precision not null default 0,
  seconds_per_row double precision,
  cost_variance double precision,
  seconds_per_change double precision,
  busy_share double precision,
  rows_per_second double precision,
  pause double precision not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  last_batch_at timestamptz,
  error_sqlstate text,
  error_message text,
  error_detail text,
  error_hint text,
  error_context text,
  error_constraint text,
  failed_at timestamptz,
  announced_by integer,
  constraint rows_estimated_within_10_trillion check (rows_estimated between -10000000000000 and 10000000000000),
  constraint blocks_are_changed check (act = 'change' or not by_blocks),
  constraint detour_is_known check (detour in ('detach', 'quarantine')),
  constraint stripe_below_stripes check (stripe >= 0 and stripe < stripes),
  constraint stripes_only_in_a_stretch check (stretch_upper is not null or (stripe = 0 and stripe_cursor is null)),
  constraint batch_size_positive check (batch_size >= 1),
  constraint careful_positive check (careful >= 1)
) with (fillfactor = 50);

create index lane_by_migration on sluice_internal.lane (migration_id);
create index lane_open_by_migration on sluice_internal.lane (migration_id) where state in ('queued', 'active');

comment on table sluice_internal.lane is 'Parts of the key space; the lock on a row is the lease on its range.';
comment on column sluice_internal.lane.act is
  'change: rows are changed; sweep: pending rows are searched for; prove: those of the whole target are counted in '
  'one snapshot, '
  'after all others; capture: the trigger is installed, before all others';
comment on column sluice_internal.lane.by_blocks is
  'walked in physical order, because the key is random in it: lower, upper and cursor are ctids; what is missed or '
  'fails is told by the key';
comment on column sluice_internal.lane.detour is
  'the next claim does not run the failing range: detach leaves it to itself, quarantine puts its only key aside';
comment on column sluice_internal.lane.version is
  'counts every change of the row; a late or double report does not match it';
comment on column sluice_internal.lane.stretch_rows is
  'rows up to stretch_upper, counted by the first stripe; null when that is not known';
comment on column sluice_internal.lane.cuts is
  'where a careful lane cuts the stretch into pieces, the same for each stripe';
comment on column sluice_internal.lane.careful is
  'rows of a piece: after a row failed, a batch is walked in pieces, so that one is found in it; null is ordinary';
comment on column sluice_internal.lane.clean_batches is 'batches of a careful lane since a row failed';
comment on column sluice_internal.lane.measure_at is
  'rows_visited from which on a batch estimates the rows left again, by a sample of pages; null: never';
comment on column sluice_internal.lane.rows_updated_judged is
  'rows_updated when the number of stripes was judged last; rows_hot_judged likewise';
comment on column sluice_internal.lane.rows_deleted is
  'rows of the relation itself; like updates that were not HOT, they wait for vacuum';
comment on column sluice_internal.lane.found_keys is 'keys that the sweep before found pending here';
comment on column sluice_internal.lane.has_all_keys is
  'found_keys has the key of each row that was found, and keys tell rows: false beyond a thousand, and for ctids';
comment on column sluice_internal.lane.rows_changed_before is
  'of a sweep after the first: rows that the walk of its range before it changed';
comment on column sluice_internal.lane.key_order is
  'what its bounds depend on (catalog/key_order.sql), as its first batch found it; null: on nothing, or not begun';
comment on column sluice_internal.lane.is_outdated is
  'ended because its bounds say nothing about rows any more; walk or verification begins again';
comment on column sluice_internal.lane.is_gone is
  'ended at its cursor because its relation was no part of the target any more; it goes on there when the relation '
  'comes back';
comment on column sluice_internal.lane.rows_staying is
  'rows that the sweep found pending although they had been visited twice; keys_staying: keys of some';
comment on column sluice_internal.lane.proof is
  'what the query of a prove lane, which has the whole target for relation, saw';
comment on column sluice_internal.lane.announced_by is
  'backend that runs the next batch under a transaction_timeout; when it is gone, that batch ended it '
  '(work/announce_batch.sql)';
comment on column sluice_internal.lane.attempts is 'transient failures in a row';
comment on column sluice_internal.lane.seconds_per_change is
  'exponentially weighted mean of a changed row''s cost in batches most of whose rows were changed; null before the '
  'first';
comment on column sluice_internal.lane.busy_share is
  'share of the last ten seconds in which its batches ran, pauses included; a share of one worker';
comment on column sluice_internal.lane.seconds_per_row is 'exponentially weighted mean of a visited row''s cost';
comment on column sluice_internal.lane.cost_variance is
  'exponentially weighted variance of a batch''s seconds per visited row';
comment on column sluice_internal.lane.rows_per_second is
  'visited rows a second in about the last ten seconds, pauses included';
comment on column sluice_internal.lane.pause is 'seconds; the pause after the last batch';

-- What checkpoint and fail work on.
create type sluice_internal.held_lane as (
  lane sluice_internal.lane,
  migration sluice_internal.migration,
  policy sluice.policy,
  is_outage boolean
);

comment on type sluice_internal.held_lane is 'A lane, locked by this transaction, with what its batch is measured by.';
