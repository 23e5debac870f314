-- sluice_internal.read_lane(lane_id): what run() must know of a claimed lane.
-- At full speed a sweep takes the rest of its lane at once, when that takes no longer than two seconds by what it cost
-- so far. It locks nothing; and PostgreSQL may then read the table as it lies, which is twice as fast where the key is
-- in that order, and seven times where it is random. Only in the first pass: where rows are found, what the batch swept
-- is walked once more, and that is to become less.
-- Called when:  run begins, after claim in the same transaction.
-- Locks, writes: nothing.
-- Raises: SL007 when the session's user does not own the migration; SL008 when there is no such lane;
--   SL017 when the lane's bounds are outdated; 42P01 when its relation was detached from the target, or dropped.

create or replace function sluice_internal.read_lane(lane_id bigint, caller sluice_internal.caller default current_user)
returns sluice_internal.lane_work
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  least_stretch constant integer := 5000;
  longest_rest constant double precision := 2;
  found_lane record;
  work sluice_internal.lane_work;
begin
  select row(l.lane_id, l.version, l.migration_id, m.name,
    case when o.is_own then session_user else sluice_internal.owner_name(m.owner_id, m.owner) end, m.kind, l.relation,
    l.act,
    l.by_blocks, format('%s_%s%s', l.migration_id, l.relation::oid, case when l.by_blocks then '_blocks' end), l.detour,
    coalesce(l.stripe_cursor, l.cursor), l.upper, l.stretch_upper, l.stripes, l.stripe,
    case
      when l.stripes > 1 and l.stretch_upper is null
        then least(sluice_internal.stretch_rows(l.relation), greatest(l.batch_size, least_stretch))
      when l.stripe > 0 and l.stripe_cursor is null then l.stretch_rows
    end,
    case
      when l.act = 'sweep' and l.pass = 1 and l.pause = 0 and l.failures = 0 and m.max_batch is null
        and l.rows_visited > 0
        and l.rows_visited < l.rows_estimated
        and (l.rows_estimated - l.rows_visited) * l.seconds_per_row <= longest_rest
        then l.rows_estimated - l.rows_visited
    end,
    case
      when l.stripe > 0 and l.attempts = 0 and l.stretch_rows <= 2 * l.batch_size
        then greatest(l.batch_size, l.stretch_rows)
      else l.batch_size
    end,
    l.careful,
    l.cuts,
    s.workers > 1 and sluice_internal.wants_split(l.lane_id),
    null::text[],
    -- between two stretches only, where the cursor says all that was visited
    l.detour is null and l.stretch_upper is null and l.rows_visited >= l.measure_at
      and l.pass = case l.act when 'sweep' then 1 else 0 end,
    m.handler,
    case when l.by_blocks then '{ctid}' else m.key_columns end,
    m.assigned_columns,
    'pending' = any (m.function_parts) or l.act = 'change' and 'change' = any (m.function_parts),
    null::text)::sluice_internal.lane_work as work,
    l.key_order,
    l.relation = m.target or sluice_internal.is_leaf_of(l.relation, m.target) as is_part,
    o.is_own
  into found_lane
  from sluice_internal.lane l
  join sluice_internal.migration m on m.migration_id = l.migration_id
  left join sluice.schedule s on s.migration = m.name
  cross join lateral (select sluice_internal.is_owner(m, session_user) as is_own offset 0) as o
  where l.lane_id = read_lane.lane_id;

  if not found then
    raise exception using
      errcode = 'SL008',
      message = format('lane %s does not exist any more', lane_id),
      hint = 'Claim again.';
  end if;
  work := found_lane.work;
  if caller is distinct from session_user or not found_lane.is_own then
    raise exception using
      errcode = 'SL007',
      message = format('lane %s belongs to a migration of "%s"', lane_id, work.owner),
      detail = format('This session is logged in as "%s". A superuser is refused too: a body runs with its owner''s '
        'rights.',
        session_user),
      hint = format('Log in as "%s".', work.owner);
  elsif not found_lane.is_part then
    raise exception using
      errcode = 'undefined_table',
      message = format('%s is no part of the target any more',
        sluice_internal.relation_name(work.migration_id, work.relation)),
      hint = 'It was detached or dropped; its lane ends.';
  end if;

  if work.act in ('change', 'sweep') then
    work.key_order := sluice_internal.key_order(work.relation, work.key_columns, work.assigned_columns);
    if found_lane.key_order <> work.key_order then
      raise exception using
        errcode = 'SL017',
        message = format('the bounds of lane %s of %s are outdated', lane_id, work.relation),
        detail = format('They were noted for %s, which is %s now: a table that was rewritten, other columns, or a key '
          'in another order.',
          found_lane.key_order, work.key_order),
        hint = 'With a predicate, it begins again; without one it cannot be known which rows are done.';
    end if;
  end if;

  if work.act = 'sweep' then
    select array_agg(q.key::text) into work.quarantined
    from sluice_internal.quarantine q
    where q.migration_id = work.migration_id and q.relation = work.relation;
  end if;
  return work;
end
$$;

comment on function sluice_internal.read_lane(bigint, sluice_internal.caller) is
  'Range, size and act of a claimed lane; only for the migration''s owner.';
