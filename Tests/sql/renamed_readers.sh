#!/usr/bin/env bash
#
# A role that takes the name of a migration's owner does not see what only the owner may see: neither in a transaction whose snapshot is
# from before the names were exchanged, nor in a copy of the database on this server that is not adopted.

set -euo pipefail

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
is() { [ "$2" = "$3" ] || { printf 'not ok - %s\n  have: %s\n  want: %s\n' "$1" "$2" "$3"; exit 1; }; echo "ok - $1"; }
source=$PGDATABASE
copy=${PGDATABASE}_copy
remove() {
  dropdb --if-exists "$copy" 2>/dev/null
  for role in keeper keeper_before reader; do
    psql --dbname "$source" --command "drop owned by $role cascade" --command "drop role $role" >/dev/null 2>&1 || true
  done
}
trap remove EXIT

psql >/dev/null <<'SQL'
create role keeper login;
create role reader login;
grant create on schema public to keeper;
set role sluice_owner;
select sluice.grant_author('keeper'), sluice.grant_viewer('reader');
SQL
psql --username keeper >/dev/null 2>&1 <<'SQL'
create table secret (id integer primary key, raw text, n integer);
insert into secret select i, case i when 7 then 'confidential' else i::text end from generate_series(1, 20) as i;
select sluice.define('secret', 'secret', pending => 'n is null', set => 'n = raw::integer', search_path => '{public}');
select sluice.schedule('secret', immediately => true);
call sluice.work('10 minutes', until_idle => true);
SQL
shown='select message ~ $$confidential$$ from sluice.quarantined'
is 'the owner sees the value' "$(psql --username keeper --command "$shown")" t
is 'a viewer does not' "$(psql --username reader --command "$shown")" f

coproc before { command psql --quiet --no-align --tuples-only --username reader 2>&1; }
before_pid=$before_PID
printf 'begin isolation level repeatable read;\nselect count(*) > 0 from pg_roles;\n' >&"${before[1]}"
read -r _ <&"${before[0]}"
psql --command 'alter role keeper rename to keeper_before' --command 'alter role reader rename to keeper'
printf '%s;\n\\q\n' "$shown" >&"${before[1]}"
read -r seen <&"${before[0]}"
wait "$before_pid"
is 'nor in a snapshot from before it took the name of the owner' "$seen" f
is 'nor afterwards' "$(psql --username keeper --command "$shown")" f

createdb "$copy"
pg_dump "$source" | psql --dbname "$copy" >/dev/null 2>&1
is 'the copy is not adopted' "$(psql --dbname "$copy" --command 'select sluice.is_adopted()')" f
is 'there the role of that name does not see it either' "$(psql --dbname "$copy" --username keeper --command "$shown")" f
is 'but the owner does' "$(psql --dbname "$copy" --username keeper_before --command "$shown")" t
