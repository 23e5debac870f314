#!/usr/bin/env bash
#
# One session of a role vacuums at a time; but one that has the turn and does not vacuum, because its driver is frozen or cut off, keeps
# no other from it, and is named until then.

set -euo pipefail

. "$(dirname "$0")/support/expect.sh"

sql --username sluice_owner --command "select sluice.grant_author('author')" >/dev/null
sql >/dev/null <<'SQL'
grant create on schema public to author;
update sluice.guard set enabled = false;
SQL
author >/dev/null <<'SQL'
create table goods (id integer primary key, n integer) with (autovacuum_enabled = off);
insert into goods select i, 0 from generate_series(1, 40000) as i;
create index on goods (n);
analyze goods;
select sluice.define('goods', 'goods', pending => 'n = 0', set => 'n = id', walk => 'key', max_batch => 4000);
select from sluice.schedule('goods', immediately => true);
SQL

# Runs batches until vacuum is due.
until_due() {
  author <<'SQL' >/dev/null
do $$
begin
  while (select not coalesce(bool_or(v.is_due), false) from sluice.vacuums v) loop
    perform sluice_internal.run_one('goods');
    commit;
  end loop;
end $$;
SQL
}

# A session that stays: ask STATEMENT sends it a statement and prints the answer.
coproc holder { psql --quiet --no-align --tuples-only --username author 2>&1; }
ask() {
  local line
  printf '%s\n\\echo done\n' "$1" >&"${holder[1]}"
  while read -r line <&"${holder[0]}"; do
    [ "$line" != done ] || break
    echo "$line"
  done
}
turn_of_others() { author --command 'select reason from sluice_internal.next_vacuum()'; }
# As if the order had been given that much earlier.
time_passes() { sql --command "update sluice_internal.upkeep set began_at = began_at - interval '1 minute'"; }

until_due
expect 'order' "$(ask 'select statement from sluice_internal.next_vacuum();')" 'vacuum (index_cleanup off, truncate off, skip_locked) public.goods'
holder_pid=$(ask 'select pg_backend_pid();')
expect 'limit' "$(ask 'show idle_session_timeout;')" 1min
until_due
expect 'one at a time' "$(turn_of_others)" 'another session of "author" vacuums'
expect 'nothing is stuck' "$(sql --command "select count(*) from sluice.stuck where problem = 'vacuum_held'")" 0

# it vacuums for a minute
ask 'begin; lock table goods in share update exclusive mode;'
time_passes
expect 'as long as it vacuums' "$(turn_of_others)" 'another session of "author" vacuums'
expect 'nothing is stuck' "$(sql --command "select count(*) from sluice.stuck where problem = 'vacuum_held'")" 0
ask 'commit;'

# and is idle then: its driver was stopped
expect 'stuck' "$(sql --command "select detail like 'vacuum of goods is due: % rows left old versions behind; session $holder_pid has had the turn since %'
  from sluice.stuck where problem = 'vacuum_held'")" t
expect 'advice' "$(sql --command "select advice like '%select pg_terminate_backend($holder_pid);' from sluice.stuck where problem = 'vacuum_held'")" t
{ coproc other { psql --quiet --no-align --tuples-only --username author 2>&1; }; } 2>/dev/null
printf '%s\n' 'select statement from sluice_internal.next_vacuum();' >&"${other[1]}"
read -r statement <&"${other[0]}"
expect 'another takes the turn' "$statement" 'vacuum (index_cleanup off, truncate off, skip_locked) public.goods'
expect 'stuck no more' "$(sql --command "select count(*) from sluice.stuck where problem = 'vacuum_held'")" 0
expect 'event' "$(sql --command "select count(*) from sluice.events where kind = 'not_vacuumed' and message like '%session $holder_pid %'")" 1

# the first comes back
ask "select sluice_internal.record_vacuum((select migration_id from sluice.vacuums), 'goods');" >/dev/null
until_due
expect 'a late record' "$(turn_of_others)" 'another session of "author" vacuums'
expect 'limit' "$(ask 'show idle_session_timeout;')" 0
printf '%s\n' "$statement;" "select 'vacuumed' from sluice_internal.record_vacuum((select migration_id from sluice.vacuums), 'goods');" >&"${other[1]}"
read -r answer <&"${other[0]}"
expect 'the other records' "$answer" vacuumed
expect 'vacuums' "$(sql --command 'select vacuums from sluice.vacuums')" 1
