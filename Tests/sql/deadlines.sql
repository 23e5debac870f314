-- Deadlines in virtual time: a few worlds of the simulation; make bench BENCH=deadlines tries thousands.
--
-- hostile: alone; each world updates the same few rows thousands of times, and an old snapshot keeps every version

select no_plan();

\ir support/simulation.sql
set synchronous_commit = off;
-- only names of the simulation's own, and what is planted in public would take most of the time
set search_path to pg_catalog;
call sim.run(1, 12);
reset search_path;

select is((select count(*) from sim.outcome), 12::bigint, 'every world comes to its end');
select is_empty($$ select seed from sim.outcome where verdict = 'missed' $$,
  'a deadline that was accepted and stayed possible is met');
select ok((select count(*) >= 8 from sim.outcome where verdict = 'met'), 'and most are accepted');
select is_empty($$ select seed, done_share from sim.outcome where quiet and verdict = 'met' and done_share not between 0.65 and 0.85 $$,
  'undisturbed, a migration is done after about 80 % of its time');
select ok((select percentile_cont(0.5) within group (order by forecast_error) < 0.15 from sim.outcome where verdict = 'met'),
  'the forecast after 5 % of the rows is right within 15 % of the time, as a rule');

select * from finish();
