#!/usr/bin/env bash
#
# A vacuum that removes little because a transaction still sees the rows says which; and after two of them in a row it waits for more rows.
#
# hostile: alone; another old snapshot would be the oldest

set -euo pipefail

. "$(dirname "$0")/support/expect.sh"

sql --username sluice_owner --command "select sluice.grant_author('author')" >/dev/null
sql >/dev/null <<'SQL'
grant create on schema public to author;
grant pg_monitor to sluice_owner;
update sluice.guard set enabled = false;
SQL
author >/dev/null <<'SQL'
create table goods (id integer primary key, n integer) with (autovacuum_enabled = off);
insert into goods select i, 0 from generate_series(1, 120000) as i;
create index on goods (n);
analyze goods;
select sluice.define('goods', 'goods', pending => 'n = 0', set => 'n = id', walk => 'key', max_batch => 4000);
select from sluice.schedule('goods', immediately => true);
SQL

# Runs batches until vacuum is due, and vacuums.
vacuum() {
  author >/dev/null <<'SQL'
do $$
begin
  while (select not coalesce(bool_or(v.is_due), false) from sluice.vacuums v) loop
    perform sluice_internal.run_one('goods');
    commit;
  end loop;
end $$;
select statement from sluice_internal.next_vacuum() \gexec
select from sluice_internal.record_vacuum((select migration_id from sluice.vacuums), 'goods');
SQL
  # the rest after it is over
  sql --command "update sluice_internal.upkeep set ended_at = ended_at - interval '1 hour'"
}
due_at() { sql --command 'select due_at_rows from sluice.vacuums'; }

coproc holder { psql --quiet --no-align --tuples-only 2>&1; }
printf 'begin isolation level repeatable read;\nselect count(*) from goods;\nselect pg_backend_pid();\n' >&"${holder[1]}"
read -r _ <&"${holder[0]}"
read -r pid <&"${holder[0]}"

usual=10000
vacuum
expect 'what sees them' "$(sql --command "select problem ~ '^[0-9]+ dead rows stay, because pid $pid of [a-z]+ may still see them\$' from sluice.vacuums")" t
expect 'after one' "$(due_at)" "$usual"
vacuum
expect 'after two' "$(due_at)" "$((2 * usual))"
vacuum
expect 'after three' "$(due_at)" "$((4 * usual))"
printf 'commit;\nselect 1;\n' >&"${holder[1]}"
read -r _ <&"${holder[0]}"
# an analysis by autovacuum may see them, too
for _ in 1 2 3 4 5; do
  vacuum
  problem=$(sql --command 'select problem from sluice.vacuums')
  [ -n "$problem" ] || break
done
expect 'when it is over' "$problem" ''
expect 'as before' "$(due_at)" "$usual"
