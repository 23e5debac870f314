#!/usr/bin/env bash
#
# What notices and errors say to whoever has to go on from there: a rate that makes a deadline impossible, statements that do
# not look at the batch, a statement of on_finish that fails, one that waits for a lock, and a batch that does.

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

# work that finds nothing to do

work() { psql --quiet --no-align --tuples-only --username "$1" --command "call sluice.work(lasting => '100 milliseconds'$2)" 2>&1 || true; }
says 'who runs batches where only others have something scheduled is told so' "$(work sluice_owner '')" \
  'NOTICE:  nothing of "sluice_owner" is scheduled.DETAIL:  Scheduled by others: "items" of "author"\. .*HINT:  Log in as the owner\.'
says 'also where one is named' "$(work sluice_owner ", only_migration => 'items'")" \
  'NOTICE:  migration "items" is not one that "sluice_owner" has scheduled.DETAIL:  Scheduled by others: "items" of "author"'
says 'one that does not exist is an error' "$(work author ", only_migration => 'item'")" \
  'ERROR:  there is no migration "item".HINT:  Did you mean "items"\?'
same 'the owner works in silence' "$(work author '')" ''

author --set ON_ERROR_STOP=1 >/dev/null <<'SQL'
create table bags (id integer primary key, n integer);
insert into bags select i from generate_series(1, 2000) as i;
analyze bags;
select sluice.define('items_aside', 'bags', pending => 'n is null', set => 'n = 1', max_batch => 200);
select feasible from sluice.schedule('items_aside', within => '3 seconds');
SQL
says 'of two that begin alike, the one is meant that ends alike, too' "$(work author ", only_migration => 'items_asde'")" 'Did you mean "items_aside"\?'
author --command "call sluice.work('10 minutes', 'items_aside', until_idle => true)"
same 'a pause between two batches is no end' "$(author --command "select state from sluice.progress('items_aside')")" finished

# statements that do not look at the batch

says 'statements of which none refers to batch are accepted with a notice' "$(author --command "
  select sluice.define('all_at_once', 'items', statements => array['update items set n = 1', '/* batch */ select ''batch'''])")" \
  'NOTICE:  migration "all_at_once": no statement refers to batch.DETAIL:  Each is executed in every batch, .*HINT:  Join the pending rows of the batch: '
says 'where one does there is none' "$(author --command "
  select sluice.define('by_batch', 'items', statements => array['select 1', 'update items i set n = 1 from \"batch\" b where b.id = i.id'])")" \
  '^by_batch$'

# a statement of on_finish that fails

author --set ON_ERROR_STOP=1 >/dev/null <<'SQL'
create table names (id integer primary key, raw text, name text);
insert into names (id, raw) select i, i::text from generate_series(1, 10) as i;
insert into names (id) values (0);
select sluice.define('names', 'names', pending => 'name is null and raw is not null', set => 'name = raw',
  on_finish => array['alter table names alter column name set not null']);
select from sluice.schedule('names', immediately => true);
call sluice.work('10 minutes', until_idle => true);
SQL
cleanup() { author --set VERBOSITY="${2:-default}" --command "call sluice.cleanup('$1', '2 seconds')" || true; }
stuck() { author --field-separator ' / ' --command "select problem, detail, advice from sluice.stuck where name = '$1'"; }

says 'the error is PostgreSQL'"'"'s own, with the migration, the statement and what to do' "$(cleanup names verbose)" \
  'ERROR:  23502: column "name" of relation "names" contains null values.DETAIL:  Migration "names", statement 1 of on_finish: alter table names alter column name set not null.HINT:  The migration is finished; mend the cause, then: call sluice.cleanup\('"'names'"'\); which goes on with this statement.'
same 'stuck has it, though the migration is finished' "$(stuck names)" \
  'cleanup_failed / statement 1 of on_finish failed: column "name" of relation "names" contains null values (SQLSTATE 23502): alter table names alter column name set not null / Mend the cause, then: call sluice.cleanup('"'names'"');'
same 'so have the events' "$(author --command "select message from sluice.events where kind = 'cleanup_failed'")" \
  'statement 1 of on_finish failed: column "name" of relation "names" contains null values (SQLSTATE 23502): alter table names alter column name set not null'
