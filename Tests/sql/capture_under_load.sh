#!/usr/bin/env bash
#
# An application writes old rows all the time: behind the walk and before it, in rows that move, in transactions that stay
# open. With a capture trigger none is missed, by a key walk in random order, and by a walk over blocks; and the first
# pass of the verification finds nothing. SLUICE_FAULT_ROUNDS=10 makes ten times as many rows of it: a million.
#
# hostile: set default_transaction_isolation = 'read committed'; its application does not repeat what cannot be serialized
# hostile: planted numeric * integer; the SET list of this test is its own

set -euo pipefail

rows=$((50000 * ${SLUICE_FAULT_ROUNDS:-1}))
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$work"' EXIT
psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }

psql <<SQL
select from sluice.grant_author('author');
grant create on schema public to author;
set session authorization author;
create table orders (id uuid primary key default gen_random_uuid(), total numeric not null, cents bigint, note text);
create table counters (id bigint primary key, n integer not null, n_new bigint, note text);
insert into orders (total) select i from generate_series(1, $rows) as i;
insert into counters (id, n) select i, i from generate_series(1, $rows) as i;
-- room in all blocks, so that rows that move go anywhere
delete from counters where id % 3 = 0;
insert into counters (id, n) select $rows + i, i from generate_series(1, $rows / 3) as i;
select from sluice.define('orders', 'orders', pending => 'cents is null', set => 'cents = total * 100', capture => true, max_batch => 2000);
select from sluice.define('counters', 'counters', pending => 'n_new is distinct from n', set => 'n_new = n', capture => true,
  walk => 'blocks', max_batch => 2000);
grant select, insert, update, delete on orders, counters to application;
SQL
psql --command 'vacuum analyze counters, orders'

cat >"$work/short.sql" <<SQL
\set i random(1, $rows)
\set j random($rows + $rows, 1000000000)
insert into orders (total) values (:i);
update orders set total = :i, cents = null where id = (select id from orders where id > gen_random_uuid() order by id limit 1);
update orders set id = gen_random_uuid(), cents = null where id = (select id from orders where id > gen_random_uuid() order by id limit 1);
insert into counters (id, n) values (:j, :i) on conflict do nothing;
update counters set n = n + 1, note = repeat('x', 1 + :i % 200) where id = :i;
delete from counters where id = :i + 7;
SQL
cat >"$work/long.sql" <<SQL
\set i random(1, $rows)
begin isolation level :level;
select count(*) from counters where id < 10;
\sleep 300 ms
insert into orders (total) values (:i);
insert into counters (id, n) values (-:i, 1) on conflict (id) do update set n = counters.n + 1;
\sleep 700 ms
update orders set cents = null where id = (select id from orders where id > gen_random_uuid() order by id limit 1);
commit;
\sleep 900 ms
SQL

export PGUSER=application
pgbench --no-vacuum --client 3 --rate 300 --time 3600 --max-tries 0 --file "$work/short.sql" >"$work/short.log" 2>&1 & pids+=($!)
pgbench --no-vacuum --client 1 --time 3600 --max-tries 0 --define level='read committed' --file "$work/long.sql" >"$work/long.log" 2>&1 & pids+=($!)
pgbench --no-vacuum --client 1 --time 3600 --max-tries 0 --define level='repeatable read' --file "$work/long.sql" >"$work/old.log" 2>&1 & pids+=($!)

export PGUSER=author
for name in orders counters; do psql --command "select from sluice.schedule('$name', workers => 3, immediately => true)"; done
for _ in 1 2 3 4; do
  psql --command "call sluice.work(lasting => '1 hour')" >"$work/worker.log" 2>&1 & pids+=($!)
done

state() { psql --command "select string_agg(distinct state, ' ') from sluice.progress"; }
ends=$((SECONDS + 600 * ${SLUICE_FAULT_ROUNDS:-1}))
while [ $SECONDS -lt $ends ]; do
  case $(state) in finished | *failed* | *paused*) break ;; esac
  read -r -t 0.1 <> <(:) || true
done
[ "$(state)" = finished ] || { psql --command 'select name, state, waiting_for, last_error from sluice.progress'; exit 1; }

# it goes on writing: what is written after the end is converted, too
written=$(psql --command 'select count(*) from orders')
for _ in $(seq 1 100); do
  [ "$(psql --command 'select count(*) from orders')" -le $((written + 200)) ] || break
  read -r -t 0.1 <> <(:) || true
done
for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || { echo "one of the clients ended early"; cat "$work"/*.log; exit 1; }; done
wait "${pids[@]}" || true

answer=$(psql <<'SQL'
select format('missed %s and %s', (select count(*) from orders where cents is distinct from total * 100),
  (select count(*) from counters where n_new is distinct from n));
select format('passes %s, found pending %s', (select max(pass) from sluice.lanes),
  (select count(*) from sluice.lanes where act = 'change' and pass > 0));
SQL
)
echo "$answer"
[ "$answer" = $'missed 0 and 0\npasses 1, found pending 0' ]
