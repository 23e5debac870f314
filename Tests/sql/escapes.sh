#!/usr/bin/env bash
#
# Ways out of a batch that worked elsewhere, tried with real logins: the body of a migration does what its owner can, and
# nothing else. SET SESSION AUTHORIZATION in a test's own session would not do, because there it always leads back to a
# superuser.

set -euo pipefail

as() { psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 --username "$@"; }
superuser=$(psql --no-align --tuples-only --command 'select current_user')

fail() {
  echo "$*"
  exit 1
}

# expect WHAT WANTED GOT
expect() { [ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"; }

as sluice_owner --command "select sluice.grant_author('author'), sluice.grant_author('another_author')" >/dev/null
as "$superuser" --command 'grant create on schema public to author, another_author'

as author <<'SQL' >/dev/null
create table evidence (at_step text, acting name, logged_in name, answer text);
grant insert on evidence to public;

create function try(at_step text, act text) returns void language plpgsql as $$
begin
  execute act;
  insert into public.evidence values (at_step, current_user, session_user, 'done');
exception when others then
  insert into public.evidence values (at_step, current_user, session_user, sqlstate);
end
$$;

create function escape() returns integer language plpgsql as $$
begin
  perform public.try('look', 'select 1');
  perform public.try('reset role', 'reset role; update sluice_internal.migration set owner = ''author''');
  perform public.try('reset session', 'reset session authorization; create role escaped superuser');
  perform public.try('be superuser', 'set session authorization postgres');
  perform public.try('be the owner', 'set role sluice_owner');
  perform public.try('be another', 'set session authorization another_author');
  perform public.try('write', 'update sluice_internal.lane set state = ''done''');
  perform public.try('alter', (select format('alter function %s security definer', p.oid::regprocedure)
    from pg_proc p where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.proname ~ '^change_\d' limit 1));
  perform public.try('plant', 'create function sluice_internal.claim(text) returns integer language sql return 1');
  perform public.try('commit', 'commit');
  return 1;
end
$$;

-- fires at commit, when no function is on the stack any more
create function at_commit() returns trigger language plpgsql as $$
begin
  perform public.try('at commit', 'update sluice_internal.migration set owner = ''author''');
  return null;
end
$$;
create table items (id integer primary key, done integer);
insert into items select i from generate_series(1, 10) as i;
create constraint trigger at_commit after update on items deferrable initially deferred
  for each row execute function at_commit();
select sluice.define('escapes', 'items', pending => 'done is null', set => 'done = escape()');
select sluice.schedule('escapes', immediately => true);
SQL

# A superuser who turns the crank runs nothing: not by claim, nor lane by lane.
as "$superuser" --command "call sluice.work(lasting => '1 second', until_idle => true)"
lane=$(as author --command "select lane_id from sluice.lanes where name = 'escapes'")
for role in "$superuser" sluice_owner another_author; do
  got=$(as "$role" --set ON_ERROR_STOP=0 --set VERBOSITY=verbose --command "select sluice_internal.run($lane)" 2>&1 || true)
  [[ $got == *SL007* ]] || fail "$role ran a batch of author: $got"
done
got=$(as "$superuser" --set ON_ERROR_STOP=0 --set VERBOSITY=verbose --command 'set role author' \
  --command "select sluice_internal.run($lane)" 2>&1 || true)
[[ $got == *SL007* ]] || fail "a superuser ran a batch as author by SET ROLE: $got"
expect 'nothing ran in these sessions' 0 "$(as author --command 'select count(*) from evidence')"

# In a session of its owner it runs, and gets nowhere.
as author --command "call sluice.work(lasting => '10 minutes', until_idle => true)"
expect 'the migration ran' 10 "$(as author --command 'select count(*) from items where done = 1')"
expect 'it acted as nobody but its owner' 'author|author' \
  "$(as author --command "select distinct acting, logged_in from evidence")"
expect 'every way out is closed' "alter|42501
at commit|42501
be another|42501
be superuser|42501
be the owner|42501
commit|0A000
look|done
plant|42501
reset role|42501
reset session|42501
write|42501" "$(as author --command 'select distinct at_step, answer from evidence order by 1')"
expect 'no role was made' 0 "$(as author --command "select count(*) from pg_roles where rolname = 'escaped'")"

# A function of the author's, in SECURITY DEFINER, is no way for others to run its batches with their rights, or its own.
as author <<'SQL' >/dev/null
select sluice.restart('escapes');
update items set done = null;
create function wrapper() returns double precision language sql security definer as 'select sluice_internal.run_one()';
grant execute on function wrapper() to public;
SQL
as author --command 'truncate evidence'
got=$(as "$superuser" --set ON_ERROR_STOP=0 --set VERBOSITY=verbose --command 'select public.wrapper()' 2>&1 || true)
[[ $got == *SL007* ]] || fail "a wrapper claimed in a superuser's session: $got"
as author --command 'alter function wrapper() security invoker'
as "$superuser" --command 'select public.wrapper()' >/dev/null
expect 'neither runs the body' 0 "$(as author --command 'select count(*) from evidence')"
