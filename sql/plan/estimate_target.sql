-- sluice_internal.estimate_target(migration): the rows of each leaf relation of the target, by a sample of about a
-- hundred pages of all of them, at least three of each, and how many of the sampled rows are pending, as far as that
-- takes a short time. A relation that has no more pages than that is counted. Statistics are more exact than the sample
-- and go before it, but only where the table has the size that it had when they were collected, and where the sample
-- does not contradict them: a density of zero, or one of a table that was filled or emptied since, is no knowledge.
-- Called when:  planning, in the owner's session.
-- Locks: the relations, ACCESS SHARE.  Writes: nothing.
-- Raises: nothing of its own; where the predicate raises, rows alone are counted.

create or replace function sluice_internal.estimate_target(migration sluice_internal.migration)
returns setof sluice_internal.relation_rows
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  pages_sampled constant integer := 100;
  least_pages constant integer := 3;
  tolerance constant double precision := 0.1;
  judged_until timestamptz := clock_timestamp() + interval '200 milliseconds';
  leaf record;
  estimated sluice_internal.relation_rows;
  rows_found bigint;
  rows_sampled bigint;
  pending_sampled bigint;
begin
  for leaf in
    select l.relation, s.pages, c.relpages, sluice_internal.estimate_rows(l.relation) as known_rows,
      format('estimate_%s_%s', migration.migration_id, l.relation::oid) as estimate,
      greatest(ceil(pages_sampled * s.pages / nullif(sum(s.pages) over (), 0)), least_pages)::integer as pages_wanted
    from sluice_internal.leaf_relations(migration.target) as l
    join pg_class c on c.oid = l.relation
    cross join lateral (
      select pg_relation_size(l.relation) / current_setting('block_size')::bigint as pages) as s
    order by s.pages desc
  loop
    estimated := row(leaf.relation, leaf.known_rows, false, 0, 0);
    if leaf.pages > 0 and to_regproc(format('sluice_internal.%I', leaf.estimate)) is not null then
      begin
        execute format('select * from sluice_internal.%I(null, null, $1, $2)', leaf.estimate)
        into rows_found, rows_sampled, pending_sampled
        using leaf.pages_wanted, judged_until;
      exception when assert_failure or others then
        judged_until := null;
        execute format('select * from sluice_internal.%I(null, null, $1, null)', leaf.estimate)
        into rows_found, rows_sampled, pending_sampled
        using leaf.pages_wanted;
      end;
      estimated.rows_sampled := rows_sampled;
      estimated.pending_sampled := pending_sampled;
      estimated.contradicted := abs(rows_found - leaf.known_rows) > tolerance * rows_found;
      if estimated.contradicted or leaf.pages <> leaf.relpages or leaf.pages <= leaf.pages_wanted then
        estimated.rows := rows_found;
      end if;
    end if;
    return next estimated;
  end loop;
end
$$;

comment on function sluice_internal.estimate_target(sluice_internal.migration) is
  'Returns the estimated rows of each leaf relation of the target, by a sample of pages and statistics.';
