-- Times of day when work may run. Several rows may share a name: the window is open when one of them is.

create table sluice.window (
  window_id bigint generated always as identity primary key,
  name text not null,
  days integer[] not null default '{1,2,3,4,5,6,7}',
  opens time not null,
  closes time not null,
  time_zone text not null default 'UTC',
  rate numeric,
  constraint window_name_is_an_identifier check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  constraint days_are_iso_weekdays check (cardinality(days) > 0 and days <@ '{1,2,3,4,5,6,7}'),
  constraint time_zone_is_known check (timestamptz '2000-01-01 00:00:00+00' at time zone time_zone is not null),
  constraint opens_differs_from_closes check (opens <> closes),
  constraint rate_between_a_thousandth_and_a_billion check (rate >= 0.001 and rate <= 1e9)
);

create index window_by_name on sluice.window (name);

comment on table sluice.window is 'Times of day when work may run; named in sluice.schedule.during.';
comment on column sluice.window.days is 'ISO weekdays on which it opens: 1 is Monday, 7 is Sunday';
comment on column sluice.window.opens is 'local time in time_zone, inclusive';
comment on column sluice.window.closes is
  'local time in time_zone, exclusive; earlier than opens: the window passes midnight';
comment on column sluice.window.rate is 'rows a second at most while it is open; null: as the plan says';
