#!/usr/bin/env bash
#
# define() says where PostgreSQL proves that no row is pending, and only there.

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
exit $failed
