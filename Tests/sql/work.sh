#!/usr/bin/env bash
#
# work() and cleanup() in sessions with settings of their own, cancelled, and beside other sessions: what ends a call is recorded, an
# interruption is not taken for the end, and what a session's settings forbid is said at once.

set -euo pipefail

sql() { psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
author() { sql --username author "$@"; }

expect() {
  [ "$2" = "$3" ] || { echo "$1: expected $3, got $2"; exit 1; }
}

# says WHAT PATTERN TEXT
says() {
  [[ $3 == *$2* ]] || { echo "$1: expected ...$2..., got $3"; exit 1; }
}

# until_true WHAT QUERY
until_true() {
  for _ in {1..600}; do
    [ "$(sql --command "$2")" != t ] || return 0
    sleep 0.1
  done
  echo "$1: never came true"
  exit 1
}

# table NAME ROWS: with a key, and a value that is null
table() {
  author --command "create table $1 (id integer primary key, v integer, w integer, n integer not null default 0);
    insert into $1 select i from generate_series(1, $2) as i; analyze $1" >/dev/null
}

# define NAME SET: and schedule it, without a plan
define() {
  author --command "select sluice.define('$1', '$1', pending => 'v is null', set => '$2')" >/dev/null
  sql --command "insert into sluice.schedule (migration, immediately) values ('$1', true)"
}

state() { sql --command "select state from sluice.progress('$1')"; }
failures() { sql --command "select count(*) from sluice.history where name = '$1' and outcome = 'failed' and sqlstate = '$2'"; }

sql --username sluice_owner --command "select sluice.grant_author('author')" >/dev/null
sql >/dev/null <<'SQL'
grant create on schema public to author;
update sluice.guard set enabled = false;
update sluice.policy set first_retry_after = '20 milliseconds', last_retry_after = '100 milliseconds', max_attempts = 3;
SQL
author --quiet <<'SQL'
create function take_time(i integer) returns integer language plpgsql as 'begin perform pg_sleep(0.003); return i; end';
create function sleep_at(i integer, place integer, seconds double precision) returns integer language plpgsql as $$
begin
  if i = place then
    perform pg_sleep(seconds);
  end if;
  return i;
end $$;
create function cancel_at(i integer, place integer) returns integer language plpgsql as $$
begin
  if i = place then
    raise exception 'statement timeout on remote' using errcode = '57014';
  end if;
  return i;
end $$;
SQL

# 57014 that the author's SQL raises
table remote 2000
define remote 'v = cancel_at(id, 1500)'
author --command "call sluice.work('60 s', 'remote', until_idle => true)"
expect 'a row that raises 57014' "$(sql --command "select string_agg(key::text || ' ' || sqlstate, ',') from sluice.quarantined")" '{1500} 57014'
expect 'rows left' "$(sql --command 'select array_agg(id) from remote where v is null')" '{1500}'
expect 'it is recorded' "$(failures remote 57014)" 1
author --command "select sluice.forget('remote')" >/dev/null

# a statement_timeout of the session, which counts for the whole call
table timed 600
define timed 'v = take_time(id), n = n + 1'
told=$(PGOPTIONS='-c statement_timeout=1s' author --command "call sluice.work('55 s')" 2>&1) || true
says 'work under statement_timeout' 'NOTICE:  call sluice.work() ends after 800 ms, because statement_timeout is 1s' "$told"
says 'work under statement_timeout' 'set statement_timeout = 0;' "$told"
says 'the batch that it ends' 'ERROR:  canceling statement due to statement timeout' "$told"
expect 'a batch that the timeout ended' "$(failures timed 57014)" 1
for _ in {1..60}; do
  [ "$(state timed)" != finished ] || break
  PGOPTIONS='-c statement_timeout=1s' author --command "call sluice.work('55 s', until_idle => true)" >/dev/null 2>&1 || true
done
expect 'calls that are too short, together' "$(state timed)" finished
expect 'each row once' "$(sql --command 'select count(*) from timed where v = id and n = 1')" 600

# the time of a call inside another procedure is its own, but a statement_timeout is not
author <<'SQL'
set statement_timeout = '10min';
do $$
declare
  begun_at timestamptz;
begin
  while clock_timestamp() < statement_timestamp() + interval '10 milliseconds' loop
  end loop;
  begun_at := clock_timestamp();
  assert sluice_internal.end_of_call('work', '1 minute') >= begun_at + interval '1 minute', 'a call in a procedure is too short';
  assert sluice_internal.end_of_call('work', '8 minutes') = statement_timestamp() + interval '8 minutes', 'it ignores the timeout';
end
$$;
SQL

# a cancel
table canceled 100
define canceled 'v = sleep_at(id, 50, 60)'
(author --command "call sluice.work('60 s', 'canceled')" >"$0.$$" 2>&1 || true) &
call=$!
until_true 'the batch that sleeps' "select count(*) = 1 from pg_stat_activity
  where wait_event = 'PgSleep' and application_name like 'sluice canceled%' and clock_timestamp() > xact_start + interval '1500 milliseconds'"
sql --command "grant pg_monitor to sluice_owner" --command "update sluice.policy set statement_timeout = '1 second'"
expect 'a batch that takes long' "$(sql --command "select problem || ' ' || (advice like '%select pg_cancel_backend(%)%')
  from sluice.stuck where name = 'canceled'")" 'batch_takes_long true'
sql --command "select pg_cancel_backend(pid) from pg_stat_activity where application_name like 'sluice canceled%'" \
  --command "update sluice.policy set statement_timeout = '10 seconds'" --command 'revoke pg_monitor from sluice_owner' >/dev/null
wait $call
says 'a cancel' 'ERROR:  canceling statement due to user request' "$(cat "$0.$$")"
rm "$0.$$"
[ "$(failures canceled 57014)" -ge 1 ] || { echo 'a cancelled batch is not recorded'; exit 1; }
author --command "select sluice.cancel('canceled')" --command "select sluice.forget('canceled')" >/dev/null

# a row that is locked for a while, and for longer
table locked 500
define locked 'v = id'
(sql --command 'begin; update locked set w = 1 where id = 300; select pg_sleep(3); commit' >/dev/null) &
other=$!
until_true 'the lock' "select count(*) = 1 from pg_stat_activity where wait_event = 'PgSleep' and query like 'begin; update locked%'"
expect 'no notice' "$(author --command "call sluice.work('60 s', 'locked', until_idle => true)" 2>&1)" ''
expect 'a lock is waited for' "$(state locked)" finished
wait $other
author --command "update locked set v = null; select sluice.restart('locked')" >/dev/null
(sql --command 'begin; update locked set w = 1 where id = 300; select pg_sleep(60); commit' >/dev/null 2>&1 || true) &
other=$!
until_true 'the lock' "select count(*) = 1 from pg_stat_activity where wait_event = 'PgSleep' and query like 'begin; update locked%'"
told=$(author --command "call sluice.work('1500 milliseconds', 'locked', until_idle => true)" 2>&1)
says 'a lock that stays' 'NOTICE:  work ends before its migrations: "locked" ' "$told"
sql --command "select pg_terminate_backend(pid) from pg_stat_activity where query like 'begin; update locked%'" >/dev/null
wait $other || true
author --command "select sluice.retry('locked')" >/dev/null
author --command "call sluice.work('60 s', 'locked', until_idle => true)"
expect 'and afterwards' "$(state locked)" finished
expect 'all locked rows' "$(sql --command 'select count(*) from locked where v = id')" 500

# other isolation levels by default, beside writers
for level in serializable 'repeatable read'; do
  name=${level// /_}
  table "$name" 3000
  define "$name" 'v = id, n = n + 1'
  sql --command "update sluice.schedule set workers = 3 where migration = '$name'"
  (for _ in {1..20}; do echo "update $name set w = coalesce(w, 0) + 1 where id % 7 = (random() * 6)::integer;"; done | sql --username author) &
  writer=$!
  calls=()
  for _ in 1 2 3; do
    PGOPTIONS="-c default_transaction_isolation=${level// /\\ }" author --command "call sluice.work('60 s', '$name', until_idle => true)" &
    calls+=($!)
  done
  for call in "${calls[@]}"; do wait "$call" || { echo "$level: a call of work ended with an error"; exit 1; }; done
  wait $writer
  author --command "call sluice.work('60 s', '$name', until_idle => true)"
  expect "$level" "$(state "$name")" finished
  expect "$level: each row once" "$(sql --command "select count(*) from $name where v = id and n = 1")" 3000
  PGOPTIONS="-c default_transaction_isolation=${level// /\\ }" author --command "call sluice.cleanup('$name')"
done

# a duration that is none
told=$(author --command "call sluice.work(lasting => null)" 2>&1) || true
says 'no duration' 'invalid duration null' "$told"

# a database that is read-only by default
table switched 300
define switched 'v = id'
for place in "database $PGDATABASE" 'role author' "role author in database $PGDATABASE"; do
  sql --command "alter $place set default_transaction_read_only = on"
  told=$(author --command "call sluice.work('1 s', 'switched', until_idle => true)" 2>&1)
  says "$place" 'NOTICE:  work waits for the database to take writes: default_transaction_read_only is on for ' "$told"
  says "$place" "alter $place reset default_transaction_read_only;" "$(tr -d '"' <<<"$told")"
  told=$(author --command "call sluice.cleanup('switched')" 2>&1) || true
  says "$place, cleanup" 'ERROR:  cannot clean up migration "switched": it waits for the database to take writes' "$told"
  says "$place, progress" 'the database to take writes: default_transaction_read_only is on for ' \
    "$(sql --command "select waiting_for from sluice.progress('switched')")"
  says "$place, stuck" "alter $place reset default_transaction_read_only;" \
    "$(sql --command "select advice from sluice.stuck where name = 'switched' and problem = 'waits'" | tr -d '"')"
  expect "$place: claim" "$(author --command "select lane_id is null and wait_seconds > 0 from sluice_internal.claim()")" t
  sql --command "begin read write; alter $place reset default_transaction_read_only; commit"
done
told=$(PGOPTIONS='-c default_transaction_read_only=on' author --command "call sluice.work('1 s', 'switched', until_idle => true)" 2>&1)
says 'a session' 'NOTICE:  work waits for this session to take writes: default_transaction_read_only is on' "$told"
expect 'nothing was written' "$(sql --command 'select count(*) from switched where v is not null')" 0
author --command "call sluice.work('60 s', 'switched', until_idle => true)"
expect 'and once it is over' "$(state switched)" finished

# the index of the key is gone
table keyed 20000
define keyed 'v = id'
author --command "select sluice_internal.run_one('keyed')" --command 'alter table keyed drop constraint keyed_pkey' >/dev/null
says 'its plan' 'no index serves the key of public.keyed any more' "$(author --command "select (sluice.plan('keyed')).notes")"
author --command "call sluice.work('60 s', 'keyed', until_idle => true)"
expect 'a key without an index' "$(state keyed)" paused
says 'a key without an index' 'create index concurrently on public.keyed (id);' "$(sql --command "select detail from sluice.stuck where name = 'keyed'")"
author --command 'create index concurrently on keyed (id)' --command "select sluice.resume('keyed')" >/dev/null
author --command "call sluice.work('60 s', 'keyed', until_idle => true)"
expect 'with it, it goes on' "$(state keyed)" finished

# a batch that ended its session
table ended 100
define ended 'v = id'
sql --command "update sluice_internal.lane set announced_by = 2147483647 where migration_id = (select migration_id from sluice_internal.migration where name = 'ended')"
author --command "select sluice_internal.run_one('ended')" >/dev/null
expect 'a session that is gone' "$(failures ended 25P04)" 1
author --command "call sluice.work('60 s', 'ended', until_idle => true)"
expect 'after it' "$(state ended)" finished

# on_finish that is cancelled, and a transaction_timeout
table last 10
author --command "select sluice.define('last', 'last', pending => 'v is null', set => 'v = id', on_finish => array['select pg_sleep(2)'])" >/dev/null
told=$(PGOPTIONS='-c statement_timeout=1s' author --command "call sluice.cleanup('last')" 2>&1) || true
says 'a statement of on_finish that takes too long' 'canceling statement due to statement timeout' "$told"
expect 'it is recorded' "$(sql --command "select problem from sluice.stuck where name = 'last'")" cleanup_failed
if [ "$(sql --command "select count(*) from pg_settings where name = 'transaction_timeout'")" = 1 ]; then
  PGOPTIONS='-c transaction_timeout=500ms' author --command "call sluice.cleanup('last')"
  expect 'on_finish under transaction_timeout' "$(sql --command "select count(*) from sluice.events where name = 'last' and kind = 'cleaned'")" 1

  table later 10
  define later 'v = id'
  sql --command "update sluice.schedule set starts_at = now() + interval '1 hour' where migration = 'later'"
  PGOPTIONS='-c transaction_timeout=500ms' author --command "call sluice.work('2 s', 'later')"

  table fatal 200
  define fatal 'v = sleep_at(id, 77, 60)'
  for _ in {1..60}; do
    [ "$(state fatal)" != failed ] || break
    PGOPTIONS='-c transaction_timeout=500ms' author --command "call sluice.work('2 s', 'fatal', until_idle => true)" >/dev/null 2>&1 || true
  done
  expect 'transaction_timeout' "$(sql --command "select string_agg(key::text || ' ' || sqlstate, ',') from sluice.quarantined where name = 'fatal'")" '{77} 25P04'
  expect 'rows left of fatal' "$(sql --command 'select array_agg(id) from fatal where v is null')" '{77}'
fi

# a lock_timeout of the session is for the caller's own statements: a claim that meets a lock longer than that goes on
table patient 10
define patient 'v = id'
exec {holder}> >(sql >/dev/null)
echo "begin; lock table sluice_internal.lane in access exclusive mode;" >&"$holder"
until_true 'the lanes are locked' \
  "select exists (select from pg_locks k where k.granted and k.mode = 'AccessExclusiveLock' and k.relation = 'sluice_internal.lane'::regclass)"
PGOPTIONS='-c lock_timeout=50ms' author --command "call sluice.work('1 minute', until_idle => true)" &
patient=$!
until_true 'it waits for longer than that' \
  "select exists (select from pg_locks k where not k.granted and k.waitstart < clock_timestamp() - interval '300 milliseconds')"
echo 'commit;' >&"$holder"
exec {holder}>&-
wait "$patient"
expect 'a session with a lock_timeout' "$(state patient)" finished
