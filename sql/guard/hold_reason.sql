-- sluice_internal.hold_reason(migration_id): why a runnable migration may not take its next batch now, or null.
-- The one place that decides; claim asks it, and the views show it as waiting_for.
-- Called when:  claiming; by views.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.hold_reason(migration_id bigint)
returns text
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  held record;
  unfinished text;
  missing text;
begin
  select m.name, m.state, m.hurried_until, m.after, m.target, s.starts_at, s.during, s.immediately,
    o.retry_at, o.sqlstate as server_error
  into held
  from sluice_internal.migration m
  left join sluice.schedule s on s.migration = m.name
  left join sluice_internal.outage o on o.migration_id = m.migration_id
  where m.migration_id = hold_reason.migration_id;

  if not sluice.is_adopted() then
    return format('the adoption of this database, which is a copy: as "%s", who owns schema sluice: select '
      'sluice.adopt();',
      sluice_internal.schema_owner());
  end if;

  if held.after <> '{}' then
    select string_agg(a.name || case
        when m.state in ('running', 'verifying', 'scheduled') then ''
        when m.state = 'defined' then ' (not scheduled)'
        else format(' (%s)', coalesce(m.state, 'forgotten'))
      end, ', ' order by a.position) into unfinished
    from unnest(held.after) with ordinality as a (name, position)
    left join sluice_internal.migration m on m.name = a.name
    where m.state is distinct from 'finished';
    if unfinished is not null then
      return format('after %s, which must be finished first', unfinished);
    end if;
  end if;

  if held.retry_at > clock_timestamp() then
    return format('its next attempt at %s, after an error of the whole server (SQLSTATE %s)', held.retry_at,
      held.server_error);
  elsif held.hurried_until > clock_timestamp() then
    return null;
  elsif held.starts_at > clock_timestamp() then
    return format('its start at %s', held.starts_at);
  elsif held.immediately then
    return null;
  elsif not sluice_internal.is_window_open(held.during) then
    select string_agg(format('"%s"', d.name), ' or ') into missing
    from unnest(held.during) as d (name)
    where not exists (select from sluice.window w where w.name = d.name);
    if missing is not null then
      return format('window %s, which does not exist', missing);
    end if;
    return format('window %s to open', array_to_string(held.during, ' or '));
  else
    return sluice_internal.guard_hold(held.target);
  end if;
end
$$;

comment on function sluice_internal.hold_reason(bigint) is
  'Why a migration may not take its next batch now, for people; null when it may.';
