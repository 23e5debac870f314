#!/usr/bin/env bash
#
# A schema "sluice" or "sluice_internal" that another role made is refused with a hint by psql and by CREATE EXTENSION, and nothing of it is called.

set -euo pipefail

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
has() { grep -qF -- "$1" <<<"$2" || { echo "no \"$1\" in: $2"; exit 1; }; }
install=$(dirname "$0")/../../sql/install.sql

made=${PGDATABASE}_made
trap 'dropdb --if-exists "$made"' EXIT
createdb --owner sluice_owner "$made"
export PGDATABASE=$made
psql --command "grant create on database $made to application"

# the schema of control tables and steps, by itself
psql --username application --command 'create schema sluice_internal'
for role in postgres sluice_owner; do
  for installation in "--file=$install" '--command=create extension sluice'; do
    said=$(psql --username "$role" "$installation" 2>&1 || true)
    has 'schema "sluice_internal" already exists' "$said"
    has 'alter schema sluice_internal rename' "$said"
  done
done
psql --username application --command 'drop schema sluice_internal'

# empty: a superuser would make functions of the application's
psql --username application --command 'create schema sluice'
said=$(psql --command 'create extension sluice' 2>&1 || true)
has 'schema "sluice" belongs to role "application"' "$said"
has 'drop schema sluice;' "$said"
has 'set role application; create extension sluice;' "$said"
said=$(psql --username sluice_owner --command 'create extension sluice' 2>&1 || true)
has 'schema "sluice" belongs to role "application"' "$said"
# what the owner of the database sets does not make it a restore
psql --username sluice_owner --command "alter database $made set row_security = off"
said=$(psql --command 'create extension sluice' 2>&1 || true)
has 'schema "sluice" belongs to role "application"' "$said"
for role in postgres sluice_owner; do
  said=$(psql --username "$role" --file "$install" 2>&1 || true)
  has 'schema "sluice" already exists' "$said"
  has 'It belongs to role "application".' "$said"
  has 'alter schema sluice rename' "$said"
done

# full: nothing of it is called
psql --username application <<'SQL'
create function sluice.seize() returns text language plpgsql as $$
begin
  raise exception 'seized';
end
$$;
create function sluice.version() returns text language sql as 'select sluice.seize()';
create function sluice.side_effects() returns table (kind text, name text, is_harmful boolean, message text, detail text, hint text)
  language sql as 'select sluice.seize(), null, true, null, null, null';
create view sluice.progress as select sluice.seize() as name;
grant usage on schema sluice to public;
SQL
for role in postgres sluice_owner; do
  said=$(psql --username "$role" --file "$install" 2>&1; psql --username "$role" --command 'create extension sluice' 2>&1 || true)
  has 'already exists' "$said"
  has 'belongs to role "application"' "$said"
  ! grep -q seized <<<"$said" || { echo "called: $said"; exit 1; }
done

# its owner may have it
psql --username application --command 'drop schema sluice cascade' --command 'create schema sluice'
psql --command 'set role application' --command 'create extension sluice'
[ "$(psql --command "select count(*) from pg_proc where pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and proowner <> 'application'::regrole")" = 0 ]
