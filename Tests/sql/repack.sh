#!/usr/bin/env bash
#
# pg_repack rewrites the target again and again, in the order of its key and in another, while it is walked by key and by place,
# swept and proved: each row is changed once, none is missed, and finished is true.

set -euo pipefail

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
author() { psql --username author "$@"; }
# pg_repack is loaded where it is packaged: with PostgreSQL 15.
repack=${SLUICE_PG_BIN:?}/pg_repack
if [ ! -x "$repack" ]; then
  echo 'this server has no pg_repack'
  [ "$(psql --command 'show server_version_num')" -ge 160000 ]
  exit
fi
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$work"' EXIT

psql --command 'create extension pg_repack' --command 'grant create on schema public to author'
psql --username sluice_owner --command "select sluice.grant_author('author')" >/dev/null
author 2>/dev/null <<'SQL'
create table item (id uuid primary key default gen_random_uuid(), n integer not null default 0, v integer);
insert into item (v) select case when i % 5 = 0 then 1 end from generate_series(1, 20000) as i;
create index item_by_v on item (v, id);
-- without a predicate a row that is met twice is changed twice, and one that is missed is not changed
create table counted (id bigint primary key, n integer not null default 0);
insert into counted select i, 0 from generate_series(1, 20000) as i;
select sluice.define('key', 'item', pending => 'v is null', set => 'v = 1, n = n + 1', walk => 'key', max_batch => 500);
select sluice.define('blocks', 'item', pending => 'v is null', set => 'v = 1, n = n + 1', walk => 'blocks', max_batch => 500);
select sluice.define('counted', 'counted', set => 'n = n + 1', max_batch => 500);
SQL

# repack TABLE [OPTION...]: a rewrite that gets no lock, or whose table is altered, gives up.
repack() {
  "$repack" --host "$PGHOST" --dbname "$PGDATABASE" --no-kill-backend --wait-timeout 5 --table "public.$1" "${@:2}" \
    >"$work/repack.log" 2>&1 && rounds=$((rounds + 1)) || grep -qiE 'timed out|lock' "$work/repack.log" ||
    { cat "$work/repack.log"; exit 1; }
}
state() { psql --command "select string_agg(distinct state, ' ') from sluice.progress where state <> 'defined'"; }

for walk in key blocks; do
  author 2>/dev/null >/dev/null <<SQL
update item set v = case when get_byte(uuid_send(id), 15) < 50 then 1 end, n = 0;
select sluice.schedule('$walk', immediately => true, workers => 2);
$([ $walk = blocks ] || echo "select sluice.schedule('counted', immediately => true);")
SQL
  workers=()
  for _ in 1 2 3; do
    author --command "call sluice.work('5 minutes', until_idle => true)" >"$work/worker.log" 2>&1 & workers+=($!)
  done
  pids=("${workers[@]}")

  rounds=0
  ends=$((SECONDS + 240))
  while [ "$(state)" != finished ]; do
    [ $SECONDS -lt $ends ] || { psql --command 'select name, state, waiting_for, last_error, rows_pending from sluice.progress'; exit 1; }
    repack item $([ $((rounds % 4)) -ne 0 ] || echo --order-by=id)
    [ $walk = blocks ] || repack counted
  done
  [ $rounds -ge 1 ] || { echo 'nothing was rewritten'; exit 1; }
  for pid in "${workers[@]}"; do wait "$pid"; done

  answer=$(psql --command "select (select count(*) from item where n > 1 or n = 0 and get_byte(uuid_send(id), 15) >= 50),
    (select count(*) from counted where n <> 1), (select count(*) from item where v is null)")
  [ "$answer" = '0|0|0' ] ||
    { echo "walk $walk: $answer of the rows are changed twice or not at all, of those without a predicate, or pending"; exit 1; }
done
