-- What ran, like cron.job_run_details: one row a committed or failed batch, pruned by age.
-- No foreign keys: a batch must not take a lock on the migration's row.

create table sluice_internal.batch (
  batch_id bigint generated always as identity primary key,
  migration_id bigint not null,
  lane_id bigint not null,
  act sluice_internal.act not null,
  backend_pid integer not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  lower text[],
  upper text[],
  stripe integer,
  rows_visited integer not null default 0,
  rows_changed integer not null default 0,
  rows_hot integer not null default 0,
  outcome sluice_internal.outcome not null,
  sqlstate text,
  message text,
  detail text,
  hint text,
  context text,
  constraint sqlstate_iff_failed check ((sqlstate is not null) = (outcome in ('failed', 'quarantined')))
);

create index batch_by_migration on sluice_internal.batch (migration_id, batch_id);

comment on table sluice_internal.batch is 'One row a batch: when, on which backend, how many rows, with what outcome.';
comment on column sluice_internal.batch.lower is 'key before the first row, exclusive; null: from the beginning';
comment on column sluice_internal.batch.upper is 'key of the last row, inclusive';