author --command "update names set name = '' where id = 0"
same 'once the cause is mended, cleanup goes on' "$(cleanup names)" ''
same 'and nothing is stuck' "$(stuck names)" ''

# one that finds what it created before

author --set ON_ERROR_STOP=1 >/dev/null <<'SQL'
create table words (id integer primary key, word text);
insert into words (id) select i from generate_series(1, 10) as i;
select sluice.define('words', 'words', pending => 'word is null', set => 'word = id::text',
  on_finish => array['create index words_by_word on words (word)']);
SQL
same 'on_finish is executed' "$(cleanup words)" ''
says 'a restart without a schedule says that nothing runs yet' "$(author --command "select sluice.restart('words')")" \
  'NOTICE:  migration "words" has no schedule, so nothing runs yet.HINT:  Schedule it'
says 'after a restart all of it is executed again, and what it created is in the way' "$(cleanup words)" \
  'ERROR:  relation "words_by_word" already exists'
author --command 'drop index words_by_word'
same 'until it is taken away' "$(cleanup words; stuck words)" ''

# one that waits for a lock

author --set ON_ERROR_STOP=1 >/dev/null <<'SQL'
create table labels (id integer primary key, raw text, label text);
insert into labels (id, raw) select i, i::text from generate_series(1, 10) as i;
select sluice.define('labels', 'labels', pending => 'label is null', set => 'label = raw', capture => true,
  on_finish => array['alter table labels alter column label set not null']);
select from sluice.schedule('labels', immediately => true);
call sluice.work('10 minutes', until_idle => true);
SQL
coproc reader { exec psql --quiet --no-align --tuples-only --username author; }
hold() { printf '%s\n' "begin; select pg_backend_pid() from labels limit 1;" >&"${reader[1]}" && read -r pid <&"${reader[0]}"; }
let_go() { printf '%s\n' "rollback; select 'let go';" >&"${reader[1]}" && read -r _ <&"${reader[0]}"; }

hold
says 'the timeout is a round one, and names the statement and who holds the lock' "$(cleanup labels)" \
  'ERROR:  could not finish migration "labels" within 2 s.DETAIL:  The migration is finished; statement 1 of on_finish waits for a lock on public.labels; locks there are held by pid '"$pid"': alter table labels alter column label set not null\..HINT:  Look at the holders in pg_stat_activity; .*: call sluice.cleanup\('"'labels'"'\); which goes on with this'
says 'stuck says the same' "$(stuck labels)" \
  '^cleanup_waits / statement 1 of on_finish waits for a lock on public.labels; locks there are held by pid '"$pid"': alter table .* / .*pg_terminate_backend'
same 'of many attempts one event tells' "$(author --command "select count(*) from sluice.events where kind = 'cleanup_waits'")" 1
let_go
author --command 'alter table labels alter column label set not null' >/dev/null
author --command "select sluice_internal.complete_on_finish('labels', 1)" >/dev/null
same 'then it is done' "$(stuck labels)" ''
hold
says 'the lock that removes the capture trigger is named, too' "$(cleanup labels)" \
  'the removal of the capture trigger waits for a lock on public.labels; locks there are held by pid '"$pid"
let_go
same 'and cleanup succeeds' "$(cleanup labels; stuck labels)" ''

# a batch that waits for a lock

author --set ON_ERROR_STOP=1 >/dev/null <<'SQL'
create table seats (id integer primary key, n integer);
insert into seats select i from generate_series(1, 10) as i;
select sluice.define('seats', 'seats', pending => 'n is null', set => 'n = 1');
select feasible from sluice.schedule('seats', immediately => true);
SQL
printf '%s\n' "begin; lock table seats in share mode; select pg_backend_pid();" >&"${reader[1]}" && read -r pid <&"${reader[0]}"
author --command "select sluice_internal.run_one('seats')" >/dev/null
psql --quiet --command "update sluice_internal.lane set due_at = now() + interval '1 hour', attempts = 4 where attempts = 1"
says 'stuck names who holds locks on the relation' "$(stuck seats)" \
  'backing_off / .* canceling statement due to lock timeout / Locks on seats are held by pid '"$pid"': select \* from pg_stat_activity .*pg_terminate_backend.*; to try at once: select sluice.retry\('"'seats'"'\);'
