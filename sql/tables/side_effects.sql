-- Before anything is written: the installation is refused where a subscriber would stop because of it, and tells what
-- else is affected. To install nevertheless, for example because the subscribers have these tables already:
--
--   PGOPTIONS='-c sluice.allow_publication=on' psql --file sql/install.sql

do $$
declare
  effect record;
begin
  for effect in select * from sluice.side_effects() order by is_harmful desc, kind, name loop
    if effect.is_harmful and coalesce(current_setting('sluice.allow_publication', true), '') <> 'on' then
      raise exception using
        errcode = 'object_not_in_prerequisite_state',
        message = pg_catalog.format('cannot install Sluice: %s', effect.message),
        detail = effect.detail,
        hint = pg_catalog.format('%s To install nevertheless: set sluice.allow_publication = on; before.', effect.hint);
    end if;
    raise warning using message = effect.message, detail = effect.detail, hint = effect.hint;
  end loop;
end
$$;
