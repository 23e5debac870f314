-- sluice_internal.check_pieces(migration): whether each piece of the definition's SQL is one piece that stands by
-- itself. It is compiled between parentheses; one that closes what it did not open would get out of them: "a = b) or (c
-- = d" leaves range and predicate out for a part of it. And parameters are those of a batch: its bounds and stripes.
-- Reads literals as standard_conforming_strings on does, as all of Sluice that reads SQL, and refuses one that ends
-- elsewhere when it is off.
-- Called when:  defining, before anything else is done with the SQL.
-- Locks, writes: nothing.  Raises: 42601; 42P02 for a parameter, such as $1; with the argument named in the message.

create or replace function sluice_internal.check_pieces(migration sluice_internal.migration)
returns void
language plpgsql stable
set search_path to pg_catalog, pg_temp
set standard_conforming_strings to on
as $$
declare
  refused record;
begin
  select p.part, left(p.sql, 200) as sql, t.kind, t.token
  into refused
  from (
    select 1, 'pending', migration.pending
    union all
    select 2, 'match', migration.match
    union all
    select 3, 'source', migration.source
    union all
    select 3 + s.position, case migration.kind when 'update' then 'set'
      else format('statements: statement %s', s.position) end,
      s.statement
    from unnest(migration.changes) with ordinality as s (statement, position)) as p (priority, part, sql)
  cross join lateral sluice_internal.sql_tokens(p.sql) as t
  where t.depth < 0 or t.kind = 'parameter'
    or migration.settings ->> 'standard_conforming_strings' = 'off' and t.kind = 'string' and t.token ~ '^[nN]?'''
      and t.token !~ '^[nN]?''(?:[^''\\]|\\.|'''')*''$'
  order by p.priority, t.position
  limit 1;

  if refused.kind = 'string' then
    raise exception using
      errcode = '42601',
      message = format('migration "%s", %s: a backslash stands before a quote in a literal', migration.name,
        refused.part),
      detail = format('The literal is %s, and standard_conforming_strings is off in this session.',
        left(refused.token, 200)),
      hint = 'Write the quote twice instead, or the literal as E''...''.';
  elsif refused.kind = 'parameter' then
    raise exception using
      errcode = '42P02',
      message = format('migration "%s", %s: there is no parameter %s', migration.name, refused.part, refused.token),
      detail = format('It reads: %s', refused.sql),
      hint = 'Write the value itself; format() with %L quotes it as a literal.';
  elsif found then
    raise exception using
      errcode = '42601',
      message = format('migration "%s", %s: "%s" closes what was not opened', migration.name, refused.part,
        refused.token),
      detail = format('It reads: %s', refused.sql),
      hint = 'Parentheses and brackets must be closed in the argument that opens them. Sluice puts its own around the '
        'whole of it.';
  end if;
end
$$;

comment on function sluice_internal.check_pieces(sluice_internal.migration) is
  'Refuses a definition in whose SQL a parenthesis or bracket is closed that was not opened, or a parameter stands.';
