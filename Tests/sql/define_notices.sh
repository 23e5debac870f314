#!/usr/bin/env bash
#
# define() says where PostgreSQL proves that no row is pending, where a trigger may move rows ahead of a walk without a predicate, and
# where partitions differ from the target in what the definition reads of them; and only there.

set -euo pipefail

psql --command "select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r" \
  --command 'reset role' --command 'grant create on schema public to author' >/dev/null
psql --username author --command 'create table p (id integer primary key, a bigint not null, b integer, kind text check (kind in ($$x$$, $$y$$)))' \
  --command 'create table q (id integer, a integer not null, b integer, primary key (id)) partition by range (id)' \
  --command 'create table q1 partition of q for values from (1) to (10)' >/dev/null

failed=0
expect() {
  local want=$1 table=$2 pending=$3 told
  told=$(psql --username author --command "select sluice.define('m', '$table', pending => \$\$$pending\$\$, set => 'b = 1')" \
    --command "select sluice.forget('m')" 2>&1 | grep -c 'pending is never true' || true)
  if [ "$told" != "$want" ]; then
    echo "pending => '$pending' of $table: $told notice(s), not $want"
    failed=1
  fi
}
expect 1 p 'a is null'
expect 1 p 'a is null and b is null'
expect 1 p 'b = 1 and b = 2'
expect 1 p 'false'
expect 1 p 'b is null and b is not null'
expect 1 q 'a is null'
expect 0 p 'b is null'
expect 0 p 'a is null or b is null'
expect 0 p 'a = 0'
expect 0 p 'true'
expect 0 q 'b is null'

psql --username author >/dev/null <<'SQL'
create table d (id integer primary key, at timestamptz not null default now(), n integer default 0);
create index on d (at);
create function touch() returns trigger language plpgsql as $$ begin new.at := clock_timestamp(); return new; end $$;
create table untouched (like d including all);
create trigger touch before update on d for each row execute function touch();
create table after_it (like d including all);
create trigger touch after update on after_it for each row execute function touch();
create table never (like d including all);
create trigger touch before update on never for each row execute function touch();
alter table never disable trigger touch;
create table other_column (like d including all);
create trigger touch before update of id on other_column for each row execute function touch();
create table parts (id integer, v integer default 1, h text, primary key (id)) partition by range (id);
create table part_1 partition of parts for values from (1) to (10);
create table same (id integer, v integer default 1, h text, primary key (id)) partition by range (id);
create table same_1 partition of same for values from (1) to (10);
create table part_2 (h text, id integer not null, v integer default 2);
alter table parts attach partition part_2 for values from (10) to (20);
create function pick(parts) returns text language sql immutable as $$ select ($1).h $$;
SQL
tells() {
  local want=$1 words=$2 arguments=$3 told
  told=$(psql --username author --command "select sluice.define('m', $arguments)" --command "select sluice.forget('m')" 2>&1 || true)
  if [ "$(grep -c "$words" <<<"$told" || true)" != "$want" ] || grep -q ERROR <<<"$told"; then
    printf '%s: not %s notice(s) "%s" but\n%s\n' "$arguments" "$want" "$words" "$told"
    failed=1
  fi
}
moves='may change the key it walks by'
tells 1 "touch of public.d $moves" "'d', set => 'n = n + 1', key => '{at}'"
tells 1 "touch of public.d $moves" "'d', handler => 'h', key => '{at}'"
tells 0 "$moves" "'d', set => 'n = n + 1'"
tells 0 "$moves" "'d', set => 'n = n + 1', pending => 'n = 0', key => '{at}'"
tells 0 "$moves" "'d', delete => true, key => '{at}'"
tells 0 "$moves" "'untouched', set => 'n = n + 1', key => '{at}'"
tells 0 "$moves" "'after_it', set => 'n = n + 1', key => '{at}'"
tells 0 "$moves" "'never', set => 'n = n + 1', key => '{at}'"
tells 0 "$moves" "'other_column', set => 'n = n + 1', key => '{at}'"
own='assigns a default, and that of column v of public.part_2 is another than that of public.parts'
tells 1 "$own" "'parts', pending => 'v is null', set => 'v = default'"
tells 1 "$own" "'parts', pending => 'v is null', set => '(h, v) = (''x'', DEFAULT)'"
tells 0 "$own" "'parts', pending => 'v is null', set => 'h = default'"
tells 0 "$own" "'parts', pending => 'v is null', set => 'v = 1'"
tells 0 'assigns a default' "'same', pending => 'v is null', set => 'v = default'"
whole='reads rows of public.parts as a whole, and columns of public.part_2 are others'
tells 1 "$whole" "'parts', pending => 'v is null', set => 'h = parts::text'"
tells 1 "$whole" "'parts', pending => 'v is null and pick(parts) is null', set => 'v = 1'"
tells 1 "$whole" "'parts', pending => 'v is null and parts.pick is null', delete => true"
tells 1 "$whole" "'parts', set => 'v = 1', source => 'same s', match => 's.id = parts.id and s.h = to_jsonb(parts)::text'"
tells 0 'as a whole' "'parts', pending => 'v is null', set => 'h = parts.h || parts.id, v = default', source => 'same s', match => 's.id = parts.id'"
tells 0 'as a whole' "'same', pending => 'v is null', set => 'h = same::text'"
exit $failed
