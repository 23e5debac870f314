-- How large a batch is and how long the pause behind it, by the functions that decide it.

select no_plan();

create function size_after(rows integer, seconds double precision, pause double precision) returns integer language sql as $$
  select (sluice.size_batch(
    jsonb_populate_record(null::sluice.lane, jsonb_build_object('batch_size', rows, 'pause', pause)),
    null::sluice.migration,
    (select p from sluice.policy p),
    jsonb_populate_record(null::sluice.batch_result, jsonb_build_object('rows_visited', rows)),
    seconds)).batch_size
$$;

select is(size_after(1000, 0.050, 0), 1000, 'a batch that took batch_time, without a pause, keeps its size');
select is(size_after(1000, 0.005, 0), 2000, 'a shorter one doubles at most');
select is(size_after(1000, 0.500, 0), 500, 'a longer one halves at most');
select is(size_after(1000, 0.025, 0.025), 1000, 'where half the time is enough, half of batch_time is');
select is(size_after(1000, 0.010, 0.040), 1000, 'where a fifth is enough, a fifth');
select is(size_after(1000, 0.010, 40), 1000, 'and never less');
select is(size_after(100, 0.500, 60), 100, 'min_batch is the least');

create function planned(within interval) returns sluice.migration_plan language sql as $$
  select sluice.fit_plan(
    jsonb_populate_record(null::sluice.migration_plan,
      '{"rows_estimated": 1000000, "seconds_per_row": 0.00001, "batch_size": 5000, "stripes": 1}'),
    jsonb_populate_record(null::sluice.schedule,
      jsonb_build_object('starts_at', clock_timestamp(), 'deadline', clock_timestamp() + within, 'workers', 1, 'during', '{}',
        'immediately', false)),
    (select p from sluice.policy p))
$$;

select is((planned('14 seconds')).batch_size between 4300 and 5000, true, 'a plan with little time to spare has whole batches');
select is((planned('1 day')).batch_size, 1000, 'one with much has small ones');
select ok((planned('12 hours')).planned between '9.5 hours' and '9.7 hours', 'and takes its time all the same');
select ok((planned(null)).batch_size = 1500 and (planned(null)).pause between '34 ms' and '36 ms',
  'without a deadline a batch is as small as its share of the time');

select * from finish();