psql --quiet --username sluice_owner --output /dev/null --command "select sluice.grant_viewer('viewer')"
says 'to a viewer, too' "$(psql --quiet --no-align --tuples-only --username viewer \
  --command "select advice from sluice.stuck where name = 'seats' and problem = 'waits'")" "^Locks on seats are held by pid $pid: "
let_go
says 'and that nobody does, once they have ended' "$(stuck seats)" 'Locks on seats are held by nobody any more'

# once they are told, coprocesses and their variables may be gone at any moment
reader_is=$reader_PID
printf '%s\n' '\q' >&"${reader[1]}"
wait "$reader_is"

# fewer workers than a deadline needs

author --set ON_ERROR_STOP=1 >/dev/null <<'SQL'
create table halls (id integer primary key, n integer);
insert into halls select i from generate_series(1, 10000) as i;
analyze halls;
select sluice.define('halls', 'halls', pending => 'n is null', set => 'n = 1', max_batch => 100);
select feasible from sluice.schedule('halls', within => '2 hours', workers => 4);
select sluice_internal.run_one('halls');
SQL
psql --quiet --username sluice_owner --command "
  update sluice_internal.lane l set seconds_per_row = 1 from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'halls'"
announced() { author --command "select sluice_internal.keep_house()" >/dev/null; author --command "
  select coalesce(max(kind), 'nothing') from sluice.events where name = 'halls' and kind ~ '^deadline'"; }
same 'while nobody is there, it is forecast for as many workers as its schedule allows' \
  "$(author --command "select on_track from sluice.progress('halls')")" t
coproc worker { PGAPPNAME='sluice worker' exec psql --quiet --no-align --tuples-only --username author; }
printf '%s\n' "select pg_backend_pid();" >&"${worker[1]}" && read -r _ <&"${worker[0]}"
# when a session of another role began is shown to pg_monitor
psql --quiet --command 'grant pg_monitor to sluice_owner'
same 'with one, for that' "$(author --command "select on_track, late_by > '30 minutes' from sluice.progress('halls')")" 'f|t'
same 'which is not announced while others may be on their way' "$(announced)" nothing
author --command "do \$\$ begin
  while exists (select from pg_stat_activity where application_name = 'sluice worker' and backend_start > clock_timestamp() - interval '2 seconds')
  loop perform pg_sleep(0.05), pg_stat_clear_snapshot(); end loop; end \$\$"
same 'but when none came' "$(announced)" deadline_at_risk
psql --quiet --command 'revoke pg_monitor from sluice_owner'
says 'and stuck says what is missing' "$(stuck halls)" \
  'deadline_at_risk / .*Its schedule allows 4 workers, and 1 is there; start a driver with the others: sluice run --workers 3; or give it time: select'
psql --quiet --username sluice_owner --command "update sluice.schedule set workers = 1 where migration = 'halls'"
says 'where all are there, more are advised, with a driver for them' "$(stuck halls)" \
  'Give it time: select .*; or workers, .*: select \* from sluice.reschedule\('"'halls'"', workers => 2\); and a driver for the new ones: sluice run --workers 1$'
says 'but none where more are there than it may have' "$(PGAPPNAME='sluice worker' stuck halls)" \
  'select \* from sluice.reschedule\('"'halls'"', workers => 2\);$'
worker_is=$worker_PID
printf '%s\n' '\q' >&"${worker[1]}"
wait "$worker_is"

psql --quiet --no-align --tuples-only --username author --command "call sluice.work('10 minutes', only_migration => 'seats')" &
deadline=$((SECONDS + 120))
until [ "$(author --command "select count(*) from pg_stat_activity where application_name = 'sluice worker'")" = 1 ] || [ $SECONDS -gt $deadline ]; do :; done
same 'who works from psql is a worker' "$(psql --no-align --tuples-only --command "select workers from sluice_internal.workers_present('author')")" 1
psql --quiet --output /dev/null --command "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'sluice %'"
wait $! || true

exit $failed
