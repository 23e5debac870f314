-- One row for each table of a target with capture: the trigger as it was made there. is_captured() compares what is
-- there now. A row of pg_trigger that anybody touched since has another xmin, so that also a trigger which was disabled
-- for a while, and enabled again, is not taken for one that fired all the time. Written by checkpoint when the trigger
-- was made, by follow_partitions for tables that have inherited it, and by adopt.

create table sluice_internal.captured_relation (
  migration_id bigint not null references sluice_internal.migration on delete cascade,
  relation regclass not null,
  trigger_id oid not null,
  written_in xid not null,
  enabled "char" not null,
  function_hash text not null,
  constraint captured_relation_pkey primary key (migration_id, relation)
);

comment on table sluice_internal.captured_relation is 'The capture trigger of each table of a target, as it was made.';
comment on column sluice_internal.captured_relation.trigger_id is 'pg_trigger.oid';
comment on column sluice_internal.captured_relation.written_in is
  'xmin of the row of pg_trigger: each ALTER TABLE that touches it changes this';
comment on column sluice_internal.captured_relation.enabled is 'pg_trigger.tgenabled';
comment on column sluice_internal.captured_relation.function_hash is
  'MD5 of what the trigger''s function does, under which settings';
