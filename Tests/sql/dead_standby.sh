#!/usr/bin/env bash
#
# A synchronous standby that is dead: batches, guards, failures, maintenance and upkeep commit asynchronously and go on. Only the end of a
# run waits for it, and that is said. synchronous_standby_names counts for a whole server, so this has one of its own.

set -euo pipefail

. "$(dirname "$0")/support/own_server.sh"
workers=()
end_of_test() { kill "${workers[@]}" 2>/dev/null || true; }
start_server data 5432
# what this test itself writes waits for no standby
export PGOPTIONS='-c synchronous_commit=local'
until_true() {
  local deadline=$((SECONDS + 120))
  until [ "$(psql --command "$2")" = t ]; do
    [ $SECONDS -lt $deadline ] || { echo "not ok - $1"; psql --command 'select name, state, waiting_for from sluice.progress'; exit 1; }
    sleep 0.1
  done
  echo "ok - $1"
}

install_shop
psql >/dev/null <<'SQL'
grant create on schema public to author;
grant pg_monitor to sluice_owner;
set role sluice_owner;
select sluice.grant_author('author');
update sluice.policy set poll_interval = '100 milliseconds', gentle_share = 1;
SQL
psql --username author >/dev/null <<'SQL'
create table items (id integer primary key, raw text, n integer);
insert into items select i, case when i = 500 then 'x' else i::text end from generate_series(1, 30000) as i;
create index on items (n);
analyze items;
select sluice.define('items', 'items', pending => 'n is null', set => 'n = raw::integer', max_batch => 1000);
select from sluice.schedule('items');
SQL
need_standby() {
  psql --command "alter system set synchronous_standby_names = '$1'" --command 'select pg_reload_conf()' >/dev/null
  until_true "needed: ${1:-no standby}" "select current_setting('synchronous_standby_names') = '$1'"
}
work() {
  PGOPTIONS='-c synchronous_commit=on' command psql --quiet --username author --command 'set statement_timeout = 0' \
    --command "call sluice.work(lasting => '10 minutes', until_idle => true)" >>"$data/work" 2>&1 &
  workers+=($!)
}
need_standby nobody
work
until_true 'batches and guards go on, and so does a batch that fails' "select count(*) > 0 from sluice.quarantined"
until_true 'the end of the run waits for it, and says so' \
  "select waiting_for ~ '^the synchronous standby nobody, which has not confirmed the commit of session [0-9]+\$' from sluice.progress('items')"
same 'with what helps' "$(psql --command "select advice like '%alter system set synchronous_standby_names%' from sluice.stuck where problem = 'waits'")" t

session() { PGOPTIONS='-c synchronous_commit=on -c statement_timeout=60s' command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 --username author "$@"; }
same 'maintenance goes on' "$(session --command 'select sluice_internal.keep_house() is not null')" t
same 'and upkeep, with its vacuum' "$(session <<'SQL'
select statement from sluice_internal.next_vacuum() \gexec
select from sluice_internal.record_vacuum((select max(migration_id) from sluice.vacuums), 'items');
select vacuums from sluice.vacuums;
SQL
)" 1

need_standby ''
until_true 'without it the run ends' "select state = 'failed' from sluice.progress('items')"
same 'each row done but the one that cannot be' "$(psql --command 'select count(*) from items where n is null')" 1

psql --username author >/dev/null <<'SQL'
create table fine (id integer primary key, n integer);
insert into fine select i from generate_series(1, 10) as i;
select sluice.define('fine', 'fine', pending => 'n is null', set => 'n = id');
select from sluice.schedule('fine');
SQL
need_standby nobody
work
until_true 'the end of a run that succeeds waits for it, too' "select count(*) = 1 from pg_stat_activity where wait_event = 'SyncRep'"
need_standby ''
until_true 'and without it that is finished' "select sluice.finished('fine')"
