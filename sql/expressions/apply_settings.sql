-- sluice_internal.apply_settings(settings): sets these settings for the rest of the transaction, where they are others
-- now; returns those that were in force, to be set again once the author's SQL was executed. An error in between sets
-- them back by itself.
-- Called when:  the author's SQL is executed outside of compiled functions, which have settings of their own
--   (settings_clause).
-- Locks: nothing.  Writes: settings of the transaction.
-- Raises: 22023 for a value that is not known here, such as a locale that this server does not have.

create or replace function sluice_internal.apply_settings(settings jsonb)
returns jsonb
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  setting record;
  before jsonb := jsonb_build_object();
begin
  for setting in
    select s.key as name, s.value, current_setting(s.key) as present
    from jsonb_each_text(settings) as s
    where current_setting(s.key) is distinct from s.value
  loop
    before := before || jsonb_build_object(setting.name, setting.present);
    perform set_config(setting.name, setting.value, true);
  end loop;
  return before;
end
$$;

comment on function sluice_internal.apply_settings(jsonb) is
  'Sets settings for the rest of the transaction where they differ, and returns what they were.';
