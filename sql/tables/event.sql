-- What happened: one row for every change of a migration's state, and for what a person should hear about.
-- Kept after cleanup and forgotten by age or by forget(); so no foreign key.

create table sluice_internal.event (
  event_id bigint generated always as identity primary key,
  migration_id bigint,
  migration text,
  happened_at timestamptz not null default clock_timestamp(),
  kind text not null,
  old_state text,
  new_state text,
  actor name not null default session_user,
  message text,
  public_message text,
  detail jsonb,
  constraint event_kind_is_an_identifier check (kind ~ '^[a-z][a-z0-9_]*$'),
  constraint states_iff_state_event check ((kind = 'state') = (new_state is not null))
);

create index event_by_migration on sluice_internal.event (migration_id, event_id);

comment on table sluice_internal.event is 'Every change of state, and everything a person should hear about, in order.';
comment on column sluice_internal.event.public_message is
  'the message as those see it who may not read the rows that it can quote; null: its SQLSTATE';
comment on column sluice_internal.event.kind is
  'state, quarantined, lane_failed, deadline_at_risk, deadline_safe, on_finish, relation_gone, vacuumed, '
  'not_vacuumed, adopted, upgraded ...';
