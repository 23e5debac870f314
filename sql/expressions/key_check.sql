-- sluice_internal.key_check(relation, keys, text): the statement of a compiled function that makes sure that a key,
-- which is in the record sluice_key, is what the text[] in that variable says. A bound that means another value, or
-- none, would end a walk early, or never.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing; the statement raises SL004.

create or replace function sluice_internal.key_check(relation regclass, keys sluice_internal.key_column[], key text)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
  if (%1$s) is not true then
    raise exception using
      errcode = 'SL004',
      message = pg_catalog.format('key %%s of table %%s does not mean its row', %2$s, %3$L),
      detail = 'A key is kept as text between batches, and read from it again; this one becomes another value, or is '
        'null.',
      hint = 'Walk by another key with key => array[...], or by blocks with walk => ''blocks''.';
  end if;$body$,
    sluice_internal.compare_keys(keys, '=', sluice_internal.key_list(keys, 'number', 'sluice_key.key_%s'),
      sluice_internal.key_list(keys, 'reading', format('(%s)[%%s]', key))),
    key, relation)
$$;

comment on function sluice_internal.key_check(regclass, sluice_internal.key_column[], text) is
  'The statement that makes sure that the text of a key means the key.';
