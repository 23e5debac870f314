#!/usr/bin/env bash
#
# sluice.uninstall() removes everything, however many tables a migration has, where nothing runs and no capture trigger is left of
# a role that the caller is not; as an extension too.

set -euo pipefail

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
is() { [ "$1" = "$2" ] || { echo "$3: $1 instead of $2"; exit 1; }; }
refused() { psql --username "$1" --command '\set VERBOSITY verbose' --command "$2" 2>&1 | sed -nE 's/.*ERROR:  ([A-Z0-9]{5}):.*/\1/p' || true; }
extended=${PGDATABASE}_extended
trap 'dropdb --if-exists "$extended"' EXIT

fill() {
  psql --username author >/dev/null <<'SQL'
create table ev (region integer not null, id bigint not null, v integer) partition by list (region);
do $$ begin
  for i in 1 .. 40 loop
    execute format('create table ev_%s partition of ev (primary key (region, id)) for values in (%1$s)', i);
  end loop;
end $$;
select sluice.define('m', 'ev', pending => 'v is null', set => 'v = id', key => '{region,id}', capture => true);
select sluice.define('n', 'ev', pending => 'v = 0', set => 'v = id', key => '{region,id}');
select sluice.schedule('m', immediately => true);
select sluice_internal.run_one('m');
SQL
}
left() { psql "$@" --command "select count(*) from pg_namespace where nspname in ('sluice', 'sluice_internal')"; }

psql --username sluice_owner --command "select sluice.grant_author('author')" >/dev/null
psql --command 'grant create on schema public to author'
fill
is "$(refused author 'call sluice.uninstall()')" 42501 'an author'
is "$(refused sluice_owner 'call sluice.uninstall()')" SL006 'while it runs'
is "$(refused sluice_owner 'call sluice.uninstall(force => true)')" SL006 'with a capture trigger of another role'
is "$(refused sluice_owner 'begin; call sluice.uninstall()')" SL006 'in a transaction, while it runs'
psql --username author --command "select sluice.cancel('m')" >/dev/null
is "$(psql --command "select count(*) > 600 from pg_proc where pronamespace = any ('{sluice,sluice_internal}'::regnamespace[])")" t 'functions'
psql --username sluice_owner --command 'call sluice.uninstall()'
is "$(left)" 0 'schemas'
is "$(psql --command "select count(*) from pg_trigger where tgname ~ 'sluice'")" 0 'triggers'
is "$(psql --username author --command 'insert into ev values (1, 1, null) returning v')" '' 'the table goes on'

createdb "$extended"
psql --dbname "$extended" --command 'grant create on schema public to author' --command "grant create on database $extended to stranger"
psql --dbname "$extended" --command 'create extension sluice'
psql --dbname "$extended" --command "select sluice.grant_author('author')" >/dev/null
PGDATABASE=$extended fill
# Another role's trigger that looks like one of Sluice's stays, though a superuser could drop it.
psql --dbname "$extended" --username stranger >/dev/null <<'SQL'
create schema s;
create table s.t (i integer);
create function s.sluice_capture_77_aaaaaaaa() returns trigger language plpgsql as 'begin return new; end';
create trigger zz_sluice_capture_0000000000000000077 before insert on s.t
  for each row execute function s.sluice_capture_77_aaaaaaaa();
SQL
is "$(psql --dbname "$extended" --command 'call sluice.uninstall(force => true)' 2>&1 | grep -o 's.sluice_capture_77_aaaaaaaa() stays')" \
  's.sluice_capture_77_aaaaaaaa() stays' 'a look-alike is named'
is "$(psql --dbname "$extended" --command "select count(*) from pg_trigger where tgrelid = 's.t'::regclass")" 1 'the look-alike'
psql --dbname "$extended" --command 'drop schema s cascade' 2>/dev/null
is "$(left --dbname "$extended")" 0 'schemas of the extension'
is "$(psql --dbname "$extended" --command "select count(*) from pg_extension where extname = 'sluice'")" 0 'extensions'
is "$(psql --dbname "$extended" --command "select count(*) from pg_trigger where tgname ~ 'sluice'")" 0 'triggers of the extension'
