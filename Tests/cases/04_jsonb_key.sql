-- Remove a key from a jsonb column. The ? is PostgreSQL's operator; nothing takes it for a parameter.

-- tables
create table user_details (user_id bigint primary key, onboarding jsonb);
insert into user_details
select i, case i % 6
  when 0 then null
  when 1 then '{}'
  when 2 then jsonb_build_object('experiments', jsonb_build_array(i), 'step', i)
  when 3 then jsonb_build_object('step', jsonb_build_object('experiments', i))
  when 4 then '{"experiments": null}'
  else '["experiments", "other"]' end
from generate_series(1, 3000) as i;
insert into user_details values (-1, '"experiments"'), (-2, '7'), (-3, 'null'), (-4, '{"Experiments": 1, "expérience": "?"}');
delete from user_details where onboarding = '"experiments"';

-- awkward
select
  count(*) filter (where onboarding is null) as nulls,
  count(*) filter (where onboarding -> 'experiments' = 'null') as with_a_null_in_it,
  count(*) filter (where jsonb_typeof(onboarding) = 'array') as arrays,
  count(*) filter (where jsonb_typeof(onboarding) = 'number') as numbers,
  count(*) filter (where onboarding -> 'step' ? 'experiments') as deeper_down,
  count(*) filter (where onboarding ? 'Experiments') as in_capitals
from user_details;

-- definition
select sluice.define('user_details_without_experiments',
  target  => 'user_details',
  pending => $$onboarding ? 'experiments'$$,
  set     => $$onboarding = onboarding - 'experiments'$$);

-- expected
update user_details set onboarding = '["other"]' where onboarding = '["experiments", "other"]';
update user_details
set onboarding = coalesce((select jsonb_object_agg(key, value) from jsonb_each(onboarding) where key <> 'experiments'), '{}')
where jsonb_typeof(onboarding) = 'object' and exists (select from jsonb_object_keys(onboarding) as k where k = 'experiments');
