-- Triggers replace_seeded_row: CREATE EXTENSION in a restore writes the rows that installing writes; the dump then
-- brings its own, which take their place. The trigger's argument names the key column.
-- Locks, writes: the row of the same key.  Raises: nothing.

create or replace function sluice_internal.replace_seeded_row()
returns trigger
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  execute format('delete from %I.%I as seeded where seeded.%I = ($1).%I', tg_table_schema, tg_table_name, tg_argv[0],
    tg_argv[0])
  using new;
  return new;
end
$$;

comment on function sluice_internal.replace_seeded_row() is
  'Lets a restored dump bring its own row in place of the one that installing wrote.';

create or replace trigger replace_seeded_row before insert on sluice.policy
  for each row when (sluice_internal.is_restoring()) execute function sluice_internal.replace_seeded_row('only_row');
create or replace trigger replace_seeded_row before insert on sluice_internal.installation
  for each row when (sluice_internal.is_restoring()) execute function sluice_internal.replace_seeded_row('only_row');
create or replace trigger replace_seeded_row before insert on sluice.guard
  for each row when (sluice_internal.is_restoring()) execute function sluice_internal.replace_seeded_row('name');
