-- sluice.window_rate(names): the highest rate that the windows open now allow, or null when none limits it.
-- Called when:  pacing.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.window_rate(names text[])
returns numeric
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  if coalesce(cardinality(names), 0) = 0 then
    return null;
  end if;
  return (
    select case when bool_or(w.rate is null) then null else max(w.rate) end
    from sluice.window w
    where w.name = any (names) and sluice.is_window_open(array[w.name]));
end
$$;

comment on function sluice.window_rate(text[]) is 'Rows a second that the open windows allow; null: no limit.';
