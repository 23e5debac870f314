-- Defaults, one row, edited by DBAs with plain UPDATE. A definition's own limits go before these.

create table sluice.policy (
  only_row boolean primary key default true,
  batch_time interval not null default '50 milliseconds',
  min_batch integer not null default 100,
  max_batch integer not null default 100000,
  max_attempts integer not null default 10,
  max_failed numeric not null default 0.01,
  gentle_share numeric not null default 0.3,
  deadline_share numeric not null default 0.8,
  lock_timeout interval not null default '500 milliseconds',
  statement_timeout interval not null default '10 seconds',
  proof_time interval not null default '15 minutes',
  poll_interval interval not null default '2 seconds',
  first_retry_after interval not null default '250 milliseconds',
  last_retry_after interval not null default '5 minutes',
  history_kept_for interval not null default '30 days',
  vacuum_share numeric not null default 0.03,
  constraint policy_has_one_row check (only_row),
  constraint batch_time_between_1_ms_and_1_hour check (batch_time >= '1 millisecond' and batch_time <= '1 hour'),
  constraint min_batch_positive check (min_batch >= 1),
  constraint max_batch_not_below_min_batch check (max_batch >= min_batch),
  constraint max_batch_at_most_100_million check (max_batch <= 100000000),
  constraint max_attempts_positive check (max_attempts >= 1),
  constraint max_failed_is_a_share check (max_failed between 0 and 1),
  constraint gentle_share_between_0_001_and_1 check (gentle_share >= 0.001 and gentle_share <= 1),
  constraint deadline_share_between_0_01_and_1 check (deadline_share >= 0.01 and deadline_share <= 1),
  constraint lock_timeout_between_1_ms_and_1_hour check (lock_timeout >= '1 millisecond' and lock_timeout <= '1 hour'),
  constraint statement_timeout_between_1_ms_and_1_day
    check (statement_timeout >= '1 millisecond' and statement_timeout <= '1 day'),
  constraint proof_time_between_1_ms_and_24_days check (proof_time >= '1 millisecond' and proof_time <= '24 days'),
  constraint poll_interval_between_1_ms_and_1_hour check (poll_interval >= '1 millisecond'
    and poll_interval <= '1 hour'),
  constraint retries_between_1_ms_and_1_day check (first_retry_after >= '1 millisecond'
    and last_retry_after <= '1 day'),
  constraint retries_grow check (last_retry_after >= first_retry_after),
  constraint history_kept_between_1_second_and_100_years
    check (history_kept_for >= '1 second' and history_kept_for <= '100 years'),
  constraint vacuum_share_is_a_share check (vacuum_share between 0 and 1)
);

insert into sluice.policy default values;

comment on table sluice.policy is
  'Defaults for every migration; one row, edited with plain UPDATE, obeyed from the next batch on.';
comment on column sluice.policy.batch_time is
  'how long one batch should take at full speed; a fifth of it at least where time is ample';
comment on column sluice.policy.min_batch is 'rows; pacing never goes below, only the isolation of a failing row does';
comment on column sluice.policy.max_batch is 'rows; pacing never goes above';
comment on column sluice.policy.max_attempts is 'transient failures of a key by itself after which it is quarantined';
comment on column sluice.policy.max_failed is
  'share of visited rows that may be quarantined before the migration fails';
comment on column sluice.policy.gentle_share is
  'share of the time a migration without a deadline works; the rest it pauses';
comment on column sluice.policy.deadline_share is
  'share of the time until the deadline in which the plan is to be done';
comment on column sluice.policy.lock_timeout is 'longest wait of a batch for a lock';
comment on column sluice.policy.statement_timeout is 'longest time of one batch''s statement';
comment on column sluice.policy.proof_time is
  'longest time of the query that proves a run in one snapshot; what takes longer must be defined with proof => ''ranges''';
comment on column sluice.policy.poll_interval is 'how often an idle worker asks for work when no notification arrives';
comment on column sluice.policy.first_retry_after is
  'wait after the first transient failure; doubles with each further one, with jitter';
comment on column sluice.policy.last_retry_after is 'longest wait between two attempts';
comment on column sluice.policy.history_kept_for is
  'rows of sluice_internal.batch and sluice_internal.event older than this are pruned';
comment on column sluice.policy.vacuum_share is
  'share of a relation''s rows that left old versions behind, from which on the driver vacuums it, or sooner '
  'where most updates are HOT; 0: never';
