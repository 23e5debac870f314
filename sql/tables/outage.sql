-- An error of the whole server that a run met, such as a full disk: until the next attempt none of its lanes is
-- claimed, and then one at a time. One row a migration; none once a batch succeeded. The lock on the row is the lease
-- on the attempt.

create table sluice_internal.outage (
  migration_id bigint primary key references sluice_internal.migration on delete cascade,
  sqlstate text not null,
  failures integer not null default 1,
  began_at timestamptz not null default clock_timestamp(),
  retry_at timestamptz not null
);

comment on table sluice_internal.outage is
  'Errors of the whole server that runs met and wait for: when each tries again, one lane at a time.';
comment on column sluice_internal.outage.sqlstate is 'of the last attempt';
comment on column sluice_internal.outage.failures is
  'attempts in a row that failed; lanes that fail side by side count as one';
comment on column sluice_internal.outage.retry_at is 'until then no lane of the migration is claimed';
