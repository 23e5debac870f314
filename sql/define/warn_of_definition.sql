-- sluice.warn_of_definition(migration): notices about what is legal but costly or doubtful.
-- Called when:  defining.
-- Locks, writes: nothing.  Raises: nothing; notices with hints.

create or replace function sluice.warn_of_definition(migration sluice.migration)
returns void
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  changed text[] := sluice.changed_columns(migration);
  index_name text;
begin
  select i.indexrelid::regclass::text
  into index_name
  from pg_index i
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
  where i.indrelid = migration.target and a.attname = any (changed)
  order by 1
  limit 1;
  if found then
    raise notice using
      message = format('migration "%s" changes a column of index %s', migration.name, index_name),
      detail = 'Such updates cannot be HOT: each writes to every index, and the table grows until vacuum runs.',
      hint = 'If the index is new, create it in on_finish instead.';
  end if;

  if changed && migration.key_columns then
    raise notice using
      message = format('migration "%s" changes the key it walks by', migration.name),
      detail = 'A row whose key grows is met again further on.',
      hint = 'Make sure that pending is false for a row that is done, or walk by a key that stays.';
  end if;

  if exists (
    select
    from sluice.tree_relations(migration.target) as t
    join pg_partitioned_table p on p.partrelid = t.relation
    join pg_attribute a on a.attrelid = p.partrelid and a.attnum = any (p.partattrs::smallint[])
    where a.attname = any (changed)
  ) then
    raise notice using
      message = format('migration "%s" changes a column of the partition key', migration.name),
      detail = 'Partitions are updated one by one, so a row that would move to another one is refused and quarantined.',
      hint = format('To move rows: statements => array[''update %s set ... from batch where ...''].', migration.target);
  end if;

  if migration.kind = 'statements' and not exists (
    select
    from unnest(migration.changes) as s (statement)
    cross join lateral sluice.sql_tokens(s.statement) as t
    where t.kind = 'word' and lower(t.token) = 'batch' or t.token = '"batch"'
  ) then
    raise notice using
      message = format('migration "%s": no statement refers to batch', migration.name),
      detail = 'Each is executed in every batch, over all rows that it names itself: perhaps over the whole table each time.',
      hint = format('Join the pending rows of the batch: statements => array[''update %s set ... from batch where ...''].',
        migration.target);
  end if;

  if migration.kind = 'update' and btrim(lower(migration.pending)) = 'true' then
    raise notice using
      message = format('migration "%s" has no pending predicate', migration.name),
      detail = 'Completion is then proved by the ledger of ranges alone, and a retried row is changed again.',
      hint = 'Give pending => ''...'', true for rows that need work and false once they are done.';
  elsif migration.kind = 'update' and migration.source is not null then
    raise notice using
      message = format('migration "%s": rows without a match in the source stay pending', migration.name),
      hint = 'If there can be such rows, let pending exclude them: and exists (select from ... where ...).';
  end if;
end
$$;

comment on function sluice.warn_of_definition(sluice.migration) is
  'Raises notices about what is legal but costly or doubtful, such as indexed columns, changed keys and missing predicates.';
