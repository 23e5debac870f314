#!/usr/bin/env bash
#
# A query on a standby with hot_standby_feedback keeps dead rows from being removed here: the guard of old transactions measures it, names
# the standby, or its slot, and says what ends it.

set -euo pipefail

. "$(dirname "$0")/support/own_server.sh"
start_server primary 5432
as_server "$bin/pg_basebackup" --pgdata "$data/standby" --write-recovery-conf --no-sync --checkpoint fast --username postgres --host "$data"
as_server tee --append "$data/standby/postgresql.auto.conf" >/dev/null <<SETTINGS
hot_standby_feedback = on
wal_receiver_status_interval = 1s
primary_conninfo = 'host=$data user=postgres application_name=reports'
SETTINGS
start_server standby 5433
until_true() {
  local deadline=$((SECONDS + 120))
  until [ "$(psql --command "$2")" = t ]; do
    [ $SECONDS -lt $deadline ] || { echo "not ok - $1"; psql --command 'table sluice.guards' --command 'table sluice_internal.xmin_mark'; exit 1; }
    # a second between two readings, as while a run goes on
    [ -z "${3:-}" ] || psql --username author --command "$3" >/dev/null
    sleep 0.2
  done
  echo "ok - $1"
}

install_shop
psql >/dev/null <<'SQL'
grant create on schema public to author;
grant pg_monitor to sluice_owner;
set role sluice_owner;
select sluice.grant_author('author');
update sluice.guard set enabled = name = 'oldest_transaction';
update sluice.guard set slow_at = 2, hold_at = 4 where name = 'oldest_transaction';
SQL
psql --username author >/dev/null <<'SQL'
create table items (id integer primary key, n integer);
insert into items select i from generate_series(1, 100000) as i;
analyze items;
select sluice.define('items', 'items', pending => 'n is null', set => 'n = 1', max_batch => 100);
select from sluice.schedule('items', within => '1 day');
select sluice_internal.run_one('items');
SQL

deadline=$((SECONDS + 120))
until [ "$(PGPORT=5433 psql --command "select count(*) from items" 2>/dev/null)" = 100000 ]; do
  [ $SECONDS -lt $deadline ] || { echo 'not ok - the standby has the rows'; exit 1; }
  sleep 0.2
done
coproc reader { PGPORT=5433 command psql --quiet --no-align --tuples-only 2>&1; }
printf 'begin isolation level repeatable read;\nselect count(*) from items;\n' >&"${reader[1]}"
read -r _ <&"${reader[0]}"

work="select sluice_internal.run_one('items')"
until_true 'a query on a standby holds the run' "select waiting_for ~ 'standby \"reports\"' from sluice.progress('items')" "$work"
same 'what ends it is said' "$(psql --command "select advice like '%End the query on standby \"reports\", or turn hot_standby_feedback off there.%'
  from sluice.stuck where name = 'items' and problem = 'waits'")" t

# the same through a slot
printf 'commit;\n' >&"${reader[1]}"
until_true 'when the query ends the run goes on' "select coalesce(waiting_for, '') !~ 'standby' from sluice.progress('items')" "$work"
psql --command "select pg_create_physical_replication_slot('reports_slot', true)" >/dev/null
PGPORT=5433 psql --command "alter system set primary_slot_name = 'reports_slot'" --command 'select pg_reload_conf()' >/dev/null
until_true 'the standby reads a slot' "select coalesce(bool_or(xmin is not null), false) from pg_replication_slots" "$work"
printf 'begin isolation level repeatable read;\nselect count(*) from items;\n' >&"${reader[1]}"
read -r _ <&"${reader[0]}"
until_true 'so does one whose standby has a slot' "select waiting_for ~ 'physical slot \"reports_slot\" of standby \"reports\"' from sluice.progress('items')" "$work"
as_server "$bin/pg_ctl" --pgdata "$data/standby" stop --mode immediate >/dev/null
until_true 'and a slot that nobody reads any more' "select waiting_for ~ 'physical slot \"reports_slot\", which nobody reads' from sluice.progress('items')" "$work"
same 'with its statement' "$(psql --command "select advice like '%select pg_drop_replication_slot(''reports_slot'');%'
  from sluice.stuck where name = 'items' and problem = 'waits'")" t
psql --command "select pg_drop_replication_slot('reports_slot')" >/dev/null
until_true 'without it the run goes on' "select coalesce(waiting_for, '') !~ 'guard' from sluice.progress('items')" "$work"
