-- View sluice.proof: what is known of each run's completion; it stays when cleanup has removed lanes and schedule.
--
--   snapshot   one query over the whole target, the parent with all its leaves, saw no pending row in that snapshot
--   ranges     each row was seen not pending at some time between verified_from and verified_to, in a scan of its own
--              range; a row that went from one range to another meanwhile may have been seen in neither
--   none       nothing can be verified, since without a predicate nothing tells the rows that are done
--
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.proof as
select
  m.name,
  sluice_internal.target_name(m.target, m.definition) as target,
  m.pending,
  m.state,
  case
    when pg_catalog.btrim(pg_catalog.lower(m.pending)) = 'true' then 'none'
    else m.proof
  end as method,
  m.verified_at,
  m.verified_snapshot as snapshot,
  m.verified_from,
  m.verified_to,
  m.rows_verified,
  m.rows_accepted,
  m.accepted_at,
  case
    when m.state <> 'finished' or m.accepted_at is not null then case
      when m.state_reason is distinct from m.quoting_reason
        or sluice_internal.may_read(m.target, m.owner_id, m.owner, current_user)
      then m.state_reason
      else m.public_reason
    end
    when pg_catalog.btrim(pg_catalog.lower(m.pending)) = 'true'
      then 'not verifiable: there is no predicate that tells rows that are done; all ranges were walked'
    when m.proof = 'snapshot'
      then 'no row of the whole table was pending in this snapshot'
    else 'each row was seen not pending at some time between verified_from and verified_to, its range in a snapshot '
      'of its own'
  end as remark,
  m.cleaned_at
from sluice_internal.migration m;

comment on view sluice.proof is
  'What proves each run''s completion: how, when, in which snapshot, how many rows; kept after cleanup.';
comment on column sluice.proof.method is
  'snapshot: one query over the whole target; ranges: one range after another; none: not verifiable, without a '
  'predicate';
comment on column sluice.proof.snapshot is
  'snapshot in which the whole target was seen without a pending row; null unless that ended the run';
comment on column sluice.proof.rows_verified is
  'rows of the target, counted in the snapshot; where the proof is by ranges, or the target is larger than 1 GB, rows '
  'that the sweep '
  'of every relation visited, by statistics in part; null without a predicate';
comment on column sluice.proof.verified_at is
  'when the query of the proof began, or the last range was swept; null where the rest was accepted, and where '
  'nothing can be verified';
comment on column sluice.proof.rows_accepted is
  'rows that stay pending or quarantined, because somebody accepted that at accepted_at; remark says who';
comment on column sluice.proof.remark is
  'what the proof says in words; who accepted that rows stay as they are; the reason of any other state';
