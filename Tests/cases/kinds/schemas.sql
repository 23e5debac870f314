-- A source of the same columns as the target, a self-join, and functions and types found by search_path.

-- tables
create type mood as enum ('sad', 'ok', 'happy');
create domain short_code as varchar(8) check (value <> 'bad');
create table categories (code short_code primary key, parent short_code, name text, path text, mood mood);
insert into categories
select 'c' || i, case when i > 40 then 'c' || i % 40 + 1 end, 'Ü' || i, case when i <= 40 then '/' || i end, (enum_range(null::mood))[1 + i % 3]
from generate_series(1, 2000) as i;
insert into categories values ('', 'none', '', null, 'ok'), ('ä', 'c1', null, null, null);
create function path_of(parent text, name text) returns text immutable language sql as $$ select $1 || '/' || coalesce($2, '?') $$;

-- awkward
select
  count(*) filter (where c.parent is not null and p.code is null) as orphans,
  count(*) filter (where c.code = '') as empty_keys,
  count(*) filter (where c.mood is null) as of_no_mood
from categories c left join categories p on p.code::text = c.parent::text;

-- definition
select sluice.define('category_path',
  target  => 'categories',
  pending => 'path is null and exists (select from categories k where k.code::text = categories.parent::text and k.path is not null)',
  set     => $$path = path_of(p.path, categories.name), mood = 'happy'::mood$$,
  source  => 'categories p',
  match   => 'p.code::text = categories.parent::text and p.path is not null');

-- expected
update categories c set path = p.path || '/' || coalesce(c.name, '?'), mood = 'happy'
from categories p where p.code::text = c.parent::text and c.path is null;
