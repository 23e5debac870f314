-- Clamp values to a range, nulls left alone.
--
-- The short way, start_date = least(start_date, '9999-12-31'), is a trap: least() ignores nulls, so that a row with one date
-- out of range gets a second date it never had. Preview shows it.

-- tables
create table work_item_dates (issue_id bigint primary key, start_date date, due_date date);
insert into work_item_dates
select i,
  case when i % 3 > 0 then date '2020-01-01' + i + case when i % 5 = 0 then 3000000 else 0 end end,
  case when i % 4 > 0 then date '2020-02-01' + i + case when i % 7 = 0 then 3000000 else 0 end end
from generate_series(1, 3000) as i;
insert into work_item_dates values
  (0, '9999-12-31', '10000-01-01'), (-1, 'infinity', '-infinity'), (-2, null, '5874897-12-31'), (-3, '4713-01-01 BC', null);

-- awkward
select
  count(*) filter (where start_date is null and due_date > '9999-12-31') as only_the_due_date,
  count(*) filter (where start_date > '9999-12-31' and due_date is null) as only_the_start_date,
  count(*) filter (where start_date > '9999-12-31' and due_date > '9999-12-31') as both,
  count(*) filter (where start_date = '9999-12-31') as the_last_day_itself,
  count(*) filter (where not isfinite(start_date)) as infinity
from work_item_dates;

-- definition
select sluice.define('work_item_dates_in_range',
  target  => 'work_item_dates',
  pending => $$start_date > '9999-12-31' or due_date > '9999-12-31'$$,
  set     => $$start_date = case when start_date > '9999-12-31' then '9999-12-31' else start_date end,
               due_date = case when due_date > '9999-12-31' then '9999-12-31' else due_date end$$);

-- expected
update work_item_dates set start_date = '9999-12-31' where start_date > '9999-12-31' and not due_date > '9999-12-31';
update work_item_dates set start_date = '9999-12-31' where start_date > '9999-12-31' and due_date is null;
update work_item_dates set start_date = least(start_date, '9999-12-31'), due_date = '9999-12-31'
where due_date > '9999-12-31' and start_date is not null;
update work_item_dates set due_date = '9999-12-31' where due_date > '9999-12-31';

-- before
select sluice.define('trap',
  target  => 'work_item_dates',
  pending => $$start_date > '9999-12-31' or due_date > '9999-12-31'$$,
  set     => $$start_date = least(start_date, '9999-12-31'), due_date = least(due_date, '9999-12-31')$$) = 'trap' as "the trap is a legal definition";
select bool_or(row_before -> 'due_date' = 'null' and row_after ->> 'due_date' = '9999-12-31') as "its preview shows a date that was null"
from sluice.preview('trap', 100);
select not bool_or(jsonb_path_exists(row_before, '$.* ? (@ == null)') <> jsonb_path_exists(row_after, '$.* ? (@ == null)'))
  as "the preview of the definition keeps nulls"
from sluice.preview('work_item_dates_in_range', 100);
select sluice.forget('trap') \g /dev/null
