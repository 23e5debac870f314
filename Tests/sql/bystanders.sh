#!/usr/bin/env bash
#
# What one login leaves open, locks, makes or calls itself stops no other: open transactions of an author after each of
# its verbs, advisory locks and application names of a stranger, functions and triggers that borrow a name, ACCESS SHARE
# locks of a viewer.

set -euo pipefail

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
same() { [ "$2" = "$3" ] || { printf 'not ok - %s\n  have: %s\n  want: %s\n' "$1" "$2" "$3"; exit 1; }; echo "ok - $1"; }
lives() {  # what, role, statements: none waits for a lock for longer than five seconds
  local said
  said=$(PGOPTIONS='-c lock_timeout=5s' psql --username "$2" --command "$3" 2>&1 >/dev/null) ||
    { printf 'not ok - %s\n%s\n' "$1" "$said"; exit 1; }
  echo "ok - $1"
}
until_is() {  # what, query, expected
  local deadline=$((SECONDS + 120)) seen
  until seen=$(psql --command "$2") && [ "$seen" = "$3" ]; do
    [ $SECONDS -lt $deadline ] || { printf 'not ok - %s\n  have: %s\n  want: %s\n' "$1" "$seen" "$3"; exit 1; }
  done
  echo "ok - $1"
}
open() {  # role, application_name, statements: leaves their transaction open, until `close`
  coproc other { PGAPPNAME=$2 exec psql --username "$1" --set ON_ERROR_STOP=0; }
  other_is=$other_PID
  printf '%s\n' "begin; $3" '\echo ready' >&"${other[1]}"
  local line
  until read -r line <&"${other[0]}" && [ "$line" = ready ]; do :; done
}
close() {
  printf '%s\n' 'rollback;' '\q' >&"${other[1]}"
  wait "$other_is" 2>/dev/null || true
}

psql >/dev/null <<'SQL'
grant create on schema public to author, another_author, stranger, sluice_owner;
grant pg_monitor to sluice_owner;
set role sluice_owner;
select sluice.grant_author('author'), sluice.grant_author('another_author'), sluice.grant_viewer('viewer'),
  sluice.grant_operator('operator');
update sluice.guard set enabled = false;
create table public.readings (value double precision);
insert into public.readings values (0);
insert into sluice.guard (name, measure, unit, slow_at, hold_at, description)
values ('mine', '(select value from public.readings)', 'units', 1, 2, 'a reading');
SQL
psql --username author >/dev/null <<'SQL'
create table items (id integer not null, part integer not null, n integer, primary key (part, id)) partition by list (part);
create table items_1 partition of items for values in (1);
create table items_2 partition of items for values in (2);
insert into items select i, 1 + i % 2 from generate_series(1, 2000) as i;
analyze items;
grant all on items, items_1, items_2 to another_author;
select sluice.define('items', 'items', pending => 'n is null', set => 'n = 1', batch_time => '5 ms', max_batch => 10, min_batch => 1);
select from sluice.schedule('items', within => '1 hour');
SQL
psql --username another_author >/dev/null <<'SQL'
create table own (id integer primary key, n integer);
insert into own select i from generate_series(1, 100) as i;
analyze own;
select sluice.define('also_items', 'items', pending => 'n = -1', set => 'n = 1');
select from sluice.schedule('also_items');
select sluice.define('own', 'own', pending => 'n is null', set => 'n = 1');
SQL

# An author's transaction that stays open: after a claim, which reads guards, and after maintenance.
open another_author psql 'select sluice_internal.claim(); select sluice_internal.claim();'
lives 'a DBA edits a guard that another session has read' operator "update sluice.guard set hold_at = 3 where name = 'mine'"
lives 'and makes and drops one' sluice_owner "
  insert into sluice.guard (name, measure, unit, slow_at, hold_at, description) values ('brief', '0', 'x', 1, 2, 'brief');
  delete from sluice.guard where name = 'brief'"
lives 'others claim' author "select sluice_internal.claim()"
psql --username sluice_owner --command 'update public.readings set value = 5'
until_is 'and read the guards themselves' "
  select (sluice_internal.claim('items')).reason from (select set_config('session_authorization', 'author', false)) as s" \
  'items waits for guard mine: a reading is 5.00 units, holding at 3'
