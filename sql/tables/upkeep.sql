-- What vacuum did for a run: one row for each relation of a migration that was vacuumed, or was to be. Written once a
-- vacuum.

create table sluice_internal.upkeep (
  migration_id bigint not null references sluice_internal.migration on delete cascade,
  relation regclass not null,
  rows_left_at_last bigint not null default 0,
  rows_touched_at_full bigint not null default 0,
  vacuums integer not null default 0,
  seconds double precision not null default 0,
  last_seconds double precision not null default 0,
  began_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  kind text not null,
  pid integer,
  rows_due bigint not null default 0,
  in_vain integer not null default 0,
  problem text,
  primary key (migration_id, relation),
  constraint upkeep_kind_is_known check (kind in ('part', 'full'))
) with (fillfactor = 50);

comment on table sluice_internal.upkeep is 'Vacuums of the relations of a run: how many, when, how long, or why none.';
comment on column sluice_internal.upkeep.rows_left_at_last is
  'old row versions that the run''s lanes had left for vacuum when it was last attempted';
comment on column sluice_internal.upkeep.rows_touched_at_full is
  'rows that they had updated or deleted before the last full vacuum';
comment on column sluice_internal.upkeep.pid is
  'backend that vacuums while ended_at is null; null where it may not vacuum';
comment on column sluice_internal.upkeep.rows_due is 'old row versions that waited when the last vacuum was ordered';
comment on column sluice_internal.upkeep.in_vain is
  'vacuums in a row that left half of what waited, or more, because something still sees it';
comment on column sluice_internal.upkeep.problem is
  'why the last attempt did nothing, or removed little; null when it did';
