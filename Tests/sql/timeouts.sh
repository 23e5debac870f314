#!/usr/bin/env bash
#
# Batches that take longer than statement_timeout, run as a driver runs them: a transaction each, and a report after it. A key that
# takes too long by itself is quarantined alone; batches find the size that fits; the history has how long they took.
#
# hostile: set default_statistics_target = 100; the plan says by statistics how many rows have a key

set -euo pipefail

sql() { psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }

fail() {
  echo "$1: $2"
  exit 1
}

expect() {
  [ "$2" = "$3" ] || fail "$1" "expected $3, got $2"
}

# Runs batches of a migration until its state is the one that is given.
drive() {
  local rounds=0
  until [ "$(sql --command "select state = '$2' or state = 'paused' from sluice.progress('$1')")" = t ]; do
    rounds=$((rounds + 1))
    [ $rounds -le 40 ] || fail "$1" "is not $2 after 400 batches: $(sql --command "select state, waiting_for from sluice.progress('$1')")"
    for _ in {1..10}; do
      cat <<'BATCH'
begin;
select lane_id, version, clock_timestamp() as begun from sluice_internal.claim() \gset claimed_
\if :{?claimed_lane_id}
select sluice_internal.checkpoint(sluice_internal.run(:claimed_lane_id));
\if :ERROR
\set state :LAST_ERROR_SQLSTATE
\set message :LAST_ERROR_MESSAGE
rollback;
select sluice_internal.fail(:claimed_lane_id, :claimed_version, :'state', :'message',
  seconds => extract(epoch from clock_timestamp() - :'claimed_begun'::timestamptz));
\else
commit;
\endif
\else
commit;
select pg_sleep(0.02);
\endif
BATCH
    done | psql --quiet --username author >/dev/null 2>&1
  done
}

sql --username sluice_owner --command "select sluice.grant_author('author')" >/dev/null
sql >/dev/null <<'SQL'
grant create on schema public to author;
update sluice.guard set enabled = false;
update sluice.policy
set statement_timeout = '300 milliseconds', first_retry_after = '1 millisecond', last_retry_after = '2 milliseconds', max_attempts = 3;
SQL

# one row that always takes too long
sql --username author >/dev/null <<'SQL'
create table slow (id integer primary key, v integer);
insert into slow select i from generate_series(1, 2000) as i;
analyze slow;
create function sleep_at(i integer, place integer) returns integer language plpgsql as $$
begin
  if i = place then
    perform pg_sleep(5);
  end if;
  return i;
end $$;
select sluice.define('slow', 'slow', pending => 'v is null', set => 'v = sleep_at(id, 777)');
select from sluice.schedule('slow', immediately => true);
SQL
drive slow failed
expect 'quarantined' "$(sql --command "select string_agg(q.key::text || ' ' || q.sqlstate, ', ') from sluice.quarantined q")" '{777} 57014'
expect 'left' "$(sql --command 'select array_agg(id) from slow where v is null')" '{777}'
expect 'event' "$(sql --command "select detail ->> 'key' from sluice.events where kind = 'key_failed'")" '["777"]'
expect 'durations in the history' \
  "$(sql --command "select bool_and(duration > '200 milliseconds') from sluice.history where outcome = 'failed'")" t
[ "$(sql --command "select count(*) from sluice.history where outcome = 'failed'")" -le 40 ] || fail slow 'took too many attempts'

# a key of many rows that take too long together
sql --username author >/dev/null <<'SQL'
select sluice.forget('slow');
create table shared (owner_id integer not null, v integer, id integer primary key);
insert into shared select case when i between 500 and 549 then 42 else 1000 + i end, null, i from generate_series(1, 1000) as i;
create index on shared (owner_id);
analyze shared;
create function sleep_a_little(i integer) returns integer language plpgsql as $$
begin
  if i = 42 then
    perform pg_sleep(0.05);
  end if;
  return i;
end $$;
select sluice.define('shared', 'shared', pending => 'v is null', set => 'v = sleep_a_little(owner_id)', key => '{owner_id}', max_batch => 20);
SQL
expect 'note of the plan' "$(sql --username author --command \
  "select count(*) from unnest((sluice.plan('shared')).notes) as n where n like 'about 50 rows have owner_id = 42: %'")" 1
sql --command "insert into sluice.schedule (migration, immediately) values ('shared', true)"
drive shared failed
expect 'quarantined key' "$(sql --command "select key, rows, sqlstate from sluice.quarantined")" '{42}|50|57014'
expect 'left of shared' "$(sql --command 'select count(*), min(owner_id), max(owner_id) from shared where v is null')" '50|42|42'
expect 'advice' "$(sql --command "select count(*) from sluice.stuck where problem = 'quarantined'
  and advice like '50 rows have this key, and are one batch: define the migration with a key of more columns%'")" 1

# rows of which min_batch take too long
sql --username author >/dev/null <<'SQL'
select sluice.forget('shared');
create table heavy (id integer primary key, v integer);
insert into heavy select i from generate_series(1, 150) as i;
analyze heavy;
create function take_time(i integer) returns integer language plpgsql as 'begin perform pg_sleep(0.01); return i; end';
select sluice.define('heavy', 'heavy', pending => 'v is null', set => 'v = take_time(id)');
SQL
sql --command "insert into sluice.schedule (migration, immediately) values ('heavy', true)"
drive heavy finished
expect 'all heavy rows' "$(sql --command 'select count(*) from heavy where v = id')" 150
[ "$(sql --command "select count(*) from sluice.history where name = 'heavy' and outcome = 'failed'")" -le 12 ] ||
  fail heavy 'min_batch makes its batches time out again and again'