psql --username sluice_owner --command 'update public.readings set value = 0'
until_is 'also when it holds no more' "
  select (sluice_internal.claim('items')).lane_id is not null from (select set_config('session_authorization', 'author', false)) as s" t
close
psql --username sluice_owner --command "update sluice.guard set enabled = false where name = 'mine'"

psql --username author --command 'create table items_3 partition of items for values in (3)' >/dev/null
open another_author psql 'select sluice_internal.keep_house(); select sluice_internal.keep_house();'
lives 'maintenance that stays open locks no migration of others' author "
  select sluice.pause('items'), sluice.resume('items'), sluice.throttle('items', 1e6), sluice.throttle('items', null)"
psql --username author >/dev/null --command "select sluice_internal.run_one('items')" --command "select sluice_internal.run_one('items')"
lives 'nor does it keep others from theirs' author 'select sluice_internal.keep_house()'
same 'which finds the partition that was attached' "$(psql --command "
  select count(*) from sluice.events where name = 'items' and kind = 'relation_attached'")" 1
close

open another_author psql "select sluice.define('deploy_me', 'own', pending => 'n = 2', set => 'n = 3');"
said=$(PGOPTIONS='-c lock_timeout=200ms' psql --username author --command "
  select sluice.define('deploy_me', 'items', pending => 'n = 2', set => 'n = 3')" 2>&1 || true)
holder=$(psql --command "select pid from pg_stat_activity where usename = 'another_author' and state = 'idle in transaction'")
case $said in
  *'could not define migration "deploy_me": another session defines one of that name'*"pid $holder"*)
    echo 'ok - a name that another session is about to take: which session that is' ;;
  *) printf 'not ok - who defines the name\n%s\n' "$said"; exit 1 ;;
esac
close

# A stranger, who has no right on Sluice: its advisory locks, and names of workers.
same 'nothing in the database takes an advisory lock, which anybody could hold' "$(psql --command "
  select string_agg(p.oid::regprocedure::text, ', ') from pg_proc p
  where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.prosrc ~ 'advisory'")" ''

same 'nothing but wake_drivers() sends notifications, which spares a queue that a stranger keeps full' "$(psql --command "
  select string_agg(p.oid::regprocedure::text, ', ') from pg_proc p
  where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.prosrc ~* '\mnotify\M|pg_notify'")" 'sluice_internal.wake_drivers(text)'

psql --username stranger --command 'create table public.theirs (id integer primary key, n integer)' >/dev/null
open stranger 'sluice items lane 1' 'select pg_advisory_xact_lock(4711), pg_current_xact_id(); lock table theirs;'
for i in 1 2 3 4; do
  PGAPPNAME="sluice items lane $i" psql --username stranger --command "select pg_advisory_xact_lock(4711)" >/dev/null 2>&1 &
done
until_is 'sessions that wait for a stranger' "select count(*) from pg_locks where objid = 4711 and not granted" 4
psql --username sluice_owner >/dev/null --command "
  update sluice.guard set enabled = true, slow_at = 0, hold_at = 1 where name = 'lock_waiters'"
until_is 'hold no work, whatever they call themselves' "
  select (sluice_internal.claim('items')).lane_id is not null from (select set_config('session_authorization', 'author', false)) as s" t
same 'because they wait for no batch' "$(psql --command "
  select distinct value from sluice.guards where name = 'lock_waiters' and target is not null")" 0
same 'nor is the stranger shown as one that runs a batch' "$(psql --command "select count(*) from sluice.activity")" 0
close
wait

# Index builds elsewhere wait for each transaction of the database, batches among them.
open author 'a batch' "select sluice_internal.claim('items'); declare rows cursor for select 1;"
psql --username stranger --command 'create index concurrently on theirs (n)' >/dev/null &
until_is 'an index that is built concurrently' "select count(*) from pg_locks where locktype = 'virtualxid' and not granted" 1
until_is 'guards are read meanwhile' "
  select sluice_internal.read_guards('items'::regclass) from (select set_config('session_authorization', 'another_author', false)) as s" t
same 'waits for a batch, and not for its locks' "$(psql --command "
  select value from sluice_internal.guard_reading where guard = 'lock_waiters' order by read_at desc limit 1")" 0
close
wait

