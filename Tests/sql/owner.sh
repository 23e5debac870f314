#!/usr/bin/env bash
#
# A migration belongs to a role, whatever the role is called: renamed roles go on, another role of the old name gets nothing, and
# what cannot be run says so and can be given to another author. In a copy on another server, names decide once.

set -euo pipefail

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
say() { printf '%s\n' "$*"; }
same() { [ "$2" = "$3" ] || { printf 'not ok - %s\n  have: %s\n  want: %s\n' "$1" "$2" "$3"; exit 1; }; say "ok - $1"; }
refused() {  # what, role, statement, text in the error
  local said
  said=$(psql --username "$2" --command "$3" 2>&1 >/dev/null) && { say "not ok - $1: was accepted"; exit 1; }
  case $said in *"$4"*) say "ok - $1" ;; *) printf 'not ok - %s\n%s\n' "$1" "$said"; exit 1 ;; esac
}
stuck() { psql --command "select problem || ': ' || detail from sluice.stuck where name = '$1' order by problem"; }

source=$PGDATABASE
copy=${PGDATABASE}_copy
remove() {
  export PGDATABASE=$source
  dropdb --if-exists "$copy" 2>/dev/null
  for role in ann '"Ann B"' bob newcomer; do
    psql --command "drop owned by $role cascade" --command "drop role $role" >/dev/null 2>&1 || true
  done
}
trap remove EXIT

psql >/dev/null <<'SQL'
create role ann login;
create role bob login;
grant create on schema public to ann, bob;
set role sluice_owner;
select sluice.grant_author('ann'), sluice.grant_author('bob'), sluice.grant_operator('operator');
update sluice.guard set enabled = false;
SQL

psql --username ann >/dev/null <<'SQL'
create table items (id integer primary key, size integer);
insert into items select i from generate_series(1, 4000) as i;
analyze items;
grant all on items to bob;
select sluice.define('sizes', 'items', pending => 'size is null', set => 'size = id', max_batch => 500, min_batch => 500);
select from sluice.schedule('sizes', immediately => true);
begin;
select sluice_internal.run_one('sizes');
commit;
SQL

# The role is renamed in mid-run, to a name that has to be quoted; and another one takes its old name.
psql --command 'alter role ann rename to "Ann B"' --command 'create role ann login' >/dev/null
psql --username sluice_owner --command "select sluice.grant_author('ann')" >/dev/null
psql --command 'grant all on items to ann' --command 'grant create on schema public to ann' >/dev/null

same 'a renamed owner is shown by its new name' "$(psql --command "select owner from sluice.progress where name = 'sizes'")" 'Ann B'
same 'definitions say the same' "$(psql --command "select owner from sluice.definitions where name = 'sizes'")" 'Ann B'
same 'nothing is stuck because of it' "$(stuck sizes)" ''
refused 'another role of the old name does not control it' ann "select sluice.pause('sizes')" 'belongs to "Ann B"'
refused 'nor does it clean up' ann "call sluice.cleanup('sizes')" 'Ann B'
refused 'nor does it run a batch' ann "select sluice_internal.run(1)" 'Ann B'
refused 'nor does it plan' ann "select sluice.plan('sizes')" 'Ann B'
psql --username ann --command "call sluice.work('1 second', until_idle => true)" >/dev/null 2>&1
same 'its workers find nothing' "$(psql --command "select rows_changed from sluice.progress('sizes')")" 500
refused 'the same definition is not its own' ann \
  "select sluice.define('sizes', 'items', pending => 'size is null', set => 'size = id', max_batch => 500, min_batch => 500)" 'Ann B'

psql --username 'Ann B' --command "select sluice.throttle('sizes', null)" --command "begin" --command "select sluice_internal.run_one('sizes')" \
  --command commit >/dev/null
same 'the renamed owner controls and runs it' "$(psql --command "select rows_changed from sluice.progress('sizes')")" 1000
psql --username 'Ann B' --command "call sluice.work('1 millisecond')" >/dev/null
same 'the new name is written down' "$(psql --command "select owner from sluice_internal.migration where name = 'sizes'")" 'Ann B'

# Owners that cannot run: each has a line, and advice that helps.
psql --command 'alter role "Ann B" nologin' >/dev/null
same 'an owner that may not log in is a line' "$(stuck sizes)" 'owner_cannot_log_in: role "Ann B" may not log in, and no other runs it'
same 'and what is waited for' "$(psql --command "select waiting_for from sluice.progress('sizes')")" 'its owner: role "Ann B" may not log in'
psql --command 'alter role "Ann B" login' >/dev/null
psql --command "revoke connect on database \"$PGDATABASE\" from public" --command 'alter role "Ann B" connection limit 0'
same 'so is one that may not connect' "$(stuck sizes)" 'owner_cannot_connect: role "Ann B" may not connect to this database, and no other runs it'
psql --command "grant connect on database \"$PGDATABASE\" to public" --command 'alter role "Ann B" connection limit -1'
psql --username sluice_owner --command "select sluice.revoke_access('Ann B')" >/dev/null
same 'an owner that is no author any more, too' "$(stuck sizes)" 'owner_not_author: role "Ann B" is not an author any more, and no other runs it'

