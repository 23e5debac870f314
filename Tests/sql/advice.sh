#!/usr/bin/env bash
#
# What notices and errors say to whoever has to go on from there: a rate that makes a deadline impossible.

set -euo pipefail

failed=0
psql --quiet --username sluice_owner --output /dev/null --command "select sluice.grant_author('author')"
psql --quiet --command 'grant create on schema public to author'
author() { psql --quiet --no-align --tuples-only --username author "$@" 2>&1; }

# says WHAT FOUND PATTERN
says() {
  [[ ! $2 =~ $3 ]] || return 0
  printf '%s: found "%s", which does not match "%s"\n' "$1" "$2" "$3"
  failed=1
}

# same WHAT FOUND EXPECTED
same() {
  [ "$2" != "$3" ] || return 0
  printf '%s: found "%s", not "%s"\n' "$1" "$2" "$3"
  failed=1
}

author --set ON_ERROR_STOP=1 >/dev/null <<'SQL'
create table items (id integer primary key, n integer);
insert into items (id) select i from generate_series(1, 10000) as i;
select sluice.define('items', 'items', pending => 'n is null', set => 'n = 1');
select feasible from sluice.schedule('items', within => '1 day');
SQL

says 'a rate that makes the deadline impossible is obeyed with a notice' "$(author --command "select sluice.throttle('items', 0.01)")" \
  'NOTICE:  deadline of migration "items" cannot be met at 0.01 rows a second.DETAIL:  [0-9]+ rows are left, about; they would be done at .*, and the deadline is .*HINT:  Lift the limit: select sluice.throttle\('"'items'"', null\); or give it time: select \* from sluice.reschedule\('"'items'"', within => '"'[^']+'"'\);'
same 'one that leaves time is obeyed in silence' "$(author --command "select sluice.throttle('items', 1000)")" ''
same 'so is none' "$(author --command "select sluice.throttle('items', null)")" ''

exit $failed
