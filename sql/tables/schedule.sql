-- When and how fast: one row a scheduled migration, like cron.job, edited by DBAs with plain INSERT, UPDATE and DELETE.
-- Triggers (control/obey_schedule.sql) make each edit take effect from the next batch on.

create table sluice.schedule (
  migration text primary key
    references sluice.migration (name) on update cascade on delete cascade,
  active boolean not null default true,
  starts_at timestamptz not null default now(),
  deadline timestamptz,
  priority integer not null default 0,
  workers integer not null default 1,
  during text[] not null default '{}',
  immediately boolean not null default false,
  max_rate numeric,
  scheduled_at timestamptz not null default now(),
  constraint deadline_after_start check (deadline > starts_at),
  constraint workers_between_1_and_64 check (workers between 1 and 64),
  constraint priority_between_minus_100_and_100 check (priority between -100 and 100),
  constraint max_rate_positive check (max_rate > 0)
) with (fillfactor = 70);

comment on table sluice.schedule is 'When and how fast each migration runs; edited with plain INSERT, UPDATE and DELETE.';
comment on column sluice.schedule.active is 'false pauses the migration after the batches in hand';
comment on column sluice.schedule.deadline is 'when it must be finished; null: gently, without a deadline';
comment on column sluice.schedule.priority is 'higher goes first';
comment on column sluice.schedule.workers is 'how many batches may run side by side';
comment on column sluice.schedule.during is 'names of windows; empty: at any time';
comment on column sluice.schedule.immediately is 'no pauses, no windows';
comment on column sluice.schedule.max_rate is 'rows a second, all workers together; null: as the plan says';
