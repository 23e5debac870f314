-- Health checks. Each measures something by an SQL expression; work slows from slow_at on and stops at hold_at.
-- The expression runs with the rights of the owner of schema sluice, so only that owner may write it.

create table sluice.guard (
  name text primary key,
  enabled boolean not null default true,
  measure text not null,
  unit text not null,
  slow_at double precision not null,
  hold_at double precision not null,
  description text not null,
  constraint guard_name_is_an_identifier check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  constraint hold_at_not_below_slow_at check (hold_at >= slow_at),
  constraint thresholds_between_minus_1e15_and_1e15 check (slow_at >= -1e15 and hold_at <= 1e15)
);

create unlogged table sluice.guard_reading (
  guard text not null references sluice.guard (name) on update cascade on delete cascade,
  target oid not null,
  value double precision,
  factor double precision not null,
  error text,
  read_at timestamptz not null,
  primary key (guard, target),
  constraint factor_is_a_share check (factor between 0 and 1)
) with (fillfactor = 50);

create unlogged table sluice.wal_mark (
  only_row boolean primary key default true,
  lsn pg_lsn not null,
  marked_at timestamptz not null,
  constraint wal_mark_has_one_row check (only_row)
);

comment on table sluice.guard is 'Health checks that slow or hold every migration; $1 in the measure is the target''s oid.';
comment on column sluice.guard.measure is 'SQL expression giving a number; null means nothing to measure, and slows nothing';
comment on column sluice.guard.slow_at is 'from this value on work is slowed, in proportion';
comment on column sluice.guard.hold_at is 'at this value work stops until it falls';
comment on table sluice.guard_reading is 'The last reading of each guard, kept for about a second.';
comment on column sluice.guard_reading.error is 'why it could not be measured; null when it could';
comment on table sluice.wal_mark is 'Where the WAL ended when wal_rate() was last asked.';
