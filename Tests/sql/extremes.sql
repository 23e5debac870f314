-- Whatever number, interval or time a user writes, in whatever column or argument: views, claims and maintenance of
-- others go on. The columns of tables that users edit, the arguments of functions that write, and the attributes of what
-- they are handed are read from the catalog, so that a new one is tried from its first day on.
--
-- hostile: set statement_timeout = 0; some thousand statements are tried in one

select no_plan();
set client_min_messages to error;

select sluice.grant_author('author'), sluice.grant_author('another_author'), sluice.grant_viewer('viewer'),
  sluice.grant_operator('operator')
from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author, another_author;
-- not dead_rows, of which what is rolled back here makes many
update sluice.guard set enabled = name = 'vacuum_running';

set session authorization author;
create table items (id integer primary key, size integer) with (autovacuum_enabled = off);
insert into items select i from generate_series(1, 20000) as i;
analyze items;
grant all on items to another_author;
select sluice.define('first', 'items', pending => 'size is null', set => 'size = 1', max_batch => 100, min_batch => 100);
select from sluice.schedule('first', within => '1 hour');
set session authorization another_author;
select sluice.define('second', 'items', pending => 'size = -1', set => 'size = 2', max_batch => 100);
select sluice.define('third', 'items', pending => 'size = -2', set => 'size = 2', max_batch => 100, after => '{first,second}');
select from sluice.schedule('second', within => '2 hours');
select from sluice.schedule('third', within => '3 hours');
reset session authorization;
insert into sluice.window (name, opens, closes) values ('nights', '22:00', '06:00'), ('days', '06:00', '22:00');
update sluice.schedule set during = '{nights,days}' where migration in ('first', 'second');
update sluice_internal.migration set planned_seconds_per_row = 1e-4;
-- so that each try begins without readings, and takes one
truncate sluice_internal.guard_reading;

create function extremes_of(type regtype) returns table (value text) language sql immutable as $$
  select v.value
  from unnest(case type
    when 'numeric'::regtype then '{NaN,infinity,-infinity,1e-300,1e307,-1e307,-1,0}'::text[]
    when 'double precision'::regtype then '{NaN,infinity,-infinity,1e-300,1e307,-1e307,-1,0}'
    when 'bigint'::regtype then '{9223372036854775807,-9223372036854775808,-1,0}'
    when 'integer'::regtype then '{2147483647,-2147483648,-1,0}'
    when 'interval'::regtype then
      '{infinity,-infinity,100000000 years,-100000000 years,3000 years,25 days,-1 second,1 microsecond,0}'
    when 'timestamptz'::regtype then '{infinity,-infinity,4713-01-01 BC,294000-01-01,3000-01-01}'
    when 'timestamp'::regtype then '{infinity,-infinity,4713-01-01 BC,294000-01-01,3000-01-01}'
    when 'date'::regtype then '{infinity,-infinity,4713-01-01 BC,294000-01-01,3000-01-01}'
    when 'time'::regtype then '{00:00,24:00,23:59:59.999999}'
    when 'integer[]'::regtype then '{"{}","{null}","{2147483647}"}'
    when 'text[]'::regtype then '{"{}","{null}","{nothing}"}'
    when 'text'::regtype then '{"","UTC+167","Europe/Berlin"}'
    else '{}' end) as v (value)
  union all
  select null
$$;

-- rows of Sluice's tables that this transaction wrote
create function rows_written() returns bigint language sql as $$
  select sum(pg_stat_get_xact_tuples_inserted(c.oid) + pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid))
  from pg_class c
  where c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and c.relkind = 'r'
$$;

-- what a statement made of the control tables, but for ids and the time that it was made
create function state_hash() returns text language sql as $$
  select md5(string_agg(t.line, ' ' order by t.line))
  from (
    select (to_jsonb(m) - '{migration_id,defined_at,scheduled_at,started_at}'::text[])::text as line from sluice_internal.migration m
    union all select (to_jsonb(l) - '{lane_id,migration_id,due_at}'::text[])::text from sluice_internal.lane l
    union all select to_jsonb(s)::text from sluice.schedule s
    union all select to_jsonb(p)::text from sluice.policy p
    union all select to_jsonb(g)::text from sluice.guard g
    union all select to_jsonb(w)::text from sluice.window w) as t
$$;
create table hashes (hash text primary key);

