-- Health checks. Each measures something by an SQL expression; work slows from slow_at on and stops at hold_at.
-- The expression runs with the rights of the owner of schema sluice, so only that owner may write it.

create table sluice.guard (
  name text primary key,
  enabled boolean not null default true,
  measure text not null,
  culprit text,
  remedy text,
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

create unlogged table sluice_internal.guard_reading (
  guard text not null,
  target oid not null,
  reader oid not null default 0,
  value double precision,
  factor double precision not null,
  culprit text,
  remedy text,
  error text,
  read_at timestamptz not null,
  primary key (target, guard, reader),
  constraint factor_is_a_share check (factor between 0 and 1)
) with (fillfactor = 50);

create unlogged table sluice_internal.wal_mark (
  reader oid primary key default 0,
  lsn pg_lsn not null,
  marked_at timestamptz not null
);

create unlogged table sluice_internal.xmin_mark (
  reader oid not null default 0,
  holder text not null,
  horizon text not null,
  since timestamptz not null,
  seen_at timestamptz not null,
  primary key (reader, holder)
);

comment on table sluice.guard is
  'Health checks that slow or hold every migration; in measure and culprit, $1 is the target''s oid and $2 is exempt.';
comment on column sluice.guard.culprit is
  'SQL expression giving the name of what is measured, for people: the slowest standby or slot, say; null: it has no '
  'name';
comment on column sluice.guard.remedy is 'SQL expression giving what ends it, for people; null: advice says it for all';
comment on column sluice.guard.exempt is
  'names that are not measured: standbys by application_name, slots by name; installing again leaves it as it is';
comment on column sluice.guard.advice is
  'what helps where it holds; {target} stands for the table, {culprit} for the name as a literal, '
  '{remedy} for what remedy gave';
comment on column sluice.guard.measure is
  'SQL expression giving a number; null means nothing to measure, and slows nothing';
comment on column sluice.guard.slow_at is 'from this value on work is slowed, in proportion';
comment on column sluice.guard.hold_at is 'at this value work stops until it falls';
comment on table sluice_internal.guard_reading is
  'The last reading of each guard by each owner of migrations; the newest counts, whoever read it, for about a second.';
comment on column sluice_internal.guard_reading.target is
  'oid of the target that was measured; 0: a guard that does not use $1, which is read once for all targets';
comment on column sluice_internal.guard_reading.guard is
  'its name; not a foreign key, whose lock on the guard would last as long as the transaction of a reader';
comment on column sluice_internal.guard_reading.reader is
  'role that read it; each writes rows of its own, so that a transaction of one that stays open keeps no other from '
  'reading';
comment on column sluice_internal.guard_reading.error is 'why it could not be measured; null when it could';
comment on table sluice_internal.xmin_mark is
  'Which transaction ids standbys and slots hold back, and since when they stand still, by each role as in '
  'guard_reading.';
comment on column sluice_internal.xmin_mark.horizon is 'the oldest xmin of it; rows that died later stay';
comment on table sluice_internal.wal_mark is
  'Where the WAL ended when wal_rate() was last asked, by each role as in guard_reading; the newest counts.';
