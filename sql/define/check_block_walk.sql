-- sluice_internal.check_block_walk(migration): whether a walk in physical order is safe for this definition.
-- A row that moves behind the walk is found again only by the sweep, and only if pending tells that it still needs
-- work.
-- Called when:  defining.
-- Locks, writes: nothing.
-- Raises: SL001.

create or replace function sluice_internal.check_block_walk(migration sluice_internal.migration)
returns void
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
begin
  if btrim(lower(migration.pending)) = 'true' then
    raise exception using
      errcode = 'SL001',
      message = format('migration "%s" cannot walk by blocks without a pending predicate', migration.name),
      detail = 'An update may move a row to a block that was walked before, or not yet; '
        'only a predicate tells whether it was done.',
      hint = 'Give pending => ''...'', true for rows that need work and false once they are done; or walk by a key.';
  end if;
end
$$;

comment on function sluice_internal.check_block_walk(sluice_internal.migration) is
  'Raises SL001 when a definition without predicate asks to be walked by blocks.';
