-- sluice_internal.preview_range(migration, relation, lower, upper, rows): the first pending rows of a range before and
-- after one batch over them, rolled back.
-- Called when:  previewing, in the owner's session.
-- Locks: the rows, until the end of the probe.  Writes: nothing that stays.
-- Raises: whatever the author's SQL raises.

create or replace function sluice_internal.preview_range(
  migration sluice_internal.migration, relation regclass, lower text[], upper text[], rows integer
)
returns table (key text, row_before jsonb, row_after jsonb)
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- Every name is quoted; the predicate is the author's own, run with the author's rights:
-- @plpgsql_check_options: security_warnings = off
declare
  suffix text := format('%s_%s', migration.migration_id, relation::oid);
  keys text[];
  versions text[];
  before jsonb[];
  after jsonb[];
  last_key text[];
begin
  begin
    perform set_config('lock_timeout', '100ms', true);
    select b.keys, b.versions, b.contents into keys, versions, before
    from sluice_internal.preview_before(migration, relation, lower, upper, rows) as b;
    last_key := keys[cardinality(keys)]::text[];

    execute format('select sluice_internal.%I($1, $2, 1, 0)', 'change_' || suffix) using lower, last_key;
    set constraints all immediate;
    after := sluice_internal.preview_after(migration, relation, versions);
    raise exception using errcode = 'SL090', message = 'rolled back on purpose';
  exception when sqlstate 'SL090' then
    null;
  end;
  return query select * from unnest(keys, before, after);
end
$$;

comment on function sluice_internal.preview_range(sluice_internal.migration, regclass, text[], text[], integer) is
  'The first pending rows of a range, and what one batch makes of them; rolled back.';
