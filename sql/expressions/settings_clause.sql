-- sluice_internal.settings_clause(search_path, settings): the SET clauses of a function that has SQL of the author's.
-- The abbreviations of time zones are left out as long as they are the default: to set them reads a file, each time.
-- run() looks at them.
-- Called when:  compiling, and making the capture trigger.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.settings_clause(search_path text[], settings jsonb)
returns text
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select format('set search_path to %s set jit to off%s',
    (select string_agg(quote_ident(p.name), ', ' order by p.position)
      from unnest(settings_clause.search_path) with ordinality as p (name, position)),
    (select string_agg(format(' set %I to %L', s.key, s.value), '' order by s.key)
      from jsonb_each_text(settings) as s
      where s.key in (select m.name from sluice.meaning_settings() as m)
        and (s.key <> 'timezone_abbreviations' or s.value <> 'Default')))
$$;

comment on function sluice_internal.settings_clause(text[], jsonb) is
  'The SET clauses under which SQL of the author''s means what it meant in the session that defined it.';