open stranger 'sluice items lane 1' 'select pg_current_xact_id(); lock table theirs;'
psql --username sluice_owner >/dev/null --command "
  update sluice.guard set enabled = name = 'oldest_transaction';
  update sluice.guard set slow_at = 0.1, hold_at = 0.2 where name = 'oldest_transaction'"
until_is 'its open transaction counts, whatever it calls itself' "
  select (sluice_internal.claim('items')).reason ~ 'pid [0-9]+ of stranger'
  from (select set_config('session_authorization', 'author', false)) as s" t
psql --username sluice_owner >/dev/null --command 'update sluice.guard set enabled = false'
close
wait

# Names of functions and triggers: only what the migration's owner made is its capture.
psql --username author >/dev/null <<'SQL'
create table caught (id integer primary key, n integer);
insert into caught select i from generate_series(1, 10) as i;
analyze caught;
SQL
# "caught" gets one of these numbers, and 0 stands for a definition that is tried
open stranger psql "
  do \$\$ begin for i in 0 .. 40 loop
    execute format('create function public.sluice_capture_%s() returns trigger language plpgsql as ''begin return new; end''', i);
  end loop; end \$\$;"
# capture is refused on a path with a schema in which others may create
lives 'capture is defined while others are about to take names' author "
  set search_path to pg_catalog;
  select sluice.define('caught', 'public.caught', pending => 'n is null', set => 'n = 1', capture => true);
  select sluice.define('plain', 'public.caught', pending => 'n is null', set => 'n = 1');
  select sluice.schedule('caught', immediately => true)"
lives 'and the first call' author "select sluice_internal.run_one('caught')"
same 'installs it' "$(psql --command "select is_intact from sluice.captures where name = 'caught'")" t
close
psql --username stranger >/dev/null <<'SQL'
do $$
begin
  for i in 0 .. 40 loop
    execute format('create function public.sluice_capture_%s_12345678() returns trigger language plpgsql as ''begin return new; end''', i);
    execute format('create trigger %I before insert on theirs for each row execute function public.sluice_capture_%s_12345678()',
      'zz_sluice_capture_' || lpad(i::text, 19, '0'), i);
  end loop;
end
$$;
SQL
open stranger psql "
  do \$\$ begin for i in 1 .. 40 loop
    execute format('create function pg_temp.sluice_capture_%s_12345678() returns trigger language plpgsql as ''begin return new; end''', i);
  end loop; end \$\$; commit;"
psql --username author >/dev/null --command "call sluice.work('10 minutes', 'caught', until_idle => true)"
same 'that of the author alone is taken for it' "$(psql --command "
  select name, function::text ~ 'sluice_capture_[0-9]+_[0-9a-f]{8}\(\)$', is_intact from sluice.captures where owner = 'author'")" 'caught|t|t'
same 'what a stranger made is of no migration' "$(psql --command "
  select count(*) from sluice.captures where owner = 'stranger' and name is not null")" 0
same 'and needs nobody' "$(psql --command "select count(*) from sluice.stuck where problem = 'capture_left'")" 0
lives 'cleanup removes it' author "call sluice.cleanup('caught')"
same 'all of it' "$(psql --command "select count(*) from sluice.captures where owner = 'author'")" 0
lives 'and nothing keeps a migration from being forgotten' author "select sluice.forget('caught'); select sluice.forget('plain')"
close

# ACCESS SHARE locks: a viewer that looks, and a reader of the target.
open viewer psql 'select count(*) from sluice.progress; select count(*) from sluice.stuck; select count(*) from sluice.history;
  select count(*) from sluice.events; select count(*) from sluice.guards; select count(*) from sluice.captures;'
lives 'a viewer that looks for hours keeps none from defining' author "
  set search_path to pg_catalog; select sluice.define('seen', 'public.caught', pending => 'n = 1', set => 'n = 2', capture => true);
  select from sluice.schedule('seen', immediately => true);"
lives 'nor from working, capture included' author "call sluice.work('10 minutes', 'seen', until_idle => true)"
lives 'nor from cleaning up' author "call sluice.cleanup('seen')"
same 'to the end' "$(psql --command "select state, capture from sluice.progress where name = 'seen'")" 'finished|t'
lives 'nor a DBA from changing limits' operator "update sluice.policy set lock_timeout = '400 ms'; insert into sluice.window
  (name, opens, closes) values ('nights', '22:00', '6:00'); delete from sluice.window"