-- what does not work any more for others after a statement of a user, which is rolled back; of those that made the
-- same, the first is looked at
create function trouble_after(actor name, statement text, out outcome text, out trouble text) language plpgsql as $$
declare
  seen text;
  answer sluice_internal.lane_claim;
  view_name name;
  rows_seen bigint;
  bytes_seen bigint;
  found text[] := '{}';
  accepted boolean := true;
  wrote boolean;
  trouble_hash text;
  tester constant text := session_user;
  written_before bigint := rows_written();
  began_at timestamptz := clock_timestamp();
begin
  begin
    perform set_config('session_authorization', actor, true);
    begin
      execute statement;
    exception when others or query_canceled or assert_failure then
      accepted := false;
    end;
    perform set_config('session_authorization', tester, true);
    trouble_hash := state_hash();
    wrote := rows_written() > written_before and not exists (select from hashes h where h.hash = trouble_hash);
    if wrote then
      foreach view_name in array '{progress,stuck,lanes,history,events,guards,vacuums,quarantined,definitions}'::name[]
      loop
        begin
          perform set_config('session_authorization', 'viewer', true);
          execute format('select count(v::text), sum(octet_length(v::text)) from sluice.%I as v', view_name)
            into rows_seen, bytes_seen;
          if bytes_seen > 4000000 then
            found := found || format('%s has %s bytes', view_name, bytes_seen);
          end if;
          if view_name = 'progress' and rows_seen < 3 then
            found := found || 'progress misses a migration'::text;
          end if;
        exception when others then
          found := found || format('%s: %s %s', view_name, sqlstate, sqlerrm);
        end;
      end loop;
      begin
        perform set_config('session_authorization', 'another_author', true);
        answer := sluice_internal.claim('second');
        if answer.wait_seconds = 0 then
          answer := sluice_internal.claim('second');
        end if;
        if answer.lane_id is not null then
          perform sluice_internal.checkpoint(sluice_internal.run(answer.lane_id));
        elsif answer.wait_seconds is null or answer.wait_seconds > 3600 then
          found := found || format('claim: %s', answer);
        end if;
        perform sluice_internal.keep_house();
        if exists (select from sluice.events e where e.kind = 'maintenance_failed') then
          found := found || 'maintenance_failed'::text;
        end if;
        if sluice_internal.forecast((select p.migration_id from sluice.progress p where p.name = 'third')) is null
          and exists (select from sluice.progress p where p.name = 'first' and p.forecast is not null) then
          found := found || 'no forecast'::text;
        end if;
      exception when others then
        found := found || format('another author: %s %s', sqlstate, sqlerrm);
      end;
    end if;
    seen := pg_catalog.concat_ws('; ', variadic found);
    if clock_timestamp() > began_at + interval '30 seconds' then
      seen := pg_catalog.concat_ws('; ', nullif(seen, ''), format('it took %s', clock_timestamp() - began_at));
    end if;
    raise exception using
      errcode = 'SL090',
      message = case when not accepted then 'refused' when wrote then 'accepted' else 'as before' end,
      detail = seen;
  exception when sqlstate 'SL090' then
    get stacked diagnostics seen = pg_exception_detail, outcome = message_text;
    trouble := nullif(seen, '');
    insert into hashes select trouble_hash where trouble is null on conflict do nothing;
  end;
end
$$;
create table tried (statement text not null, outcome text not null, trouble text, seconds double precision);
-- a transaction each: what many rolled back in one would leave behind makes the next ones slow
create procedure try(what text, actor name, query text) language plpgsql as $$
declare
  statements text[];
  statement text;
  began_at timestamptz;
  outcome record;
begin
  execute format('select array_agg(distinct q.s) from (%s) as q (s)', query) into statements;
  foreach statement in array statements loop
    began_at := clock_timestamp();
    select * into outcome from trouble_after(actor, statement) as t;
    insert into tried
    values (left(what || ': ' || statement, 1000), outcome.outcome, outcome.trouble, extract(epoch from clock_timestamp() - began_at));
    commit;
  end loop;
end
$$;
select is((trouble_after('author', 'select sluice.pause(''first'')')).trouble, null, 'nothing is the matter before');
select matches((trouble_after(session_user, 'delete from sluice_internal.migration where name = ''third''')).trouble, 'progress misses a migration',
  'what is the matter is noticed');

-- Columns of tables that an operator may edit
create view edited as
select a.audience, c.relname, c.oid, t.attname, t.atttypid::regtype as type
from (select distinct name, 'operator'::name as audience from sluice_internal.audience() where kind = 'table' and audience = 'operator') as a
join pg_class c on c.relname = a.name and c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[])
join pg_attribute t on t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped
  and has_column_privilege('operator', c.oid, t.attnum, 'update');
