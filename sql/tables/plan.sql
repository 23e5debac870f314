-- What plan() answers, and what it is made from.

create type sluice_internal.planning as (
  migration sluice_internal.migration,
  policy sluice.policy,
  hold text,
  guard_factor double precision,
  horizon_age interval,
  compiled boolean,
  lanes bigint,
  stripes integer,
  by_blocks boolean,
  relation regclass,
  cursor text[],
  rows_left bigint,
  seconds_per_row double precision
);

create type sluice_internal.place as (
  relation regclass,
  lower text[],
  upper text[]
);

create type sluice_internal.probe as (
  relation regclass,
  rows_visited integer,
  rows_pending integer,
  rows_changed integer,
  rows_left integer,
  rows_updated integer,
  rows_hot integer,
  pages integer,
  fixed_seconds double precision,
  visit_seconds double precision,
  change_seconds double precision,
  wal_bytes double precision,
  problem text
);

create type sluice_internal.relation_rows as (
  relation regclass,
  rows bigint,
  contradicted boolean,
  rows_sampled bigint,
  pending_sampled bigint
);

create type sluice_internal.target_size as (
  rows bigint,
  pages bigint,
  table_bytes bigint,
  index_bytes bigint,
  indexes integer,
  relations bigint,
  largest regclass,
  analyzed_at timestamptz,
  never_analyzed boolean,
  contradicted boolean,
  rows_sampled bigint,
  pending_sampled bigint,
  pending_share numeric,
  may_vacuum boolean
);

create type sluice_internal.probe_summary as (
  places bigint,
  rows_visited bigint,
  rows_pending bigint,
  rows_changed bigint,
  rows_left bigint,
  rows_updated bigint,
  rows_hot bigint,
  pages bigint,
  seconds_a_batch double precision,
  seconds_a_visit double precision,
  seconds_a_change double precision,
  wal_bytes_a_change double precision,
  problems text[]
);

create type sluice_internal.migration_plan as (
  feasible boolean,
  reason text,
  rows_estimated bigint,
  pending_estimated bigint,
  how_estimated text,
  seconds_per_row double precision,
  walk text,
  stripes integer,
  batch_size integer,
  pause interval,
  full_speed interval,
  planned interval,
  shortest_deadline interval,
  wal_bytes bigint,
  table_growth_bytes bigint,
  index_growth_bytes bigint,
  hot_share numeric,
  holds text,
  notes text[],
  proof interval
);

create type sluice_internal.drawn_plan as (
  plan sluice_internal.migration_plan,
  leaves sluice_internal.relation_rows[],
  seconds_per_change double precision
);

comment on type sluice_internal.drawn_plan is
  'A plan, how many rows it expects in each leaf relation, and what a changed row costs.';
comment on column sluice_internal.drawn_plan.seconds_per_change is 'as probed; null where no probe met a pending row';
comment on type sluice_internal.planning is
  'What plan() needs of the control tables: definition, policy, holds, and the work done before.';
comment on type sluice_internal.relation_rows is
  'How many rows a leaf relation has, by a sample of pages and statistics.';
comment on column sluice_internal.relation_rows.contradicted is 'the sample says other than the statistics';
comment on column sluice_internal.relation_rows.rows_sampled is 'of these so many as pending_sampled were pending';
comment on type sluice_internal.target_size is
  'How large the target is, by its files and statistics, all leaf relations together.';
comment on type sluice_internal.place is
  'A place of the target that is looked at: the range (lower, upper] of a relation.';
comment on type sluice_internal.probe is
  'One rolled-back batch at one place of the table: what it found and what it took.';
comment on column sluice_internal.probe.rows_left is 'still pending after the change';
comment on column sluice_internal.probe.fixed_seconds is 'what a batch without a row takes';
comment on column sluice_internal.probe.visit_seconds is 'what a stripe without a row to change takes';
comment on type sluice_internal.probe_summary is
  'All probes of a plan together; costs are medians, and null when nothing was measured.';
comment on column sluice_internal.probe_summary.seconds_a_visit is 'for each row of the range and stripe';
comment on column sluice_internal.probe_summary.seconds_a_change is 'for each pending row, without the visit';
comment on type sluice_internal.migration_plan is
  'The answer of plan() and schedule(): whether, how long, how, and at what cost.';
comment on column sluice_internal.migration_plan.feasible is
  'whether full speed fits into the time until the deadline; true without one';
comment on column sluice_internal.migration_plan.rows_estimated is 'rows that are still to be visited';
comment on column sluice_internal.migration_plan.pending_estimated is 'rows that are still to be changed';
comment on column sluice_internal.migration_plan.seconds_per_row is
  'cost of a visited row in one worker, batches and verification included';
comment on column sluice_internal.migration_plan.full_speed is
  'open time that it takes without pauses, with all its workers';
comment on column sluice_internal.migration_plan.planned is
  'time from its start to its end, with pauses and closed windows';
comment on column sluice_internal.migration_plan.shortest_deadline is 'what within could be at least';
comment on column sluice_internal.migration_plan.hot_share is
  'share of updates that touch no index and reuse space on their page';
comment on column sluice_internal.migration_plan.holds is 'what would keep it waiting now; null when nothing does';
comment on column sluice_internal.migration_plan.proof is
  'how long the query takes that proves it in one snapshot; null without a predicate, and with proof => ranges';
comment on column sluice_internal.migration_plan.notes is 'what a colleague would say about it';
