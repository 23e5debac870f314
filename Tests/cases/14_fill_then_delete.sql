-- Fill what can be filled, then delete the rest: two statements in order.
--
-- Each statement sees the rows that are pending as it begins: the second one those that the first could not fill.

-- tables
create table languages (id bigint primary key, language_id bigint);
create table repository_languages (project_id bigint, language_ref bigint, language_id bigint, primary key (project_id, language_ref));
insert into languages select i, case when i % 9 > 0 then 500 + i end from generate_series(1, 60) as i where i % 8 <> 0;
insert into repository_languages
select p, l, case when (p + l) % 6 = 0 then 500 + l when (p + l) % 31 = 0 then -1 end
from generate_series(-20, 380) as p, generate_series(1, 62, 6 + abs(p) % 3) as l;

-- awkward
select
  count(*) filter (where l.id is null and r.language_id is null) as of_unknown_languages,
  count(*) filter (where l.id is not null and l.language_id is null and r.language_id is null) as of_languages_without_a_number,
  count(*) filter (where l.id is null and r.language_id = -1) as unknown_but_filled,
  count(*) filter (where r.language_id > 0) as filled_before
from repository_languages r left join languages l on l.id = r.language_ref;

-- definition
select sluice.define('repository_languages_language_id',
  target     => 'repository_languages',
  pending    => 'language_id is null',
  statements => array[
    'update repository_languages r set language_id = l.language_id from batch b join languages l on l.id = b.language_ref
     where (r.project_id, r.language_ref) = (b.project_id, b.language_ref) and l.language_id is not null',
    'delete from repository_languages r using batch b where (r.project_id, r.language_ref) = (b.project_id, b.language_ref)']);

-- expected
update repository_languages set language_id = 500 + language_ref
where language_id is null and language_ref in (select id from languages where language_id is not null);
delete from repository_languages where language_id is null;
