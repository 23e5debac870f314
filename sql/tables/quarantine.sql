-- Rows that could not be migrated, by key, each with its error as the server gave it.

create table sluice_internal.quarantine (
  quarantine_id bigint generated always as identity primary key,
  migration_id bigint not null references sluice_internal.migration on delete cascade,
  relation regclass not null,
  lower text[],
  key text[] not null,
  rows integer not null default 1,
  stripes integer not null default 1,
  stripe integer not null default 0,
  key_order text,
  sqlstate text not null,
  message text not null,
  detail text,
  hint text,
  context text,
  constraint_name text,
  quarantined_at timestamptz not null default clock_timestamp(),
  constraint quarantine_rows_positive check (rows >= 1)
);

-- by a hash of the key, which may be longer than an index takes
create index quarantine_by_migration on sluice_internal.quarantine (migration_id, hash_array(key));

comment on table sluice_internal.quarantine is
  'Rows that could not be migrated, by key, with the error; retry() takes them up again.';
comment on column sluice_internal.quarantine.lower is 'the key walked before, so that (lower, key] is exactly this row';
comment on column sluice_internal.quarantine.key_order is 'what lower and key depend on, as in sluice_internal.lane';
comment on column sluice_internal.quarantine.rows is
  'rows with this key; more than one only where the key is not unique';
