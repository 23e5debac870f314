-- A predicate that moves with the clock.
--
-- Due times more than an hour ahead come nearer. As the case was told, rows due in 15 minutes to an hour are selected, too, but
-- least() leaves them alone: a predicate that stays true would make the run end with SL021. now() is the batch's own.
-- The second more: a batch that began before another must not find pending what that one has set by its own, later now().

-- tables
create table objects (id bigint primary key, pick_up_at timestamptz);
insert into objects select i, now() + (i - 1500) * interval '1 minute' from generate_series(1, 3000) as i;
insert into objects values (-1, null), (-2, 'infinity'), (-3, '-infinity'), (-4, now() + interval '1 hour');
create view compared_objects as
  select id, case when pick_up_at > now() + interval '55 minutes' and pick_up_at <= clock_timestamp() + interval '1 hour' then now() else pick_up_at end from objects;

-- awkward
select
  count(*) filter (where pick_up_at is null) as nulls,
  count(*) filter (where pick_up_at = 'infinity') as never,
  count(*) filter (where pick_up_at between now() + interval '15 minutes' and now() + interval '50 minutes') as left_alone_by_least,
  count(*) filter (where pick_up_at < now()) as overdue
from objects;

-- definition
select sluice.define('objects_pick_up_at',
  target  => 'objects',
  pending => $$pick_up_at > now() + interval '1 hour 1 second'$$,
  set     => $$pick_up_at = now() + interval '1 hour'$$);

-- expected
update objects set pick_up_at = least(pick_up_at, now() + interval '1 hour') where pick_up_at > now() + interval '1 hour 1 second';