psql --command 'reassign owned by "Ann B" to bob' --command 'drop owned by "Ann B"' --command 'drop role "Ann B"' >/dev/null
same 'and one that was dropped' "$(stuck sizes)" 'owner_gone: role "Ann B" does not exist, and no other runs it'
for role in sluice_owner bob; do psql --username $role --command 'select sluice_internal.keep_house()' >/dev/null; done
same 'which stops no maintenance' "$(psql --command "
  select count(*) from sluice.events where kind = 'maintenance_failed'")" 0
psql --command 'create role "Ann B" login' >/dev/null
psql --username sluice_owner --command "select sluice.grant_author('Ann B')" >/dev/null
refused 'a role that was created again is another one' 'Ann B' "select sluice.pause('sizes')" 'belongs to'
same 'and does not hide that the owner is gone' "$(stuck sizes)" 'owner_gone: role "Ann B" does not exist, and no other runs it'
psql --command 'drop owned by "Ann B"' --command 'drop role "Ann B"' >/dev/null

# Another owner.
refused 'an author gives nothing away' bob "select sluice.set_owner('sizes', 'bob')" 'permission denied'
refused 'nor does an operator' operator "select sluice.set_owner('sizes', 'bob')" 'permission denied'
refused 'to nobody' sluice_owner "select sluice.set_owner('sizes', 'nobody_here')" 'role "nobody_here" does not exist'
refused 'null is nobody' sluice_owner "select sluice.set_owner('sizes', null)" 'does not exist'
psql --command 'create role newcomer nologin' >/dev/null
refused 'nor to a role that may not log in' sluice_owner "select sluice.set_owner('sizes', 'newcomer')" 'alter role newcomer login'
psql --command 'alter role newcomer login' >/dev/null
refused 'nor to one that is no author' sluice_owner "select sluice.set_owner('sizes', 'newcomer')" "sluice.grant_author('newcomer')"
psql --command 'alter role newcomer createrole' >/dev/null
refused 'nor to an administrator, who would run what it did not write' sluice_owner \
  "select sluice.grant_author('newcomer'); select sluice.set_owner('sizes', 'newcomer')" 'to administrator "newcomer"'
refused 'nor to a superuser' sluice_owner "select sluice.set_owner('sizes', 'postgres')" 'to administrator "postgres"'
psql --username sluice_owner --command "select sluice.set_owner('sizes', 'bob')" >/dev/null
same 'the owner of the schema gives it to another author' "$(psql --command "select owner from sluice.progress('sizes')")" bob
same 'nothing is stuck any more' "$(stuck sizes)" ''
same 'that is an event' "$(psql --command "select message from sluice.events where kind = 'owner_set'")" \
  'sluice_owner gave it from Ann B to bob'
psql --username bob --command "call sluice.work(until_idle => true)" >/dev/null
same 'who runs it to its end, from where it was' \
  "$(psql --command "select state, rows_changed from sluice.progress('sizes')")|$(psql --command 'select count(*) from items where size is null')" \
  'finished|4000|0'

# A copy on a server that lacks the owner of one of two.
psql --username bob >/dev/null <<'SQL'
create table parts (id integer primary key, size integer);
insert into parts select i from generate_series(1, 100) as i;
analyze parts;
select sluice.define('part_sizes', 'parts', pending => 'size is null', set => 'size = id');
select from sluice.schedule('part_sizes', immediately => true);
SQL
psql --username ann >/dev/null <<'SQL'
create table others (id integer primary key, size integer);
insert into others select i from generate_series(1, 100) as i;
analyze others;
select sluice.define('other_sizes', 'others', pending => 'size is null', set => 'size = id');
select from sluice.schedule('other_sizes', immediately => true);
SQL
psql --command 'reassign owned by bob to ann' --command 'drop owned by bob' --command 'drop role bob' >/dev/null
createdb --owner sluice_owner "$copy"
pg_dump "$PGDATABASE" | psql --dbname "$copy" >/dev/null
noticed=$(psql --dbname "$copy" --username ann --command "call sluice.work('100 milliseconds')" 2>&1)
case $noticed in *'this database is a copy that was not adopted'*'select sluice.adopt();'*) say 'ok - work() says what a copy waits for' ;;
  *) printf 'not ok - work() says what a copy waits for\n%s\n' "$noticed"; exit 1 ;; esac
warned=$(psql --dbname "$copy" --username sluice_owner --command 'select sluice.adopt()' 2>&1 >/dev/null) || { say "$warned"; exit 1; }
case $warned in *'"part_sizes" belongs to "bob", which does not exist'*"sluice.set_owner('part_sizes', "*) say 'ok - adopt() names what has no owner' ;;
  *) printf 'not ok - adopt() names what has no owner\n%s\n' "$warned"; exit 1 ;; esac
export PGDATABASE=$copy
same 'so does an event' "$(psql --command "select name, message from sluice.events where kind = 'owner_gone' order by 1 desc limit 1")" \
  'sizes|there is no role bob here'
same 'and stuck' "$(stuck part_sizes)" 'owner_gone: role "bob" does not exist, and no other runs it'
psql --username ann --command "call sluice.work(until_idle => true)" >/dev/null
same 'the others run' "$(psql --command "select state from sluice.progress('other_sizes')")" finished
psql --username sluice_owner --command "select sluice.set_owner('part_sizes', 'ann')" >/dev/null
psql --username ann --command "call sluice.work(until_idle => true)" >/dev/null
same 'and that one, once it has an owner' "$(psql --command "select state, owner from sluice.progress('part_sizes')")" 'finished|ann'
