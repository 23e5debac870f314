-- Widen a column: an int copied to a bigint column.

-- tables
create table events (id bigint primary key, a integer, a_new bigint);
insert into events select i * 3 - 4000, i * 17 - 9000, case when i % 10 = 0 then i * 17 - 9000 end from generate_series(1, 3000) as i;
insert into events values
  (-9223372036854775808, -2147483648, null), (9223372036854775807, 2147483647, null), (9000, 7, 8), (9001, null, 8), (9002, null, null);

-- awkward
select
  count(*) filter (where a is null and a_new is not null) as to_be_emptied,
  count(*) filter (where a is null and a_new is null) as null_in_both,
  count(*) filter (where a <> a_new) as copied_before_it_changed,
  count(*) filter (where a = a_new) as copied_already,
  count(*) filter (where a in (-2147483648, 2147483647)) as extremes
from events;

-- definition
select sluice.define('events_a_bigint',
  target  => 'events',
  pending => 'a_new is distinct from a',
  set     => 'a_new = a');

-- expected
update events set a_new = a where a_new <> a or (a_new is null) <> (a is null);
