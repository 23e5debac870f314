-- sluice_internal.batch_scale(seconds, pause): what part of batch_time a batch should take when a batch of so many
-- seconds is followed by such a pause: the share of the time that is worked, and a fifth at least. What there is to do
-- in a long time is done in small bites with short pauses, each of which an application hardly feels; a tenth of a
-- millisecond in a small one is paid for the engine (docs/performance.md).
-- Called when:  planning, checkpointing. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.batch_scale(seconds double precision, pause double precision)
returns double precision
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
begin
  return coalesce(least(greatest(seconds / nullif(seconds + greatest(pause, 0), 0), 0.2), 1), 1);
end
$$;

comment on function sluice_internal.batch_scale(double precision, double precision) is
  'The part of batch_time that a batch should take: the share of the time that is worked, a fifth at least.';
