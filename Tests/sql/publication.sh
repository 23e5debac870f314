#!/usr/bin/env bash
#
# What takes in all tables of a database is told of at installation: a subscriber would stop for want of ours. Of a server of its
# own, because publications are of use only where wal_level is logical.

set -euo pipefail

here=$(dirname "$0")
data=$(mktemp -d)
bin=$SLUICE_PG_BIN
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
remove() { as_server "$bin/pg_ctl" --pgdata "$data/data" stop --mode immediate >/dev/null 2>&1 || true; rm -rf "$data"; }
trap remove EXIT
[ "$(id -u)" != 0 ] || chown postgres "$data"
as_server "$bin/initdb" --pgdata "$data/data" --username postgres --auth trust --no-sync >/dev/null
chmod 700 "$data"
as_server "$bin/pg_ctl" --pgdata "$data/data" --wait --timeout 300 --log "$data/log" \
  --options "-c listen_addresses='' -c unix_socket_directories='$data' -c wal_level=logical -c fsync=off" start >/dev/null

export PGHOST=$data PGDATABASE=postgres PGUSER=postgres PGPORT=5432
psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
is() { [ "$1" = "$2" ] || { echo "$3: $1 instead of $2"; exit 1; }; }
has() { grep -qE "$1" <<<"$2" || { echo "no \"$1\" in: $2"; exit 1; }; }
until_is() {
  local wanted=$1 found='' end=$((SECONDS + 240))
  while [ $SECONDS -lt $end ]; do
    found=$("${@:3}")
    [ "$found" != "$wanted" ] || return 0
    command psql --quiet --command 'select pg_sleep(0.1)' >/dev/null
  done
  echo "$2: $found instead of $wanted"; exit 1
}
install() { psql --username sluice_owner --file "$here/../../sql/install.sql" "$@" 2>&1 || true; }
schemas() { psql --command "select count(*) from pg_namespace where nspname = 'sluice'" "$@"; }

psql --file "$here/support/roles.sql"
for name in shop copy extended quiet; do psql --command "create database $name owner sluice_owner"; done

# nothing to tell

is "$(install --dbname quiet)" '' 'said where nothing takes in all'
is "$(psql --dbname quiet --command 'select count(*) from sluice.side_effects()')" 0 'side effects'
is "$(psql --dbname quiet --command "select count(*) from pg_class c where c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and c.relkind = 'r'
  and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)")" 0 'tables that cannot be published for want of a key'

# a publication that nobody reads

export PGDATABASE=shop
psql --command 'create table t (id integer primary key, v integer)' --command 'create publication p for all tables'
said=$(install)
has 'WARNING:  publication "p" takes in the tables of Sluice' "$said"
is "$(schemas)" 1 'schemas'
is "$(psql --command 'select kind, name, is_harmful from sluice.side_effects()')" 'publication|p|f' 'what doctor is told'
psql --username sluice_owner --command "select sluice.grant_author('author')" >/dev/null
psql --command 'grant create on schema public to author'
psql --username author >/dev/null <<'SQL'
create table mine (id integer primary key, v integer);
insert into mine select generate_series(1, 10);
select sluice.define('m', 'mine', pending => 'v is null', set => 'v = id');
call sluice.cleanup('m');
SQL
is "$(psql --command "select state from sluice.progress('m')")" finished 'a run under such a publication'
psql --username sluice_owner --command 'call sluice.uninstall()'
psql --command 'drop table mine'

# one that a subscriber reads

psql --dbname copy --command 'create table t (id integer primary key, v integer)'
psql --command "select pg_create_logical_replication_slot('reader', 'pgoutput')" >/dev/null
psql --dbname copy --command "create subscription sub connection 'host=$data dbname=shop user=postgres' publication p
  with (create_slot = false, slot_name = 'reader')" 2>/dev/null
psql --command 'insert into t values (1, 1)'
rows() { psql --dbname copy --command 'select count(*) from t'; }
until_is 1 'rows that are replicated' rows
said=$(install)
has 'ERROR:  cannot install Sluice: publication "p" takes in the tables of Sluice' "$said"
has 'reads slot "reader"' "$said"
has 'for tables in schema public' "$said"
is "$(schemas)" 0 'schemas after a refusal'
said=$(psql --command 'create extension sluice' 2>&1 || true)
has 'ERROR:  cannot install Sluice: publication' "$said"
psql --command 'insert into t values (2, 2)'
until_is 2 'rows that are replicated after a refusal' rows

# as the docs say: the subscriber has the tables before, and is not refreshed

is "$(install --dbname copy)" '' 'said at the subscriber'
PGOPTIONS='-c sluice.allow_publication=on' install >/dev/null
is "$(schemas)" 1 'schemas where it was allowed'
is "$(psql --command 'select kind, name, is_harmful from sluice.side_effects()')" 'publication|p|t' 'what doctor is told of it'
psql --command 'insert into t values (3, 3)'
until_is 3 'rows that are replicated after the installation' rows
psql --dbname copy --command 'drop subscription sub'
psql --username sluice_owner --command 'call sluice.uninstall()'

# a publication by schema is not concerned

psql --command 'drop publication p' --command 'create publication p for tables in schema public'
psql --command "select pg_create_logical_replication_slot('reader', 'pgoutput')" >/dev/null
is "$(install)" '' 'said with a publication by schema'
psql --username sluice_owner --command 'call sluice.uninstall()'

# event triggers, and default privileges

psql <<'SQL'
create table audit (tag text);
grant insert on audit to public;
create function note() returns event_trigger language plpgsql as 'begin insert into public.audit values (tg_tag); end';
create event trigger audit on ddl_command_end execute function note();
alter default privileges for role sluice_owner grant all on tables to viewer;
alter default privileges for role sluice_owner grant all on functions to viewer;
alter default privileges for role sluice_owner grant all on sequences to viewer;
SQL
said=$(install)
has 'WARNING:  event trigger "audit" fires for what Sluice creates' "$said"
has 'WARNING:  default privileges give "viewer" rights on what "sluice_owner" creates' "$said"
is "$(psql --command "select count(*) from pg_class c where c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and c.relkind in ('r', 'v', 'S')
  and has_table_privilege('viewer', c.oid, 'select') and c.relkind <> 'S'")" 0 'tables that default privileges let a role read'
is "$(psql --command "select count(*) from pg_proc p where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[])
  and has_function_privilege('viewer', p.oid, 'execute')")" 0 'functions that default privileges let a role execute'
