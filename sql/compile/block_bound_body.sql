-- sluice_internal.block_bound_body(relation, alias): the body of a bound_ function for a walk in physical order.
-- As many blocks as hold a little less than $3 rows by statistics, which see less of them in a block as the table
-- grows. Where they hold more nevertheless, as many fewer; only within a block are rows put in order, to count to $3.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.block_bound_body(relation regclass, alias text)
returns text
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
#variable_conflict use_variable
declare
  first_block bigint := coalesce(split_part(trim('(' from ($1)[1]), ',', 1)::bigint, -1);
  last_block bigint := split_part(trim('(' from ($2)[1]), ',', 1)::bigint;
  blocks bigint;
  guess text;
begin
  select least(floor(0.9 * $3 / greatest(c.reltuples / greatest(c.relpages, 1), 1))::bigint,
    last_block - first_block) into blocks
  from pg_class c where c.oid = %1$L::regclass;
  blocks := greatest(blocks, 1);

  loop
    guess := pg_catalog.format('(%%s,65535)', first_block + blocks);
    if guess::tid > ($2)[1]::tid then
      guess := ($2)[1];
    end if;
    select count(*) into rows_visited
    from only %1$s as %2$s
    where ($1 is null or %2$s.ctid > ($1)[1]::tid) and %2$s.ctid <= guess::tid;
    exit when rows_visited <= $3 or blocks = 1;
    blocks := greatest(floor(0.97 * $3 / rows_visited * blocks)::bigint, 1);
  end loop;

  bound := array[guess];
  if rows_visited > $3 then
    rows_visited := $3;
    select array[%2$s.ctid::text] into bound
    from only %1$s as %2$s
    where ($1 is null or %2$s.ctid > ($1)[1]::tid) and %2$s.ctid <= guess::tid
    order by %2$s.ctid
    offset $3 - 1 limit 1;
    -- rows that were counted may be gone
    bound := coalesce(bound, array[guess]);
  end if;
end$body$, relation, alias)
$$;

comment on function sluice_internal.block_bound_body(regclass, text) is
  'The body of the function that finds a batch''s end in physical order, by TID.';
