-- sluice_internal.reads_histogram(relation, name): whether the histogram of a column, which is text of the column's
-- type, can be read as values of the type that its operators compare. A regclass is compared as oid, and its text is a
-- name. Domains, varchar and cidr are written as the types that they are compared as.
-- Called when:  compiling.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.reads_histogram(relation regclass, name text)
returns boolean
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select exists (
    select
    from pg_attribute a
    join pg_type own on own.oid = a.atttypid
    join pg_type compared on compared.oid = (sluice_internal.key_class(a.atttypid)).compared_type
    where a.attrelid = relation and a.attname = reads_histogram.name
      and (own.typoutput = compared.typoutput or compared.oid in ('text'::regtype, 'inet'::regtype)))
$$;

comment on function sluice_internal.reads_histogram(regclass, text) is
  'Whether the histogram of a column can be read as the type that its operators compare.';
