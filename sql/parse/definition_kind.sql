-- sluice_internal.definition_kind(...): which kind of change the arguments of define() describe.
-- Called when:  defining.
-- Locks, writes: nothing.
-- Raises: SL001 when the arguments describe none, or more than one, or do not fit together.

create or replace function sluice_internal.definition_kind(
  name text, set text, delete boolean, statements text[], handler text, source text, match text
)
returns text
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
begin
  if name is null or name !~ '^[a-z][a-z0-9_]{0,62}$' then
    raise exception using
      errcode = 'SL001',
      message = format('invalid migration name %s', coalesce(quote_ident(name), 'null')),
      detail = 'A name is 1 to 63 characters: lower-case letters, digits and underscores, beginning with a letter.',
      hint = 'Choose a name such as builds_stage_id.';
  end if;
  if num_nonnulls(set, nullif(delete, false), statements, handler) <> 1 then
    raise exception using
      errcode = 'SL001',
      message = format('migration "%s" must say what to do in exactly one way', name),
      detail = format('Given were %s of set, delete, statements and handler.',
        num_nonnulls(set, nullif(delete, false), statements, handler)),
      hint = 'Give one of set => ''...'', delete => true, statements => array[''...''], handler => ''...''.';
  end if;
  if (source is null) <> (match is null) then
    raise exception using
      errcode = 'SL001',
      message = format('migration "%s" needs source and match together', name),
      detail = 'source is the FROM item that is joined to the target, match the condition that joins it.',
      hint = 'Example: source => ''public.stages s'', match => ''s.name = builds.stage''.';
  end if;
  if source is not null and set is null and not delete then
    raise exception using
      errcode = 'SL001',
      message = format('migration "%s" cannot use source with statements or a handler', name),
      hint = 'Join inside the statement: its rows are in the relation named batch.';
  end if;
  if statements is not null and (cardinality(statements) = 0 or array_position(statements, null) is not null) then
    raise exception using
      errcode = 'SL001',
      message = format('migration "%s" has no statement, or a null one', name),
      hint = 'Give at least one statement: statements => array[''insert into ... select ... from batch''].';
  end if;
  if handler = '' then
    raise exception using
      errcode = 'SL001',
      message = format('migration "%s" has a handler without a name', name),
      hint = 'Give the name under which the driver knows it, usually that of the migration.';
  end if;
  return case
    when set is not null then 'update'
    when delete then 'delete'
    when statements is not null then 'statements'
    else 'handler'
  end;
end
$$;

comment on function sluice_internal.definition_kind is
  'Whether a definition is an update, a delete, statements or a handler; raises SL001 when it is not exactly one.';
