-- sluice.key_class(type): the operator class by which PostgreSQL orders a type unless told otherwise, and the type that its
-- operators compare: for varchar that is text, for a domain its base type. Found as ORDER BY finds it, by identity: the search
-- path has no part in it.
-- Called when:  defining and compiling.
-- Locks, writes: nothing.  Raises: nothing; no row for a type without an order.

create or replace function sluice.key_class(type oid)
returns table (class oid, family oid, input_type oid, compared_type oid)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  with recursive base as (
    select t.oid, t.typtype, t.typbasetype, t.typsubscript from pg_type t where t.oid = type
    union all
    select t.oid, t.typtype, t.typbasetype, t.typsubscript
    from base b
    join pg_type t on t.oid = b.typbasetype
    where b.typtype = 'd'
  )
  select o.oid, o.opcfamily, o.opcintype, case when i.typtype = 'p' then b.oid else o.opcintype end
  from base b
  join pg_opclass o on o.opcdefault
  join pg_am am on am.oid = o.opcmethod and am.amname = 'btree'
  join pg_type i on i.oid = o.opcintype
  where b.typtype <> 'd'
    and (o.opcintype = b.oid
      or o.opcintype = 'anyarray'::regtype and b.typsubscript = 'array_subscript_handler'::regproc
      or o.opcintype = case b.typtype when 'e' then 'anyenum' when 'r' then 'anyrange' when 'm' then 'anymultirange'
        when 'c' then 'record' end::regtype
      or exists (
        select from pg_cast c
        where c.castsource = b.oid and c.casttarget = o.opcintype and c.castmethod = 'b' and c.castcontext = 'i'))
  order by o.opcintype = b.oid desc, i.typispreferred desc
  limit 1
$$;

comment on function sluice.key_class(oid) is
  'The default btree operator class of a type, and the type that its operators compare.';
