-- View sluice.proof: what is known of each run's completion; it stays when cleanup has removed lanes and schedule.
-- Every row visited was seen not pending at some time between the two snapshots, in a scan of its own range.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.proof as
select
  m.name,
  m.target,
  m.pending,
  m.state,
  m.verified_at,
  m.verified_from,
  m.verified_to,
  m.rows_verified,
  m.rows_accepted,
  m.accepted_at,
  m.state_reason as remark,
  m.cleaned_at
from sluice.migration m;

comment on view sluice.proof is 'What proves each run''s completion: when, between which snapshots, how many rows; kept after cleanup.';
comment on column sluice.proof.rows_verified is 'rows that the sweep of every relation went over, by statistics where it leapt; null without a pending predicate';
comment on column sluice.proof.verified_at is 'null where the rest was accepted';
comment on column sluice.proof.rows_accepted is 'rows that stay pending or quarantined, because somebody accepted that at accepted_at; remark says who';
comment on column sluice.proof.remark is 'who accepted that rows stay as they are; the reason of any other state';
