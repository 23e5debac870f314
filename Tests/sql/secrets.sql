-- What quotes rows, their keys, their values and the errors that they raise, is shown to those who may read the rows, in every view and
-- verb; others see SQLSTATEs and counts.

select no_plan();

select sluice.grant_author('author'), sluice.grant_author('another_author'), sluice.grant_viewer('viewer'),
  sluice.grant_viewer('application'), sluice.grant_operator('operator')
from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author, sluice_owner;
update sluice.guard set enabled = false;
update sluice.policy set first_retry_after = '1 millisecond', last_retry_after = '2 milliseconds';

set session authorization author;
create table people (email text primary key, ssn text, number integer);
insert into people select format('person%s@secret', i), case i % 10 when 0 then 'secret' || i else i::text end
from generate_series(1, 2000) as i;
analyze people;
-- values that cannot be converted; too many of them; rows that stay pending; a broken definition; a batch that fails as a whole; on_finish
select sluice.define('some', 'people', pending => 'number is null', set => 'number = ssn::integer', max_failed => 0.5);
select sluice.define('many', 'people', pending => 'number is null', set => 'number = ssn::integer', max_failed => 0);
select sluice.define('stay', 'people', pending => 'ssn like ''secret%''', set => 'number = null');
select sluice.define('ends', 'people', pending => 'number = -1', set => 'number = 0',
  on_finish => array['do $$begin raise exception ''secret of on_finish''; end$$']);
create function fails(text) returns integer language plpgsql as $$
begin
  raise exception using errcode = case when $1 like 'secret%' then '40001' else '42P01' end, message = 'secret of ' || $1,
    detail = 'secret detail', hint = 'secret hint';
end
$$;
create function refuses(text) returns integer language plpgsql as $$
begin
  raise exception using errcode = 'check_violation', message = 'refused', detail = 'secret detail of ' || $1, hint = 'secret hint';
end
$$;
select sluice.define('refuse', 'people', pending => 'ssn = ''secret10'' and number is null', set => 'number = refuses(ssn)');
select sluice.define('breaks', 'people', pending => 'number is null', set => 'number = fails(''other'')');
select sluice.define('again', 'people', pending => 'number is null', set => 'number = fails(''secret'')', max_attempts => 3);
set session authorization operator;
insert into sluice.schedule (migration, immediately)
select name, true from unnest('{some,many,stay,ends,breaks,again,refuse}'::text[]) as m (name);
set session authorization author;
call sluice.work('20 seconds', 'some', true);
update people set number = null;
call sluice.work('20 seconds', 'many', true);
call sluice.work('20 seconds', 'refuse', true);
call sluice.work('20 seconds', 'stay', true);
call sluice.work('20 seconds', 'breaks', true);
call sluice.work('3 seconds', 'again', true);
call sluice.work('20 seconds', 'ends', true);
do $$
begin
  call sluice.cleanup('ends');
exception when others then
  null;
end
$$;
select sluice.accept_remaining('stay');
reset session authorization;
select sluice_internal.fail_cleanup('ends', 'P0001', 'secret of on_finish', hint => 'secret hint');

create function public.what_is_said() returns table (view text, line text) language sql as $$
  select 'progress' as view, to_jsonb(p)::text as line from sluice.progress p
  union all select 'stuck', (to_jsonb(s) - 'advice')::text from sluice.stuck s
  union all select 'events', to_jsonb(e)::text from sluice.events e
  union all select 'history', to_jsonb(h)::text from sluice.history h
  union all select 'lanes', to_jsonb(l)::text from sluice.lanes l
  union all select 'quarantined', to_jsonb(q)::text from sluice.quarantined q
  union all select 'proof', (to_jsonb(p) - 'pending')::text from sluice.proof p
  union all select 'function', to_jsonb(sluice.progress(m.name))::text from unnest('{some,many,stay,ends,breaks,again,refuse}'::text[]) as m (name)
$$;
create function public.said_by(statement text) returns text language plpgsql as $$
declare
  detail text;
  hint text;
begin
  execute statement;
  return null;
exception when others then
  get stacked diagnostics detail = pg_exception_detail, hint = pg_exception_hint;
  return concat_ws(' ', sqlerrm, detail, hint);
end
$$;

-- who sees them
set session authorization author;
select bag_has((select 'select view from what_is_said() where line ~ ''(secret|@)'''),
  $$values ('progress'), ('stuck'), ('events'), ('history'), ('lanes'), ('quarantined'), ('function')$$, 'the owner sees all of it');
select results_eq($$select message, detail, hint from sluice.quarantined where name = 'refuse'$$,
  $$values ('refused', 'secret detail of secret10', 'secret hint')$$, 'with what quotes a row beside the message');
select matches(said_by('select sluice.assert_finished(''many'')'), 'secret', 'in errors, too');

-- and who does not
set session authorization viewer;
select is_empty($$select view, line from what_is_said() where line ~ '(secret|@)'$$, 'who may not read the table sees none of it, in any view');
select matches(said_by('select sluice.assert_finished(''many'')'), '^migration "many" is not finished: it is failed.*SQLSTATE 22P02',
  'nor in errors, which have the SQLSTATE');
select ok((select bool_and(key is null and message = 'SQLSTATE 22P02' and hint is null and rows = 1) from sluice.quarantined where name = 'some'),
  'quarantined rows are counted, with their SQLSTATE');
select is((select rows_quarantined from sluice.progress('some')), 200::bigint, 'progress counts them');
select is((select last_error from sluice.progress('some')), 'SQLSTATE 22P02', 'and has the last SQLSTATE');
select matches((select waiting_for from sluice.progress('many')), '^[0-9]+ of [0-9]+ rows visited could not be migrated.*SQLSTATE 22P02$',
  'why a run failed is said in numbers');
select is((select waiting_for from sluice.progress('breaks')), 'SQLSTATE 42P01', 'why one is paused, by its SQLSTATE');
select is((select message from sluice.events where kind = 'accepted'), 'author accepts that rows stay as they are: 200 of them',
  'what was accepted, by its number');

-- Privileges alone are not enough where policies hide rows.
set session authorization author;
grant select on people to viewer, application;
alter table people enable row level security;
create policy nothing on people to application using (false);
set session authorization application;
select is_empty($$select view, line from what_is_said() where line ~ '(secret|@)'$$, 'who may select, but under a policy, sees none of it');
set session authorization author;
select isnt_empty($$select from what_is_said() where line ~ '(secret|@)'$$, 'the owner of the table still does');
alter table people disable row level security;
set session authorization viewer;
select isnt_empty($$select from what_is_said() where line ~ '(secret|@)'$$, 'whom no policy hides rows from, does');

reset session authorization;
select * from finish();
