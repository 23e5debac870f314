-- Health checks. Each measures something by an SQL expression; work slows from slow_at on and stops at hold_at.
-- The expression runs with the rights of the owner of schema sluice, so only that owner may write it.

create table sluice.guard (
  name text primary key,
  enabled boolean not null default true,
  measure text not null,
  culprit text,
  unit text not null,
  slow_at double precision not null,
  hold_at double precision not null,
  exempt text[] not null default '{}',
  description text not null,
  advice text,
  constraint guard_name_is_an_identifier check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  constraint hold_at_not_below_slow_at check (hold_at >= slow_at),
  constraint exempt_has_no_null check (array_position(exempt, null) is null),
  constraint thresholds_between_minus_1e15_and_1e15 check (slow_at >= -1e15 and hold_at <= 1e15)
);

create unlogged table sluice.guard_reading (
  guard text not null references sluice.guard (name) on update cascade on delete cascade,
  target oid not null,
  value double precision,
  factor double precision not null,
  culprit text,
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

comment on table sluice.guard is
  'Health checks that slow or hold every migration; in measure and culprit, $1 is the target''s oid and $2 is exempt.';
comment on column sluice.guard.culprit is
  'SQL expression giving the name of what is measured, for people: the slowest standby or slot, say; null: it has no name';
comment on column sluice.guard.exempt is
  'names that are not measured: standbys by application_name, slots by name; installing again leaves it as it is';
comment on column sluice.guard.advice is
  'what helps where it holds; {target} stands for the table, {culprit} for the name as a literal';
comment on column sluice.guard.measure is 'SQL expression giving a number; null means nothing to measure, and slows nothing';
comment on column sluice.guard.slow_at is 'from this value on work is slowed, in proportion';
comment on column sluice.guard.hold_at is 'at this value work stops until it falls';
comment on table sluice.guard_reading is 'The last reading of each guard, kept for about a second.';
comment on column sluice.guard_reading.error is 'why it could not be measured; null when it could';
comment on table sluice.wal_mark is 'Where the WAL ended when wal_rate() was last asked.';
