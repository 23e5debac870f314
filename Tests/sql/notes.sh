#!/usr/bin/env bash
#
# What define() and plan() say of triggers, rules, references and statements that do something else than one might think.

set -euo pipefail

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
author() { psql --username author "$@"; }
fail() { echo "$*"; exit 1; }
# what define() says, without names of functions
said() { author --command "$1" 2>&1; }
says() {
  local found; found=$(said "$2"); grep -qE "$1" <<<"$found" || fail "no \"$1\" in: $found, of: $2"
  author --command "select sluice.forget('m')" >/dev/null
}
silent() {
  local found; found=$(said "$2"); if grep -E "$1" <<<"$found"; then fail "\"$1\", of: $2"; fi
  author --command "select sluice.forget('m')" >/dev/null
}
notes() { author --command "$1" >/dev/null 2>&1; author --command "select unnest(notes) from sluice.plan('m')"; author --command "select sluice.forget('m')" >/dev/null; }
noted() { local found; found=$(notes "$2"); grep -qE "$1" <<<"$found" || fail "no \"$1\" in: $found, of: $2"; }
unnoted() { local found; found=$(notes "$2"); if grep -E "$1" <<<"$found"; then fail "\"$1\" noted, of: $2"; fi; }

psql --username sluice_owner --command "select sluice.grant_author('author')" >/dev/null
psql --command 'grant create on schema public to author'
author <<'SQL'
create table p (id integer primary key, v integer, w integer, ref integer) partition by range (id);
create table p1 partition of p for values from (1) to (1000);
create table p2 partition of p for values from (1000) to (3000) partition by range (id);
create table p21 partition of p2 for values from (1000) to (3000);
insert into p select i from generate_series(1, 2000) as i;
create table audit (at timestamptz default now(), rows integer);
create function aud() returns trigger language plpgsql as 'begin insert into audit (rows) select count(*) from new_rows; return null; end';
create function same_row() returns trigger language plpgsql as 'begin return new; end';
create trigger aud after update on p referencing new table as new_rows for each statement execute function aud();
analyze p;
SQL

# statement triggers of what has partitions

update="select sluice.define('m', 'p', pending => 'v is null', set => 'v = id')"
says 'WARNING: .*does not fire aud of public.p$' "$update"
says 'statements => array\[.update public.p set' "$update"
noted 'do not fire: aud of public.p$' "$update"
unnoted 'on each row' "$update"
silent 'does not fire' "select sluice.define('m', 'p', pending => 'v is null', delete => true)"
silent 'does not fire' "select sluice.define('m', 'p', pending => 'v is null', statements => '{update p set v = batch.id from batch where batch.id = p.id}')"
author --command "drop trigger aud on p; create trigger cols after update of w on p for each statement execute function same_row()"
silent 'does not fire' "$update"
says 'does not fire cols of public.p' "select sluice.define('m', 'p', pending => 'v is null', set => 'v = 1, w = 2')"
author --command "drop trigger cols on p; create trigger gone before delete on p2 for each statement execute function same_row()"
silent 'does not fire' "$update"
says 'does not fire gone of public.p2' "select sluice.define('m', 'p', pending => 'v is null', delete => true)"
author --command "alter table p2 disable trigger gone"
silent 'does not fire' "select sluice.define('m', 'p', pending => 'v is null', delete => true)"
author --command "drop trigger gone on p2; create trigger above after update on p for each statement execute function same_row()"
says 'does not fire above of public.p' "select sluice.define('m', 'p21', pending => 'v is null', set => 'v = 1')"
author --command "drop trigger above on p; create trigger leaf after update on p1 for each statement execute function same_row()"
silent 'does not fire' "$update"
noted 'statement triggers fire for each batch: leaf' "$update"
author --command "drop trigger leaf on p1; create trigger each before update on p for each row execute function same_row()"
silent 'does not fire' "$update"
noted 'triggers fire on each row: each$' "$update"
unnoted 'trigger' "select sluice.define('m', 'p', pending => 'v is null', delete => true)"
author --command "drop trigger each on p; create rule no as on update to p do also insert into audit default values"
says 'does not fire no of public.p' "$update"
silent 'does not fire' "select sluice.define('m', 'p', pending => 'v is null', delete => true)"
author <<'SQL'
drop rule no on p;
create table h (id integer primary key, v integer);
create table h1 (primary key (id)) inherits (h);
create trigger aud after update on h for each statement execute function same_row();
SQL
says 'does not fire aud of public.h' "select sluice.define('m', 'h', pending => 'v is null', set => 'v = id')"
author --command 'drop table h1'
silent 'does not fire' "select sluice.define('m', 'h', pending => 'v is null', set => 'v = id')"
noted 'statement triggers fire for each batch: aud$' "select sluice.define('m', 'h', pending => 'v is null', set => 'v = id')"

# the facts behind it: no statement trigger of the parent fires, and the trigger of capture is not told of as the author's

author <<'SQL'
create trigger aud after update on p referencing new table as new_rows for each statement execute function aud();
select sluice.define('m', 'p', pending => 'v is null', set => 'v = id', capture => true) \g /dev/null
call sluice.cleanup('m');
SQL
[ "$(author --command 'select count(*) from audit')" = 0 ] || fail 'a statement trigger of the parent has fired'
[ "$(author --command 'select count(*) from p where v = id')" = 2000 ] || fail 'rows are not changed'
author <<'SQL'
update p set v = null;
select sluice.restart('m') \g /dev/null
select from sluice.schedule('m', immediately => true);
select sluice_internal.run_one('m') \g /dev/null
SQL
if author --command "select name from sluice.definitions d join sluice.captures c using (name) where d.name = 'm'" | grep -q m; then :; else fail 'no capture'; fi
author --command "select sluice.cancel('m')" >/dev/null
author --command "select sluice.forget('m')" >/dev/null

