-- sluice_internal.find_versions(relation, mark, most, gives_up_at): where rows lie whose versions this transaction made
-- (mark xmin), or once ended in a part that was rolled back (mark xmax). Read backwards from the end of the table,
-- where most new rows go, until there are enough or the time is over.
-- xmax may be a mere lock, or somebody else's: look whether the row changes before believing it.
-- Called when:  previewing what statements write elsewhere, after pg_current_xact_id().
-- Locks, writes: nothing.  Raises: nothing of its own.

create or replace function sluice_internal.find_versions(relation regclass, mark text, most integer,
  gives_up_at timestamptz)
returns tid[]
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- the table is one that the session wrote to, the mark a literal: @plpgsql_check_options: security_warnings = off
declare
  pages_a_look constant bigint := 2000;
  page bigint := pg_relation_size(relation) / current_setting('block_size')::bigint;
  this_transaction constant bigint := pg_current_xact_id()::text::bigint;
  found_here tid[];
  versions tid[] := array[]::tid[];
begin
  while page > 0 and cardinality(versions) < most and clock_timestamp() < gives_up_at loop
    page := greatest(page - pages_a_look, 0);
    execute format(
      'select array_agg(v.ctid) from (select t.ctid from only %1$s as t '
      'where t.ctid >= $1 and t.ctid < $2 and age(t.%2$I) < 0 %3$s limit $3) as v',
      relation, mark,
      case when mark = 'xmin' then
        'and pg_xact_status((($4 | 4294967295) - 4294967295 + t.xmin::text::bigint '
        '+ case when t.xmin::text::bigint < $4 & 4294967295 then 4294967296 else 0 end)::text::xid8) = ''in progress'''
      end)
    into found_here
    using format('(%s,0)', page)::tid, format('(%s,0)', page + pages_a_look)::tid, most - cardinality(versions),
      this_transaction;
    versions := versions || found_here;
  end loop;
  return versions;
end
$$;

comment on function sluice_internal.find_versions(regclass, text, integer, timestamptz) is
  'Where rows lie that this transaction wrote, or tried to; read from the end of the table, bounded in number and '
  'time.';
