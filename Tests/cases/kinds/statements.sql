-- Statements that begin with WITH, upserts that return, MERGE, functions, and a comment before all.
-- ledger: no, how often a page is counted depends on the batches

-- tables
create table visits (visit_id uuid primary key, page text not null, seconds integer, counted boolean not null default false);
insert into visits select md5(i::text)::uuid, 'p' || i % 70, i % 100 from generate_series(1, 3000) as i;
create table pages (page text primary key, visits bigint not null, last_seconds integer);
insert into pages values ('p1', 100, null), ('p?', 1, null);
create table longest (page text primary key, seconds integer);
insert into longest values ('p2', 1000), ('p3', 0);
create table notes (page text, note text);
create function note(page text) returns void language sql as $$ insert into notes values ($1, e'\\1 & \\0') $$;

-- awkward
select count(*) filter (where page in (select page from pages)) as of_pages_there, count(*) filter (where seconds = 0) as zeros from visits;

-- definition
select sluice.define('visits_counted',
  target     => 'visits',
  pending    => 'not counted',
  statements => array[
    $$/* pages */ with counted (page, n) as (select page, count(*) from batch group by page),
      written as (
        insert into pages as p (page, visits) select page, n from counted order by page
        on conflict (page) do update set visits = p.visits + excluded.visits
        returning page, visits)
      insert into notes select page, 'more' from written where visits < 0$$,
    $$-- the longest visit of each page
      merge into longest l
      using (select page, max(seconds) as seconds from batch group by page order by page) as b on b.page = l.page
      when matched and b.seconds > l.seconds then update set seconds = b.seconds
      when not matched then insert values (b.page, b.seconds)$$,
    $$select note(page) from batch where seconds = 99$$,
    $$WITH RECURSIVE chain (n) as (select 1 union all select n + 1 from chain where n < 2)
      update visits set counted = true from batch, chain where visits.visit_id = batch.visit_id and n = 2$$]);

-- expected
insert into pages select page, count(*) from visits group by page order by page on conflict (page) do update set visits = pages.visits + excluded.visits;
insert into longest select page, max(seconds) from visits group by page
on conflict (page) do update set seconds = greatest(longest.seconds, excluded.seconds);
insert into notes select page, e'\\1 & \\0' from visits where seconds = 99;
update visits set counted = true;
