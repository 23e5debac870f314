#!/usr/bin/env bash
#
# The file system of the target's tablespace is full for a while: the run waits as a whole and goes on by itself. Nothing is divided, set
# apart or given up, and attempts become rare. Where this user may not mount a file system, outage.sql has to do.

set -euo pipefail

. "$(dirname "$0")/support/expect.sh"

disk=$(mktemp -d)
if ! mount -t tmpfs -o size=64m tmpfs "$disk" 2>/dev/null; then
  rmdir "$disk"
  exit 0
fi
end() {
  kill "${workers[@]}" 2>/dev/null || true
  wait
  sql --command 'drop table if exists goods' --command 'drop tablespace if exists full_disk' || true
  umount "$disk"
  rmdir "$disk"
}
workers=()
trap end EXIT
chmod 700 "$disk"
chown "$(stat --format %U "$PGDATA")" "$disk"

sql --command "create tablespace full_disk location '$disk'"
sql --username sluice_owner --command "select sluice.grant_author('author')" >/dev/null
sql >/dev/null <<'SQL'
grant create on schema public to author;
grant create on tablespace full_disk to author;
update sluice.guard set enabled = false;
update sluice.policy set first_retry_after = '20 milliseconds', last_retry_after = '500 milliseconds', max_attempts = 2;
SQL
sql --username author >/dev/null <<'SQL'
create table goods (id integer primary key, n integer not null default 0, filler text) with (autovacuum_enabled = off) tablespace full_disk;
insert into goods select i, 0, repeat('x', 80) from generate_series(1, 60000) as i;
analyze goods;
create index on goods (n) tablespace full_disk;
select sluice.define('goods', 'goods', set => 'n = n + 1', min_batch => 100, max_batch => 2000);
select from sluice.schedule('goods', immediately => true, workers => 3);
SQL
dd if=/dev/zero of="$disk/ballast" bs=8k 2>/dev/null || true

for _ in 1 2 3; do
  sql --username author --command "set statement_timeout = 0" --command "call sluice.work(lasting => '10 minutes', until_idle => true)" \
    >/dev/null 2>&1 &
  workers+=($!)
done

# Waits until a query gives true.
until_true() {
  local deadline=$((SECONDS + 120))
  until [ "$(sql --command "$1")" = t ]; do
    [ $SECONDS -lt $deadline ] || fail "not within two minutes" "$1 $(sql --command 'select state, waiting_for, last_error from sluice.progress')"
    sleep 0.1
  done
}

until_true "select count(*) >= 12 from sluice.history where sqlstate = '53100'"
lanes=$(sql --command 'select count(*) from sluice.lanes')
began=$(sql --command 'select clock_timestamp()')
until_true "select count(*) >= 22 from sluice.history where sqlstate = '53100'"
# ten more attempts, the waits before which are 250 ms at least
expect 'attempts are rare' "$(sql --command "select clock_timestamp() - timestamptz '$began' > interval '2 seconds'")" t
expect 'lanes' "$(sql --command 'select count(*) from sluice.lanes')" "$lanes"
[ "$lanes" -le 3 ] || fail lanes "$lanes for three workers"
expect 'given up' "$(sql --command "select string_agg(kind, ', ') from sluice.events where name = 'goods' and kind <> 'state' and kind <> 'stripes_changed'")" ''
expect 'quarantined' "$(sql --command 'select count(*) from sluice.quarantined')" 0
expect 'state' "$(sql --command "select state from sluice.progress('goods')")" running
# but for the moments in which one tries
until_true "select coalesce(bool_or(advice like 'Check free disk space.%'), false) from sluice.stuck where problem = 'waits'"

rm "$disk/ballast"
until_true "select state = 'finished' from sluice.progress('goods')"
expect 'rows changed once' "$(sql --command 'select count(*) from goods where n = 1')" 60000
expect 'outages' "$(sql --command 'select count(*) from sluice_internal.outage')" 0