select ok((select count(*) from edited) >= 35, 'the tables that operators edit have columns');
select is_empty($$select relname, attname, type from edited
  where not exists (select from extremes_of(type) as x where x.value is not null) and type not in ('boolean', 'name')$$,
  'each has a type whose extremes are known');
call try('column', 'operator', $$
  select format('update %s set %I = %L', e.oid::regclass, e.attname, x.value)
  from edited e cross join lateral extremes_of(e.type) as x$$);
call try('multiple', 'operator', $$
  select format('update %s set %I = %2$I * %s', e.oid::regclass, e.attname, x.value)
  from edited e cross join unnest('{1e-9,1e9,-1}'::text[]) as x (value)
  where e.type in ('numeric', 'double precision', 'integer', 'interval')$$);

-- Arguments of functions that write
create view called as
with argument as (
  select p.oid, p.proname, a.position, p.proargnames[a.position] as name, a.type::regtype as type,
    a.position > p.pronargs - p.pronargdefaults as is_optional
  from pg_proc p
  cross join unnest(p.proargtypes) with ordinality as a (type, position)
  where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.prokind = 'f' and p.provolatile = 'v'
    and (p.prosecdef or p.proname in ('schedule', 'define', 'cancel', 'forget'))
    and p.proargnames is not null and p.prorettype <> 'trigger'::regtype
    and has_function_privilege('author', p.oid, 'execute')
    and p.proname not in ('run', 'run_range', 'run_carefully', 'run_batch', 'nap')),
sample as (
  select a.*, case
    when a.type = 'sluice_internal.caller'::regtype then null
    when a.type = 'text'::regtype and a.name in ('name', 'migration', 'only_migration') then '''first'''
    when a.type = 'text'::regtype then '''items'''
    when a.type = 'text[]'::regtype then '''{}'''
    when a.type = 'interval'::regtype then '''1 hour'''
    when a.type = 'timestamptz'::regtype then 'now()'
    when a.type = 'boolean'::regtype then 'true'
    when a.type = 'regclass'::regtype then '''items'''
    when a.type = 'bigint'::regtype then '1'
    when a.type in ('integer'::regtype, 'double precision'::regtype, 'numeric'::regtype) then '1'
    when a.type in ('name'::regtype) then '''author''' end as value
  from argument a)
select s.oid, s.proname, s.name, s.type, format('select %s(%s)', s.oid::regproc, (
    select string_agg(case when o.position = s.position then format('%I => %%L', o.name)
      else format('%I => %s', o.name, o.value) end, ', ')
    from sample o where o.oid = s.oid and (o.position = s.position or not o.is_optional))) as call
from sample s
where s.type <> 'sluice_internal.caller'::regtype
  and not exists (select from sample o where o.oid = s.oid and not o.is_optional and o.value is null and o.position <> s.position);
select ok((select count(*) from called) >= 30, 'functions that write have arguments');
call try('argument', 'author', $$
  select format(c.call, x.value) from called c cross join lateral extremes_of(c.type) as x$$);
call try('argument of an operator', 'operator', $$
  select format(c.call, x.value) from called c cross join lateral extremes_of(c.type) as x
  where c.proname in (select name from sluice_internal.audience() where kind = 'function' and audience = 'control')$$);

-- Attributes of what functions hand to each other, and an author can forge
create function forged(type regtype, attribute name, value text, given jsonb) returns text language plpgsql as $$
begin
  return format('jsonb_populate_record(null::%s, %L::jsonb)', type, given || jsonb_build_object(attribute, value));
end
$$;
create function attributes_of(type regtype) returns table (name name, attribute_type regtype) language sql as $$
  select a.attname, coalesce(nullif(t.typbasetype, 0), t.oid)::regtype
  from pg_attribute a
  join pg_type t on t.oid = a.atttypid
  where a.attrelid = (select c.typrelid from pg_type c where c.oid = type) and a.attnum > 0 and not a.attisdropped
$$;
create table given (type regtype, row jsonb);
insert into given
values ('sluice.schedule', (select to_jsonb(s) from sluice.schedule s where s.migration = 'first')),
  ('sluice_internal.migration', (select to_jsonb(m) || '{"name": "forged"}' from sluice_internal.migration m where m.name = 'first')),
  ('sluice_internal.batch_result', jsonb_build_object('rows_visited', 10, 'rows_changed', 5, 'rows_updated', 5, 'rows_hot', 0,
    'upper', '{5}'::text[], 'stretch_upper', '{5}'::text[], 'lane_upper', '{20000}'::text[]));
grant all on given, tried to public;

-- cancelled first, so that a schedule is written
create function schedules(plan text, schedule text) returns text language sql as $$
  select format('select sluice.cancel(''first''); select sluice_internal.write_schedule(%s, row(%s, null, 1e-4)::sluice_internal.drawn_plan)',
    schedule, plan)
