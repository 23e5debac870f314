-- sluice_internal.key_class(type): the operator class by which PostgreSQL orders a type unless told otherwise, and the
-- type that its operators compare: for varchar that is text, for a domain its base type. Found as ORDER BY finds it, by
-- identity: the search path has no part in it.
-- Called when:  defining and compiling.
-- Locks, writes: nothing.  Raises: nothing; nulls for a type without an order.

create or replace function sluice_internal.key_class(
  type oid, out class oid, out family oid, out input_type oid, out compared_type oid
)
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  known record;
begin
  loop
    select t.typtype, t.typbasetype, t.typsubscript into known from pg_type t where t.oid = type;
    exit when known.typtype is distinct from 'd';
    type := known.typbasetype;
  end loop;

  select o.oid, o.opcfamily, o.opcintype into class, family, input_type
  from pg_opclass o
  where o.opcmethod = (select am.oid from pg_am am where am.amname = 'btree') and o.opcdefault and o.opcintype = type;
  if not found then
    select o.oid, o.opcfamily, o.opcintype into class, family, input_type
    from pg_opclass o
    join pg_am am on am.oid = o.opcmethod and am.amname = 'btree'
    join pg_type i on i.oid = o.opcintype
    where o.opcdefault
      and (o.opcintype = 'anyarray'::regtype and known.typsubscript = 'array_subscript_handler'::regproc
        or o.opcintype = case known.typtype when 'e' then 'anyenum' when 'r' then 'anyrange' when 'm'
          then 'anymultirange'
          when 'c' then 'record' end::regtype
        or exists (
          select from pg_cast c
          where c.castsource = type and c.casttarget = o.opcintype and c.castmethod = 'b' and c.castcontext = 'i'))
    order by i.typispreferred desc
    limit 1;
  end if;
  -- a polymorphic operator compares two values of the same type
  compared_type := case
    when input_type in ('anyarray'::regtype, 'anyenum'::regtype, 'anyrange'::regtype, 'anymultirange'::regtype,
      'record'::regtype)
      then type
    else input_type
  end;
end
$$;

comment on function sluice_internal.key_class(oid) is
  'The default btree operator class of a type, and the type that its operators compare.';