close

# Objects over compiled functions, which EXECUTE allows to their author: they stay, and keep no other function.
psql --username author >/dev/null <<'SQL'
set search_path to public, pg_catalog;
create table parts (id integer primary key, n integer) partition by range (id);
do $$ begin
  for i in 1 .. 25 loop
    execute format('create table parts_%s partition of parts for values from (%s) to (%s)', i, i * 10, i * 10 + 10);
  end loop;
end $$;
select sluice.define('looked_at', 'parts', pending => 'n is null', set => 'n = 1', search_path => '{}');
do $$ begin
  for i in 1 .. 25 loop
    execute format('create view public.look_%s as select x.* from sluice_internal.sweep_%s_%s(null, null, null) as x', i,
      (select d.migration_id from sluice.progress d where d.name = 'looked_at'), format('public.parts_%s', i)::regclass::oid);
  end loop;
end $$;
SQL
psql --username another_author --command "select sluice.define('gone', 'own', pending => 'n = 7', set => 'n = 8')" >/dev/null
gone=$(psql --command "select migration_id from sluice_internal.migration where name = 'gone'")
lives 'a migration is forgotten whose compiled functions have views' author "select sluice.forget('looked_at')"
lives 'maintenance of others goes on' another_author "select sluice_internal.keep_house(), sluice_internal.keep_house()"
lives 'and that of all' sluice_owner "select sluice_internal.keep_house(), sluice_internal.keep_house()"
same 'which is no error' "$(psql --command "select count(*) from sluice.events where kind = 'maintenance_failed'")" 0
lives 'others forget theirs' another_author "select sluice.forget('gone')"
lives 'finish theirs' another_author "call sluice.cleanup('own')"
same 'and nothing is left of them' "$(psql --command "
  select count(*) from sluice_internal.list_compiled() as c where c.migration_id = $gone
    or c.migration_id = (select m.migration_id from sluice_internal.migration m where m.name = 'own')")" 0
same 'only what has a view stays' "$(psql --command "
  select count(*) from sluice_internal.list_compiled() as c
  where not exists (select from sluice_internal.migration m where m.migration_id = c.migration_id)")" 25
psql --username author --command 'drop view public.look_1; select sluice_internal.keep_house()' >/dev/null
same 'until the view is dropped' "$(psql --command "
  select count(*) from sluice_internal.list_compiled() as c
  where not exists (select from sluice_internal.migration m where m.migration_id = c.migration_id)")" 24

# Locks that keep Sluice from being removed: it ends in time, and says who holds them.
stays() {  # what, options, whether migrations are as they were
  local said holder have want
  holder=$(psql --command "select pid from pg_stat_activity where state = 'idle in transaction' and datname = current_database()")
  have=$(psql --command 'select count(*) from sluice.schedule')
  said=$(PGOPTIONS=$2 psql --username sluice_owner --set VERBOSITY=verbose --command 'call sluice.uninstall(force => true)' 2>&1 || true)
  case $said in
    *'55P03: could not uninstall: could not obtain a lock on schema sluice'*"held by pid $holder."*) ;;
    *) printf 'not ok - %s\n%s\n' "$1" "$said"; exit 1 ;;
  esac
  want=$([ "$3" = f ] && echo 0 || echo "$have")
  same "$1" "$(psql --command 'select count(*) from sluice.schedule')" "$want"
}
open viewer psql 'select count(*) from sluice.progress;'
stays 'a viewer that looked keeps it from being removed, and nothing is cancelled by then' '' t
close
open author psql 'lock table public.look_2 in access share mode;'
stays 'nor does one that holds a view over a compiled function make it wait without end' '-c lock_timeout=1s' f
close
open viewer psql 'select count(*) from sluice.policy;'
stays 'also one that looked at what is changed by operators only' '-c lock_timeout=1s' f
close
# Notifications say nothing that is believed.
psql --username stranger --command "select pg_notify('sluice', repeat(E'\\x1b[2J; drop schema sluice', 100))" >/dev/null
lives 'uninstalling goes past names that were borrowed' sluice_owner 'call sluice.uninstall(force => true)'
same 'and is complete' "$(psql --command "select count(*) from pg_namespace where nspname in ('sluice', 'sluice_internal')")" 0
