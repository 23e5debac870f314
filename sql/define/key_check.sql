-- sluice.key_check(relation, columns, key): the statement of a compiled function that makes sure that a key, which is in the
-- record sluice_key, is what the text[] in that variable says. A bound that means another value, or none, would end
-- a walk early, or never.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing; the statement raises SL004.

create or replace function sluice.key_check(relation regclass, columns text[], key text)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
  if (%1$s) is not true then
    raise exception using
      errcode = 'SL004',
      message = format('key %%s of table %%s does not mean its row', %2$s, %3$L),
      detail = 'A key is kept as text between batches, and read from it again; this one becomes another value, or is null.',
      hint = 'Walk by another key with key => array[...], or by blocks with walk => ''blocks''.';
  end if;$body$,
    sluice.compare_keys(relation, columns, '=', array_agg('sluice_key.key_' || k.position order by k.position),
      array_agg(format(k.reading, format('(%s)[%s]', key, k.position)) order by k.position)),
    key, relation)
  from sluice.key_columns(relation, 'k', columns) as k
$$;

comment on function sluice.key_check(regclass, text[], text) is
  'The statement that makes sure that the text of a key means the key.';
