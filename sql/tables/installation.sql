-- One row: which version is installed, and in which database it was installed. A dump restored elsewhere, or a
-- database made with createdb -T, carries this row along; its identity then differs from the database's own, and
-- nothing runs until somebody calls sluice.adopt().

create table sluice_internal.installation (
  only_row boolean primary key default true,
  version text not null,
  system_identifier bigint not null,
  database_oid oid not null,
  adopted boolean not null default true,
  cluster_names text[],
  secret uuid not null default gen_random_uuid(),
  installed_at timestamptz not null default now(),
  upgraded_at timestamptz,
  constraint installation_has_one_row check (only_row)
);

comment on table sluice_internal.installation is
  'The installed version and the identity of the database that may run migrations.';
comment on column sluice_internal.installation.system_identifier is
  'pg_control_system().system_identifier of the cluster that was adopted';
comment on column sluice_internal.installation.adopted is
  'false after disown(): nothing runs, whatever the identity is';
comment on column sluice_internal.installation.cluster_names is
  'values of cluster_name, of the servers that may run migrations; null: it is not looked at';
comment on column sluice_internal.installation.secret is
  'what a session cannot know: by it is_adopted() recognises the answer that it left in a setting of the session';
comment on column sluice_internal.installation.database_oid is 'pg_database.oid of the database that was adopted';
