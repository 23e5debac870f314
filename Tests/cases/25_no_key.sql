-- A table without any key: walked by blocks.
-- walks: blocks

-- tables
create table events (payload jsonb, day date);
insert into events
select case when i % 9 > 0 then jsonb_build_object('at', timestamp '2026-01-01' + i * interval '7 hours', 'text', repeat('x', i % 90)) end,
  case when i % 10 = 0 then date '2000-01-01' end
from generate_series(1, 3000) as i;
insert into events select payload, day from events where payload is not null limit 200;
insert into events values ('{"at": null}'), ('{}'), ('{"at": "infinity"}'), ('{"at": "2026-03-29T01:30:00"}');

-- awkward
select
  count(*) filter (where payload is null) as without_a_payload,
  count(*) filter (where payload is not null and payload ->> 'at' is null) as without_a_time,
  count(*) filter (where day is not null) as filled_before,
  (select count(*) from (select from events group by payload, day having count(*) > 1) as d) as the_same_row_twice,
  count(*) filter (where payload ->> 'at' = 'infinity') as infinity
from events;

-- definition
select sluice.define('events_day',
  target  => 'events',
  pending => $$day is null and payload ->> 'at' is not null$$,
  set     => $$day = (payload ->> 'at')::date$$,
  walk    => 'blocks');

-- expected
update events set day = case when payload ->> 'at' = 'infinity' then 'infinity' else left(payload ->> 'at', 10)::date end
where day is null and payload ->> 'at' > '';
