-- sluice_internal.batch_condition(migration, alias, key, stripe_hash): the SQL condition for the rows of a batch.
-- stripe_hash is what deals rows out to stripes, unless it is told by the columns that are walked (hash_expression).
-- Parameters: $1 lower and $2 upper bound as text[], $3 the number of stripes, $4 the stripe.
-- Called when:  defining and compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.batch_condition(migration sluice_internal.migration, alias text,
  key sluice_internal.key_column[], stripe_hash text default null)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  -- $3 is a power of two; the branch that does not apply is gone once the statement is planned for its parameters
  select format(
    '($3 = 1 and %s or $3 > 1 and %s and (%s) & (4294967296 - 4294967296 / $3) = $4 * (4294967296 / $3)) and %s',
    sluice_internal.batch_range(key),
    sluice_internal.batch_range(key, true),
    coalesce(stripe_hash, sluice_internal.hash_expression(key)),
    case
      -- the source may have columns of the same names; then the predicate gets a scope in which only the target is seen
      when migration.scoped then format(E'(select (%s\n) from (select %2$s.*) as %2$s)', migration.pending, alias)
      else format(E'(%s\n)', migration.pending)
    end)
$$;

comment on function sluice_internal.batch_condition(sluice_internal.migration, text, sluice_internal.key_column[],
  text) is
  'The condition that selects the rows of one batch over ($1, $2], stripe $4 of $3.';
