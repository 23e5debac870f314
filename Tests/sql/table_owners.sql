-- What belongs to the owner of a table runs with the rights of the migration's owner: PostgreSQL's rule, which docs/guarantees.md tells.

begin;
select no_plan();
create role table_owner login;
grant create on schema public to table_owner, author;
set local role sluice_owner;
select sluice.grant_author('author') is not null as granted \gset
reset role;

create table fired (what text, by name, session name);
grant insert on fired to public;
set local role table_owner;
create table item (id integer primary key, a integer, b integer);
create function fired(what text) returns boolean language plpgsql as $$
begin
  insert into public.fired values (what, current_user, session_user);
  return true;
end
$$;
create function fire() returns trigger language plpgsql as $$ begin perform fired('trigger'); return new; end $$;
create trigger fire before update on item for each row execute function fire();
create table part (check (fired('check of an inheritor'))) inherits (item);
alter table part add primary key (id);
grant select, update on item, part to author;
insert into part values (1, 1);
insert into item values (2, 2);
reset role;
delete from fired;

set session authorization author;
select sluice.define('pulled', 'item', pending => 'b is null', set => 'b = a') as name \gset
select * from sluice.schedule('pulled', immediately => true) \gset plan_
select sluice_internal.run_one('pulled'), sluice_internal.run_one('pulled') \gset batch_
reset session authorization;
select bag_eq($$select distinct what, by::text, session::text from fired$$,
  $$values ('trigger', 'author', 'author'), ('check of an inheritor', 'author', 'author')$$,
  'triggers of the table and checks of an inheritor run as the migration''s owner, in its session');
select * from finish();
rollback;
