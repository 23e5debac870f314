#!/usr/bin/env bash
#
# In a restored copy of a database the capture trigger works as before, by itself, and belongs to whom it belonged; once
# the copy is adopted, the run goes on with it, and its cleanup removes it. A schema that is dropped leaves it at work.

set -euo pipefail

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
is() { [ "$1" = "$2" ] || { echo "$3: $1 instead of $2"; exit 1; }; }
restored=${PGDATABASE}_restored
trap 'dropdb --if-exists "$restored"' EXIT

psql >/dev/null <<'SQL'
select sluice.grant_author('author');
grant create on schema public to author;
set session authorization author;
create table days (id integer, day date, n integer, primary key (id, day)) partition by range (day);
create table days_1 partition of days for values from ('2020-01-01') to ('2021-01-01');
insert into days select i, '2020-02-02' from generate_series(1, 100) as i;
select sluice.define('days', 'days', pending => 'n is null', set => 'n = id', capture => true);
select sluice.schedule('days', immediately => true);
select sluice_internal.run_one('days');
SQL

createdb --owner sluice_owner "$restored"
pg_dump "$PGDATABASE" | psql --dbname "$restored" >/dev/null
is "$(psql --dbname "$restored" --command 'select name, owner, target, enabled, checks_first from sluice.captures')" \
  'days|author|days|always|t' 'the trigger in the copy'
is "$(psql --dbname "$restored" --command "insert into days values (101, '2020-03-03') returning n")" 101 'a row written in the copy'
psql --dbname "$restored" --username sluice_owner --command 'select sluice.adopt()' >/dev/null
psql --dbname "$restored" --username author --command "call sluice.work(lasting => '10 minutes', until_idle => true)"
is "$(psql --dbname "$restored" --command "select state from sluice.progress('days')")" finished 'the run in the copy'
is "$(psql --dbname "$restored" --command "select kind from sluice.events where kind like 'capture%'")" captured 'installed once'
psql --dbname "$restored" --username author --command "call sluice.cleanup('days')"
is "$(psql --dbname "$restored" --command "select count(*) from pg_trigger where tgname ~ 'sluice'")" 0 'triggers after the cleanup'

psql --command 'set client_min_messages to warning; drop schema sluice, sluice_internal cascade'
is "$(psql --command "insert into days values (102, '2020-03-03') returning n")" 102 'a row written without the schema'
