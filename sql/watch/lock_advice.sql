-- sluice_internal.lock_advice(target, harmless): what to do about those who hold locks on a table: sessions end by
-- themselves or are ended, a prepared transaction ends by the word of who prepared it.
-- Called when:  sluice.stuck is read.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.lock_advice(target regclass, harmless text[] default '{}')
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select concat_ws(' ',
    case
      when count(h.pid) > 0 then
        format('select * from pg_stat_activity where pid in (%s); It goes on when those transactions end; to end %s: '
          '%s',
          string_agg(h.pid::text, ', ' order by h.pid), case when count(h.pid) = 1 then 'it' else 'them' end,
          string_agg(format('select pg_terminate_backend(%s);', h.pid), ' '
            order by h.pid) filter (where h.pid is not null))
      when count(*) = 0 then 'It goes on when the transactions that hold locks end; select * from pg_locks where not '
        'granted; says who waits.'
    end,
    case when count(h.gid) > 0 then 'A prepared transaction stays until somebody ends it, in this database: '
      || string_agg(format('rollback prepared %L; or commit prepared %1$L;', h.gid),
        ' ' order by h.gid) filter (where h.gid is not null)
    end)
  from sluice_internal.lock_holders(target, harmless) as h
$$;

comment on function sluice_internal.lock_advice(regclass, text[]) is
  'Returns what to do about the holders of locks on a table.';
