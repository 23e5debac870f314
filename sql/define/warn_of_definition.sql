-- sluice_internal.warn_of_definition(migration): notices about what is legal but costly or doubtful.
-- Called when:  defining.
-- Locks, writes: nothing.  Raises: nothing; notices with hints.

create or replace function sluice_internal.warn_of_definition(migration sluice_internal.migration)
returns void
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  changed text[] := sluice_internal.changed_columns(migration);
  index_name text;
  noted record;
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
    from sluice_internal.tree_relations(migration.target) as t
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
    cross join lateral sluice_internal.sql_tokens(s.statement) as t
    where t.kind = 'word' and lower(t.token) = 'batch' or t.token = '"batch"'
  ) then
    raise notice using
      message = format('migration "%s": no statement refers to batch', migration.name),
      detail = 'Each is executed in every batch, over all rows that it names itself: perhaps over the whole table '
        'each time.',
      hint = format('Join the pending rows of the batch: statements => array[''update %s set ... from batch where '
        '...''].',
        migration.target);
  end if;

  if migration.kind = 'statements' and exists (
    select
    from unnest(migration.changes) as s (statement)
    cross join lateral (
      select string_agg(lower(t.token), ' ' order by t.position) as words
      from sluice_internal.sql_tokens(s.statement) as t
      where t.kind not in ('space', 'string')) as w
    where w.words ~ '[[:<:]]not matched by source[[:>:]]'
  ) then
    raise notice using
      message = format('migration "%s": what is not matched by source is every row that is not in the batch',
        migration.name),
      detail = 'The source of a MERGE is one batch at a time, and the last batches may be empty: WHEN NOT MATCHED BY '
        'SOURCE then takes all rows of the table.',
      hint = 'Write it without that clause, with a condition of its own in pending.';
  end if;

  select c.column_name, c.index into noted from sluice_internal.self_reading_columns(migration) as c limit 1;
  if found then
    raise notice using
      message = format('migration "%s" assigns to column %I, unique by index %s, what it computes from that column',
        migration.name, noted.column_name, noted.index),
      detail = 'Rows that exchange or shift values meet those that others have still. A batch is part of the table, so '
        'deferring the constraint does not help; such rows are quarantined.',
      hint = 'Write to a new column, and let on_finish put it in the place of the old one.';
  end if;

  select m.* into noted from sluice_internal.trigger_makers(migration.target, session_user) as m limit 1;
  if found then
    raise notice using
      message = format('migration "%s": others may create triggers on %s', migration.name, noted.relation),
      detail = format('That is %s. Its batches fire them, with the rights of "%s".', noted.who, session_user),
      hint = format('Where they are not to have these rights: revoke trigger on %s from ...;', noted.relation);
  end if;

  if not migration.capture then
    for noted in select o.* from sluice_internal.open_schemas(migration.search_path, session_user) as o loop
      raise warning using
        message = format('migration "%s": others may create objects in schema "%s" of its search path', migration.name,
          noted.schema),
        detail = format('That is %s. What fits the SQL of the definition better than what it means is called by its '
          'batches, '
          'with the rights of "%s".', noted.who, session_user),
        hint = format('Let only the author create there: revoke create on schema %I from ...; or, as where another '
          'role owns it, '
          'leave the schema out of search_path, and write names with their schemas.', noted.schema);
    end loop;
  else
    select string_agg(distinct t.relation::text, ', ') as names into noted
    from sluice_internal.tree_relations(migration.target) as t
    join pg_class c on c.oid = t.relation
    where not pg_has_role(c.relowner, 'usage');
    if noted.names is not null then
      raise notice using
        message = format('migration "%s": the capture trigger does not fire for rows that replication applies',
          migration.name),
        detail = format('Only who may act as the owner of %s can let it fire always.', noted.names),
        hint = 'Where a subscription writes to the table, let its owner define the migration.';
    end if;

    select string_agg(distinct format('%s of %s', g.tgname, t.relation), ', ') as names into noted
    from sluice_internal.tree_relations(migration.target) as t
    join pg_trigger g on g.tgrelid = t.relation
    -- before, for each row, at an insert or update; PostgreSQL goes by the bytes of the names
    where not g.tgisinternal and g.tgenabled in ('O', 'A') and g.tgparentid = 0
      and g.tgtype & 3 = 3 and g.tgtype & 20 > 0
      and g.tgname > 'zz_sluice_capture_' and not starts_with(g.tgname::text, 'zz_sluice_capture_');
    if noted.names is not null then
      raise notice using
        message = format('migration "%s": the capture trigger fires before %s', migration.name, noted.names),
        detail = 'Triggers fire in the order of their names: what that one writes is not converted.',
        hint = 'Rename it, where it may write what pending looks for.';
    end if;
  end if;

  select string_agg(distinct format('%s of %s', t.name, t.relation), ', ') as names into noted
  from sluice_internal.target_triggers(migration) as t
  where t.fires = 'never';
  if noted.names is not null then
    raise warning using
      message = format('migration "%s" does not fire %s', migration.name, noted.names),
      detail = 'Each partition or inheritor is changed by its own name, and PostgreSQL fires the statement triggers, '
        'and '
        'follows the rules, of the table that is named.',
      hint = format('To change rows by the name of the table: statements => array[''%s''].', case migration.kind
        when 'delete' then format('delete from %s using batch where ...', migration.target)
        else format('update %s set ... from batch where ...', migration.target) end);
  end if;

  if migration.kind <> 'delete' and btrim(lower(migration.pending)) = 'true' and not exists (
    select from pg_index i
    where i.indrelid = migration.target and i.indisprimary
      and migration.key_columns = array(
        select a.attname::text
        from unnest(i.indkey::smallint[]) with ordinality as k (number, position)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
        order by k.position))
  then
    select string_agg(distinct format('%s of %s', t.name, t.relation), ', ') as names into noted
    from sluice_internal.target_triggers(migration) as t
    join pg_trigger g on g.tgrelid = t.relation and g.tgname = t.name
    -- before, for each row, at an update
    where t.fires = 'row' and g.tgtype & 19 = 19;
    if noted.names is not null then
      raise notice using
        message = format('migration "%s" has no pending predicate, and %s may change the key it walks by',
          migration.name, noted.names),
        detail = 'A row whose key grows, as that of an update''s time does, is met again further on, and changed '
          'again each time.',
        hint = 'Give pending => ''...'', true for rows that need work and false once they are done, or walk by a key '
          'that stays.';
    end if;
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

comment on function sluice_internal.warn_of_definition(sluice_internal.migration) is
  'Raises notices about what is legal but costly or doubtful, such as indexed columns, changed keys and missing '
  'predicates.';
