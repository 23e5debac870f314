#!/usr/bin/env bash
#
# pg_cron alone, with no driver, runs a migration to its end: a job that calls sluice.work() every minute.

set -euo pipefail

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }

# pg_cron is loaded where it is packaged: with PostgreSQL 15.
if [ "$(psql --command "select current_setting('shared_preload_libraries') ~ 'pg_cron'")" != t ]; then
  echo 'pg_cron is not loaded in this server'
  [ "$(psql --command 'show server_version_num')" -ge 160000 ]
  exit
fi

psql --dbname postgres --command 'create extension if not exists pg_cron'
psql --username sluice_owner --file - <<'SQL'
create table subject (id integer primary key, n integer not null default 0);
insert into subject select i from generate_series(1, 20000) as i;
select sluice.define('subject', 'subject', set => 'n = n + 1', max_batch => 700);
insert into sluice.schedule (migration, immediately) values ('subject', true);
SQL
job=$(psql --dbname postgres --command "
  select cron.schedule_in_database('sluice', '* * * * *', \$\$call sluice.work(lasting => '10 minutes', until_idle => true)\$\$,
    '$PGDATABASE', 'sluice_owner')")
trap 'psql --dbname postgres --command "select cron.unschedule($job)" >/dev/null' EXIT

# pg_cron counts in minutes: the first run begins within 60 seconds.
deadline=$((SECONDS + 100))
until [ "$(psql --command "select sluice.finished('subject')")" = t ]; do
  [ $SECONDS -lt $deadline ] || {
    echo 'not finished within 100 seconds'
    psql --command "select state, waiting_for, last_error from sluice.progress('subject')"
    psql --dbname postgres --command 'select status, return_message from cron.job_run_details'
    exit 1
  }
  read -rt 0.2 <> <(:) || true
done

[ "$(psql --command 'select count(*) from subject where n <> 1')" = 0 ]
[ "$(psql --command "select count(distinct backend_pid) from sluice.history where backend_pid <> pg_backend_pid()")" -ge 1 ]
