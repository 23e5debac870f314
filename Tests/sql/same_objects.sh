#!/usr/bin/env bash
#
# Sluice installed by script and by CREATE EXTENSION is the same.

set -euo pipefail

psql() { command psql --quiet --set ON_ERROR_STOP=1 "$@"; }
catalog() { psql --dbname "$1" --file "$(dirname "$0")/support/catalog.sql"; }

extended=${PGDATABASE}_extended
trap 'dropdb --if-exists "$extended"' EXIT

createdb --owner sluice_owner "$extended"
psql --dbname "$extended" --username sluice_owner --command 'create extension sluice'
# a dump of it says nothing
warnings=$(pg_dump --file /dev/null "$extended" 2>&1)
[ -z "$warnings" ] || { echo "$warnings"; exit 1; }

diff --unified <(catalog "$PGDATABASE") <(catalog "$extended")
