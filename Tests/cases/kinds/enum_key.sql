-- Keys of an enum, a domain, a range, an array, an address and a float with its extremes, in one composite and alone.

-- tables
create type level as enum ('z', 'a', 'm', e'with "quotes", {and} \\backslash');
create table readings (
  level level not null, at tstzrange not null, tags integer[] not null, address inet not null, value double precision not null,
  n integer not null default 0, primary key (level, at, tags, address, value));
insert into readings
select (enum_range(null::level))[1 + i % 4], tstzrange(timestamptz '2026-03-29' + i % 90 * interval '1 hour', case when i % 5 > 0 then timestamptz '2027-01-01' end),
  case i % 4 when 0 then '{}' when 1 then array[i, null] else array[-i] end, ('10.0.' || i % 200 || '.0/' || 8 + i % 25)::inet,
  case i % 50 when 0 then 'NaN' when 1 then 'Infinity' when 2 then '-Infinity' when 3 then -0.0 else 1.0 / i end
from generate_series(1, 3000) as i
on conflict do nothing;
create table floats (value double precision, n integer not null default 0);
insert into floats select case i % 60 when 0 then null when 1 then 'NaN' when 2 then '-Infinity' else 1.0 / i end from generate_series(1, 2000) as i;
create index on floats (value desc);

-- awkward
select
  (select count(*) from readings where value = 'NaN') as not_a_number,
  (select count(*) from readings where tags = '{}') as empty_arrays,
  (select count(*) from readings where upper_inf(at)) as without_an_end,
  (select count(*) from floats where value is null) as nulls;

-- definition
select sluice.define('readings_n', target => 'readings', pending => 'n = 0', set => 'n = n + 1');
select sluice.define('floats_n', target => 'floats', key => '{value}', pending => 'value is not null and n = 0', set => 'n = n + 1');

-- expected
update readings set n = 1;
update floats set n = 1 where value is not null;
