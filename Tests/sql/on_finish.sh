#!/usr/bin/env bash
#
# on_finish from psql alone: statements that cannot run inside a transaction are executed by \gexec, and an index that was
# left behind invalid, or valid but not noted, is found by whoever cleans up next.
#
# hostile: set statement_timeout = 0; a notice says what it leaves of cleanup, which is to say nothing here

set -euo pipefail

failed=0
psql --quiet --username sluice_owner --command "select sluice.grant_author('author')" >/dev/null
psql --quiet --command 'grant create on schema public to author'
author() { psql --quiet --no-align --tuples-only --username author "$@" 2>&1; }

# same WHAT FOUND EXPECTED
same() {
  [ "$2" != "$3" ] || return 0
  printf '%s: found "%s", not "%s"\n' "$1" "$2" "$3"
  failed=1
}

# says WHAT FOUND PART
says() {
  [[ $2 != *"$3"* ]] || return 0
  printf '%s: found "%s", which does not say "%s"\n' "$1" "$2" "$3"
  failed=1
}

author --set ON_ERROR_STOP=1 >/dev/null <<'SQL'
create table users (id integer primary key, email text, mail text);
insert into users (id, mail) select i, case when i > 998 then 'twice' else i::text end from generate_series(1, 1000) i;
select sluice.define('email', 'users', pending => 'email is null', set => 'email = mail',
  on_finish => array[
    'alter table users add constraint email_known check (email is not null) not valid',
    'alter table users validate constraint email_known',
    'alter table users alter column email set not null',
    'alter table users drop constraint email_known',
    'create unique index concurrently users_email on users (email) where id > 0',
    'alter table users drop column mail',
    'vacuum users']);
SQL

cleanup() { author --command "call sluice.cleanup('email')" || true; }
gexec() { printf '%s\n' "select statement from sluice.resume_on_finish('email') \\gexec" | author || true; }
done_so_far() { psql --quiet --no-align --tuples-only --command "select on_finish_done from sluice_internal.migration"; }
valid() {
  author --command "select string_agg(i.indisvalid::text, '') from pg_index i where i.indexrelid = to_regclass('users_email')"
}

says 'cleanup stops where no transaction may be' "$(cleanup)" 'statement 5 of on_finish cannot run inside a transaction'
same 'what comes before is done' "$(done_so_far)" 4
says 'a duplicate is named' "$(gexec)" 'Key (email)=(twice) is duplicated'
same 'and leaves an invalid index behind' "$(valid)" false
says 'a query lists all duplicates' "$(author --command "select sluice_internal.find_duplicates_query('email')")" \
  'select email, count(*) from public.users where (id > 0) group by email having count(*) > 1;'
same 'which finds them' "$(printf '%s\n' "select sluice_internal.find_duplicates_query('email') \\gexec" | author)" 'twice|2'
says 'cleanup does not take the invalid index for a valid one' "$(cleanup)" 'statement 5 of on_finish'
author --command "update users set email = 'once' where id = 1000"
same 'the next step drops it' "$(gexec; valid)" ''
same 'and the one after builds it anew' "$(gexec; valid)" true
same 'which nobody has noted yet' "$(done_so_far)" 4
says 'cleanup finds it valid, and goes on to the next' "$(cleanup)" 'statement 7 of on_finish cannot run inside a transaction'
same 'without creating it again' "$(done_so_far)" 6
says 'what is not the next is not noted' "$(author --command "select sluice_internal.complete_on_finish('email', 6)" || true)" \
  'statement 6 of on_finish of migration "email" is not the next one'
same 'nor what was noted already counted again' "$(done_so_far)" 6
author --command 'vacuum users'
author --command "select sluice_internal.complete_on_finish('email', 7)" >/dev/null
same 'then cleanup succeeds' "$(cleanup)" ''
same 'and all is done' "$(done_so_far)" 7
same 'the constraint is the column'"'"'s own' "$(author --command "
  select attnotnull from pg_attribute where attrelid = 'users'::regclass and attname = 'email'")" t
same 'the old column is gone' "$(author --command "
  select count(*) from pg_attribute where attrelid = 'users'::regclass and attname = 'mail'")" 0

says 'an index without a name is refused' "$(author --command "
  select sluice.define('nameless', 'users', delete => true, on_finish => array['create index concurrently on users (email)'])")" \
  'migration "nameless", on_finish: statement 1 does not name its index'

exit $failed
