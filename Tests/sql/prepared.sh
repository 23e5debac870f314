#!/usr/bin/env bash
#
# A prepared transaction that holds a lock is named by its id, with what ends it. PostgreSQL has none where
# max_prepared_transactions is 0, so this has a server of its own.

set -euo pipefail

. "$(dirname "$0")/support/own_server.sh"
start_server data 5432 max_prepared_transactions=5

install_shop
psql >/dev/null <<'SQL'
grant create on schema public to author;
grant pg_monitor to sluice_owner;
set role sluice_owner;
select sluice.grant_author('author');
update sluice.guard set enabled = false;
SQL
psql --username author >/dev/null <<'SQL'
create table items (id integer primary key, n integer);
insert into items select i from generate_series(1, 10) as i;
analyze items;
select sluice.define('items', 'items', pending => 'n is null', set => 'n = 1');
select from sluice.schedule('items', immediately => true);
begin;
lock table items in share mode;
prepare transaction 'order of shop';
select sluice_internal.run_one('items');
SQL
psql --command "update sluice_internal.lane set due_at = now() + interval '1 hour'"
same 'the holder is named by its id, and the advice ends it' \
  "$(psql --username author --command "select advice from sluice.stuck where problem = 'waits'")" \
  "Locks on items are held by prepared transaction 'order of shop': A prepared transaction stays until somebody ends it, in this database: rollback prepared 'order of shop'; or commit prepared 'order of shop'; Mend the cause; to try at once: select sluice.retry('items');"

psql <<'SQL'
update sluice.guard set enabled = true, slow_at = 0, hold_at = 0 where name = 'oldest_transaction';
update sluice_internal.lane set due_at = now(), attempts = 0;
update sluice.schedule set immediately = false;
SQL
psql --username author --command "select reason from sluice_internal.claim('items')" >/dev/null
waits=$(psql --username author --command "select waiting_for from sluice.progress('items')")
case $waits in *"(prepared transaction 'order of shop' in database shop) is "*) echo 'ok - so does the guard of old transactions' ;;
  *) printf 'not ok - so does the guard of old transactions\n%s\n' "$waits"; exit 1 ;; esac
same 'with the statement that ends it' \
  "$(psql --username author --command "select advice like '%rollback prepared ''order of shop''; or commit prepared ''order of shop''; in database shop.%'
    from sluice.stuck where problem = 'waits'")" t
psql --username author --command "rollback prepared 'order of shop'"
same 'and it is not held any more' "$(psql --command "select sluice_internal.holders_of('items')")" 'nobody any more'