# what capture does not see

captured="select sluice.define('m', 'p', pending => 'v is null', set => 'v = id', capture => true)"
silent 'capture trigger' "$captured"
author --command 'create trigger zzz before update on p1 for each row execute function same_row()'
says 'NOTICE: .*the capture trigger fires before zzz of public.p1$' "$captured"
silent 'capture trigger' "$update"
author --command 'drop trigger zzz on p1; create trigger zzz after update on p1 for each row execute function same_row()'
silent 'capture trigger' "$captured"
author --command 'drop trigger zzz on p1'
psql --command 'alter table p1 owner to sluice_owner; grant all on p1 to author'
says 'NOTICE: .*does not fire for rows that replication applies' "$captured"
psql --command 'alter table p1 owner to author'

# unique columns that read themselves

author <<'SQL'
create table items (id integer primary key, pos integer, partner integer, other integer, "Odd" integer, unique (pos), unique ("Odd"));
create table src (id integer primary key, pos integer);
create table slots (id integer primary key, during int4range, exclude using gist (during with &&));
create table low (id integer primary key, name text);
create unique index on low (lower(name));
SQL
set_of() { echo "select sluice.define('m', 'items', pending => 'other is null', set => '$1, other = 1'${2:-})"; }
says 'assigns to column pos, unique by index public.items_pos_key' "$(set_of 'pos = pos + 1')"
says 'assigns to column pos' "$(set_of 'pos = items.pos + 1')"
says 'assigns to column pos' "$(set_of 'pos = o.pos' ", source => 'items o', match => 'o.id = items.partner'")"
says 'assigns to column pos' "$(set_of 'pos = (select o.pos from items o where o.id = items.partner)')"
says 'assigns to column "Odd"' "$(set_of '"Odd" = "Odd" * 2')"
says 'assigns to column id' "$(set_of 'id = id + 1000')"
says 'assigns to column during' "select sluice.define('m', 'slots', pending => 'not isempty(during)', set => 'during = during + int4range(1, 2)')"
says 'assigns to column name' "select sluice.define('m', 'low', pending => 'name <> upper(name)', set => 'name = upper(name)')"
silent 'assigns to column' "$(set_of 'pos = s.pos' ", source => 'src s', match => 's.id = items.partner'")"
silent 'assigns to column' "$(set_of 'pos = id')"
silent 'assigns to column' "$(set_of 'partner = partner + 1')"
noted 'pos is unique by index public.items_pos_key' "$(set_of 'pos = pos + 1')"

# references without an index

author <<'SQL'
create table parent (id integer primary key, code integer unique, v integer);
create table child (id integer primary key, parent_id integer references parent on delete cascade, code integer references parent (code));
SQL
gone="select sluice.define('m', 'parent', pending => 'v is null', delete => true)"
noted 'foreign key child_parent_id_fkey: each row that is deleted reads all of public.child, .*create index concurrently on public.child \(parent_id\)' "$gone"
noted 'foreign key child_code_fkey' "$gone"
unnoted 'foreign key' "select sluice.define('m', 'parent', pending => 'v is null', set => 'v = id')"
noted 'foreign key child_code_fkey: each row that is changed' "select sluice.define('m', 'parent', pending => 'v is null', set => 'v = id, code = id')"
unnoted 'child_parent_id_fkey' "select sluice.define('m', 'parent', pending => 'v is null', set => 'v = id, code = id')"
author --command 'create index on child (parent_id, id); create index on child (code) where code is not null'
unnoted 'foreign key' "$gone"
author --command 'drop index child_code_idx; create index on child (code) where id > 5'
noted 'child_code_fkey' "$gone"
author <<'SQL'
drop table child, parent;
create table parent (a integer, b integer, v integer, primary key (a, b)) partition by range (a);
create table parent_1 partition of parent for values from (1) to (10);
create table child (a integer, b integer, id integer, foreign key (a, b) references parent) partition by range (id);
create table child_1 partition of child for values from (1) to (10);
create table child_2 partition of child for values from (10) to (20);
create index on child_1 (b, a, id);
create index on child_2 (a, b);
SQL
unnoted 'foreign key' "select sluice.define('m', 'parent', pending => 'v is null', delete => true)"
author --command 'drop index child_2_a_b_idx; create index on child_2 (a)'
noted 'foreign key .* reads all of public.child, .*\(a, b\)' "select sluice.define('m', 'parent', pending => 'v is null', delete => true)"
noted 'foreign key .* reads all of public.child' "select sluice.define('m', 'parent_1', pending => 'v is null', delete => true)"

# a tree without partitions

author --command 'create table nothing (id integer primary key, v integer) partition by range (id)'
silent 'never true' "select sluice.define('m', 'nothing', pending => 'v is null', set => 'v = 1')"

# merge

if [ "$(psql --command 'show server_version_num')" -ge 170000 ]; then
  merge="merge into h using batch on h.id = batch.id when matched then update set v = 3"
  silent 'not matched by source' "select sluice.define('m', 'h', pending => 'v is null', statements => array['$merge'])"
  silent 'not matched by source' "select sluice.define('m', 'h', pending => 'v is null', statements => array['$merge /* when not matched by source */'])"
  says 'what is not matched by source is every row that is not in the batch' \
    "select sluice.define('m', 'h', pending => 'v is null', statements => array['$merge when Not matched /* */ by SOURCE then delete'])"
fi
