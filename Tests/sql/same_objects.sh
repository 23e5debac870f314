#!/usr/bin/env bash
#
# Sluice installed by script and by CREATE EXTENSION is the same, and the extension survives dump and restore: same
# objects, same owner, same rows.

set -euo pipefail

psql() { command psql --quiet --set ON_ERROR_STOP=1 "$@"; }
catalog() { psql --dbname "$1" --file "$(dirname "$0")/support/catalog.sql"; }
rows() { pg_dump --data-only --inserts "$1" | grep -E '^(INSERT|SELECT pg_catalog.setval)'; }

extended=${PGDATABASE}_extended
restored=${PGDATABASE}_restored
trap 'dropdb --if-exists "$extended"; dropdb --if-exists "$restored"' EXIT

createdb --owner sluice_owner "$extended"
psql --dbname "$extended" --username sluice_owner --command 'create extension sluice'
diff --unified <(catalog "$PGDATABASE") <(catalog "$extended")

psql --dbname "$extended" --username sluice_owner <<'SQL'
insert into sluice.window (name, opens, closes) values ('night', '22:00', '06:00');
update sluice.policy set max_batch = 5000;
SQL
createdb --owner sluice_owner "$restored"
pg_dump "$extended" | psql --dbname "$restored" >/dev/null
diff --unified <(catalog "$extended") <(catalog "$restored")
diff --unified <(rows "$extended") <(rows "$restored")
