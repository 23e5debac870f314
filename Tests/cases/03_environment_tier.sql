-- Classify by text: ordered patterns, the first that matches wins.

-- tables
create table environments (id bigint primary key, name text not null, tier smallint);
insert into environments
select i,
  (array['dev', 'Review/', 'trunk', 'test', 'QA-', 'acceptance', 'staging', 'stg', 'pre', 'demo', 'production', 'PROD', 'live', 'gprd', '', 'Ünïcode/'])[1 + i % 16] || i,
  case when i % 19 = 0 then 4 end
from generate_series(1, 3000) as i;
insert into environments values
  (-1, 'production-dev', null), (-2, 'pre-prod', null), (-3, 'test-staging', null), (-4, e'%_\\''"', null), (-5, 'dev', 0);

-- awkward
select
  count(*) filter (where name ~* 'dev' and name ~* 'prod' and tier is null) as in_two_classes,
  count(*) filter (where name ~ 'PROD') as in_capitals,
  count(*) filter (where name ~ '^[0-9]+$') as without_a_word,
  count(*) filter (where name ~ e'[%''"\\\\]') as with_special_characters,
  count(*) filter (where tier is not null) as classified_before
from environments;

-- definition
select sluice.define('environments_tier',
  target  => 'environments',
  pending => 'tier is null',
  set     => $$tier = case
    when name ~* 'dev|review|trunk' then 3
    when name ~* 'te?st|acc?e?pt|qa|qc|control|quality' then 2
    when name ~* 'sta?g|mode?l|pre|demo' then 1
    when name ~* 'pro?d|live' then 0
    else 4 end$$);

-- expected
with pattern (class, pattern) as (
  values (3, '(dev|review|trunk)'), (2, '(test|tst|accept|accpt|acept|acpt|qa|qc|control|quality)'),
    (1, '(stag|stg|model|modl|pre|demo)'), (0, '(prod|prd|live)'), (4, ''))
update environments
set tier = (select max(class) from pattern where lower(name) ~ pattern and class < 4)
where tier is null and exists (select from pattern where lower(name) ~ pattern and class < 4);
update environments set tier = 4 where tier is null;
