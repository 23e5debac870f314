#!/usr/bin/env bash
#
# A database with a scheduled migration survives dump and restore, whichever way Sluice was installed: same objects, same
# owners, same rows.

set -euo pipefail

psql() { command psql --quiet --set ON_ERROR_STOP=1 "$@"; }
catalog() { psql --dbname "$1" --file "$(dirname "$0")/support/catalog.sql"; }
rows() { pg_dump --data-only --inserts "$1" | grep -E '^(INSERT|SELECT pg_catalog.setval)'; }

extended=${PGDATABASE}_extended
restored=${PGDATABASE}_restored
trap 'dropdb --if-exists "$extended"; dropdb --if-exists "$restored"' EXIT

createdb --owner sluice_owner "$extended"
psql --dbname "$extended" --username sluice_owner --command 'create extension sluice'

for source in "$PGDATABASE" "$extended"; do
  psql --dbname "$source" --username sluice_owner >/dev/null <<'SQL'
update sluice.policy set max_batch = 5000;
insert into sluice.window (name, opens, closes) values ('night', '22:00', '06:00');

create table public.builds (id bigint primary key, stage_id int);
insert into public.builds (id) select generate_series(1, 1000);
select sluice.define('builds_stage_id', target => 'public.builds', pending => 'stage_id is null', set => 'stage_id = 1');
insert into sluice.schedule (migration, during) values ('builds_stage_id', '{night}');
SQL

  createdb --owner sluice_owner "$restored"
  pg_dump "$source" | psql --dbname "$restored" >/dev/null
  diff --unified <(catalog "$source") <(catalog "$restored")
  diff --unified <(rows "$source") <(rows "$restored")
  dropdb "$restored"
done
