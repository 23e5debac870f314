#!/usr/bin/env bash
#
# What a viewer sees of a batch that waits for a lock: as much as the owner of schema sluice may see, and never that nobody blocks it
# where that is not known. A session that borrows the name of a worker is none.

set -euo pipefail

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
same() { [ "$2" = "$3" ] || { printf 'not ok - %s\n  have: %s\n  want: %s\n' "$1" "$2" "$3"; exit 1; }; echo "ok - $1"; }
until_is() {  # what, query, expected
  local deadline=$((SECONDS + 120)) seen
  until seen=$(psql --username viewer --command "$2") && [ "$seen" = "$3" ]; do
    [ $SECONDS -lt $deadline ] || { printf 'not ok - %s\n  have: %s\n  want: %s\n' "$1" "$seen" "$3"; exit 1; }
  done
  echo "ok - $1"
}

psql >/dev/null <<'SQL'
grant create on schema public to author;
set role sluice_owner;
select sluice.grant_author('author'), sluice.grant_author('another_author'), sluice.grant_viewer('viewer');
update sluice.guard set enabled = false;
update sluice.policy set lock_timeout = '30 minutes', statement_timeout = '30 minutes';
SQL
psql --username author >/dev/null <<'SQL'
create table items (id integer primary key, n integer);
insert into items select i from generate_series(1, 10) as i;
analyze items;
select sluice.define('items', 'items', pending => 'n is null', set => 'n = 1');
select from sluice.schedule('items', immediately => true);
SQL

coproc holder { command psql --quiet --no-align --tuples-only; }
echo 'begin; update items set n = null where id = 5; select pg_backend_pid();' >&"${holder[1]}"
read -r holder_pid <&"${holder[0]}"
psql --username author --command "select sluice_internal.run_one('items')" >/dev/null &
worker=$!

psql --command 'revoke pg_monitor from sluice_owner' 2>/dev/null
until_is 'without pg_monitor the batch is there, and what it waits for is not known' \
  "select name, role, state is null, blocked_by is null from sluice.activity" 'items|author|t|t'
psql --command 'grant pg_monitor to sluice_owner'
until_is 'with it, a viewer sees what the batch waits for, and who holds the lock' \
  "select name, role, state, wait_event_type, blocked_by from sluice.activity" "items|author|active|Lock|{$holder_pid}"
lane=$(psql --username viewer --command 'select lane_id from sluice.activity')

coproc borrower { command psql --quiet --no-align --tuples-only --username another_author; }
printf '%s\n' "set application_name = 'sluice items lane $lane'; begin; select sluice_internal.claim(); select 'ready';" >&"${borrower[1]}"
until read -r answer <&"${borrower[0]}" && [ "$answer" = ready ]; do :; done
printf '%s\n' "set local application_name = 'sluice items lane $lane'; select 'ready';" >&"${borrower[1]}"
until read -r answer <&"${borrower[0]}" && [ "$answer" = ready ]; do :; done
same 'a session of another role that calls itself so is not shown' "$(psql --username viewer --command 'select count(*) from sluice.activity')" 1
echo 'rollback;' >&"${holder[1]}"
wait $worker
until_is 'when the lock is free, the batch is done' 'select count(*) from sluice.activity' 0
psql --command 'revoke pg_monitor from sluice_owner'
