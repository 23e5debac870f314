-- Row-level security that does not bind the owner, who sees all rows and may migrate them. Where it hides rows, define() refuses.

-- tables
create table salaries (id integer primary key, department text, salary integer, monthly integer);
insert into salaries select i, (array['it', 'hr', 'board'])[1 + i % 3], i * 12 from generate_series(1, 3000) as i;
create policy no_board on salaries using (department <> 'board');
alter table salaries enable row level security;

-- awkward
select count(*) filter (where department = 'board') as of_the_board from salaries;

-- definition
select sluice.define('salaries_monthly', target => 'salaries', pending => 'monthly is null', set => 'monthly = salary / 12');

-- expected
update salaries set monthly = id;
