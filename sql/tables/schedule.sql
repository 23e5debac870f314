-- When and how fast: one row a scheduled migration, like cron.job, edited by DBAs with plain INSERT, UPDATE and DELETE.
-- Triggers (schedule/obey_schedule.sql) make each edit take effect from the next batch on.

create table sluice.schedule (
  migration text primary key
    references sluice_internal.migration (name) on update cascade on delete cascade,
  active boolean not null default true,
  starts_at timestamptz not null default now(),
  deadline timestamptz,
  priority integer not null default 0,
  workers integer not null default 1,
  during text[] not null default '{}',
  immediately boolean not null default false,
  max_rate numeric,
  scheduled_at timestamptz not null default now(),
  constraint starts_at_between_1970_and_2200 check (starts_at >= '1970-01-01 00:00+00'
    and starts_at < '2200-01-01 00:00+00'),
  constraint scheduled_at_between_1970_and_2200
    check (scheduled_at >= '1970-01-01 00:00+00' and scheduled_at < '2200-01-01 00:00+00'),
  constraint starts_within_ten_years check (starts_at <= scheduled_at + interval '87660 hours'),
  constraint deadline_after_start check (deadline > starts_at),
  constraint deadline_within_ten_years_of_start check (deadline <= starts_at + interval '87660 hours'),
  constraint workers_between_1_and_64 check (workers between 1 and 64),
  constraint priority_between_minus_100_and_100 check (priority between -100 and 100),
  constraint max_rate_between_a_thousandth_and_a_billion check (max_rate >= 0.001 and max_rate <= 1e9)
) with (fillfactor = 70);

comment on table sluice.schedule is
  'When and how fast each migration runs; edited with plain INSERT, UPDATE and DELETE.';
comment on column sluice.schedule.active is 'false pauses the migration after the batches in hand';
comment on column sluice.schedule.deadline is 'when it must be finished; null: gently, without a deadline';
comment on column sluice.schedule.priority is 'higher goes first';
comment on column sluice.schedule.workers is 'how many batches may run side by side';
comment on column sluice.schedule.during is 'names of windows; empty: at any time';
comment on column sluice.schedule.immediately is 'no pauses, no windows';
comment on column sluice.schedule.max_rate is 'rows a second, all workers together; null: as the plan says';
