-- sluice_internal.preview_carefully(migration, relation, lower, upper, rows): the first pending rows of a range before
-- and after a batch, as preview() shows them. When the batch raises a data error, its halves are tried, and so on down
-- to the key: so all other rows are shown, and one that cannot be migrated has the action fail, with its error.
-- Called when:  previewing, in the owner's session.
-- Locks: the rows, until the end of the probe.  Writes: nothing that stays.
-- Raises: what is no row's fault: transient errors, and what the author's SQL raises over an empty range, too.

create or replace function sluice_internal.preview_carefully(
  migration sluice_internal.migration, relation regclass, lower text[], upper text[], rows integer
)
returns table (
  key text, written regclass, row_before jsonb, row_after jsonb, action text, failure sluice_internal.failed_row
)
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  seen record;
  first_half record;
begin
  if migration.kind = 'statements' then
    return query
    select w.*, null::sluice_internal.failed_row
    from sluice_internal.preview_written(migration, relation, lower, upper, rows) as w;
  else
    return query
    select p.key, relation, p.row_before, p.row_after,
      case when p.row_after is null then 'delete' when p.row_after = p.row_before then 'none' else 'update' end,
      null::sluice_internal.failed_row
    from sluice_internal.preview_range(migration, relation, lower, upper, rows) as p;
  end if;
exception when assert_failure or others then
  get stacked diagnostics
    failure.sqlstate = returned_sqlstate,
    failure.message = message_text,
    failure.detail = pg_exception_detail,
    failure.hint = pg_exception_hint;
  if sluice_internal.failure_kind(failure.sqlstate) in ('transient', 'server')
    or sluice_internal.failure_kind(failure.sqlstate) = 'definition' and (
    upper is null or sluice_internal.raises_without_rows(format('%s_%s', migration.migration_id, relation::oid), upper,
      false))
  then
    raise;
  end if;
  select b.keys, b.contents, b.keys[cardinality(b.keys)] as last_key into seen
  from sluice_internal.preview_before(migration, relation, lower, upper, rows) as b;
  if seen.keys is null then
    raise;
  end if;

  -- up to the key that ends nearest to the middle
  select u.key, max(u.position)::integer as rows into first_half
  from unnest(seen.keys) with ordinality as u (key, position)
  where u.key <> seen.last_key
  group by u.key
  order by abs(max(u.position) - cardinality(seen.keys) / 2)
  limit 1;
  if found then
    return query
    select p.* from sluice_internal.preview_carefully(migration, relation, lower, first_half.key::text[],
      first_half.rows) as p
    union all
    select p.*
    from sluice_internal.preview_carefully(migration, relation, first_half.key::text[], seen.last_key::text[],
      rows - first_half.rows) as p;
  else
    return query
    select u.key, relation, u.content, null::jsonb, 'fail', failure
    from unnest(seen.keys, seen.contents) as u (key, content);
  end if;
end
$$;

comment on function sluice_internal.preview_carefully(sluice_internal.migration, regclass, text[], text[], integer) is
  'The first pending rows of a range before and after a batch, and the errors of those that cannot be migrated; '
  'rolled back.';