$$;
insert into given
select 'sluice_internal.migration_plan', to_jsonb(p)
from (select set_config('session_authorization', 'author', true)) as s
cross join lateral sluice.plan('first') as p;
reset session authorization;
call try('plan', 'author', $$
  select schedules(forged(plan.type, a.name, x.value, plan.row), forged(schedule.type, 'priority', '1', schedule.row))
  from given plan
  join given schedule on schedule.type = 'sluice.schedule'::regtype
  cross join lateral attributes_of(plan.type) as a
  cross join lateral extremes_of(a.attribute_type) as x
  where plan.type = 'sluice_internal.migration_plan'::regtype$$);
call try('schedule', 'author', $$
  select schedules(forged(plan.type, 'reason', 'x', plan.row), forged(schedule.type, a.name, x.value, schedule.row))
  from given plan
  join given schedule on schedule.type = 'sluice.schedule'::regtype
  cross join lateral attributes_of(schedule.type) as a
  cross join lateral extremes_of(a.attribute_type) as x
  where plan.type = 'sluice_internal.migration_plan'::regtype$$);
call try('definition', 'author', $$
  select format('select sluice_internal.register_definition(%s); select sluice_internal.write_schedule(%s, row(%s, null, 1e-4)::sluice_internal.drawn_plan)',
    forged(m.type, a.name, x.value, m.row), forged(schedule.type, 'migration', 'forged', schedule.row),
    forged(plan.type, 'reason', 'x', plan.row))
  from given m
  join given schedule on schedule.type = 'sluice.schedule'::regtype
  join given plan on plan.type = 'sluice_internal.migration_plan'::regtype
  cross join lateral attributes_of(m.type) as a
  cross join lateral extremes_of(a.attribute_type) as x
  where m.type = 'sluice_internal.migration'::regtype$$);
call try('batch', 'author', $$
  select format('select sluice_internal.checkpoint(%s)', forged(r.type, a.name, x.value, f.row))
  from given r
  join sluice_internal.lane l on l.state = 'active'
  join sluice_internal.migration m on m.migration_id = l.migration_id and m.name = 'first'
  cross join lateral attributes_of(r.type) as a
  cross join lateral extremes_of(a.attribute_type) as x
  cross join lateral (select r.row || jsonb_build_object('lane_id', l.lane_id, 'version', l.version)) as f (row)
  where r.type = 'sluice_internal.batch_result'::regtype$$);

-- Texts and lists without end
call try('length', 'author', $$
  select replace(l.statement, 'LONG', 'repeat(''x'', 5000000)')
  from unnest(array[
    'select sluice.cancel(''first'', LONG)',
    'select sluice_internal.fail(l.lane_id, 0, ''22000'', LONG, LONG, LONG, LONG) from sluice.lanes l where l.name = ''first''',
    'select sluice.define(''long'', ''items'', pending => format(''size = length(%L)'', LONG), set => ''size = 4'')',
    'select sluice.define(''long'', ''items'', ''size = 1'', ''size = 4'', on_finish => array[format(''select %L'', LONG)])',
    'select sluice.define(''long'', ''items'', ''size = 1'', ''size = 4'', after => array_fill(''second''::text, array[100000]))'
  ]) as l (statement)$$);
call try('length of a failure', 'author', $$
  select format('select sluice_internal.checkpoint(jsonb_populate_record(null::sluice_internal.batch_result, %L))',
    r.row || jsonb_build_object('lane_id', l.lane_id, 'version', l.version, 'failures', array[jsonb_build_object(
      'key', '{5}'::text[], 'lower', '{4}'::text[], 'rows', 1, 'sqlstate', '22000',
      'message', repeat('x', 5000000), 'detail', repeat('x', 5000000))]))
  from given r
  join sluice_internal.lane l on l.state = 'active'
  join sluice_internal.migration m on m.migration_id = l.migration_id and m.name = 'first'
  where r.type = 'sluice_internal.batch_result'::regtype$$);

select is_empty($$select left(statement, 300), trouble from tried where trouble is not null$$, 'none of these stops others');
select is((select array_agg(outcome order by statement collate "C") from tried where statement ~ '^length'),
  '{accepted,accepted,refused,refused,refused,accepted}', 'long errors and reasons are cut, long definitions refused');
select set_eq($$select split_part(statement, ':', 1) from tried where outcome = 'accepted' group by 1$$,
  $$select distinct split_part(statement, ':', 1) from tried$$, 'of each kind some were accepted');
select * from finish();
