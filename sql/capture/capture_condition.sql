-- sluice_internal.capture_condition(migration): pending as a condition over the row "new"; null where it has a
-- subquery. is_safe: it may stand in the WHEN clause of a trigger, so that a row which is not pending costs next to
-- nothing: it cannot fail and is not forbidden in the application's session, for all its functions are PostgreSQL's own
-- and marked as leakproof; and it means the same under each session's settings, for they are immutable. It is read
-- under the definition's settings, and written under these but for formats, which are such that nothing is lost
-- (writing_settings). install_capture() has the same. PostgreSQL deparses it from a view over two relations, where each
-- column is qualified; the qualifier becomes "new".
-- Called when:  defining, and installing the trigger, in the author's session.
-- Locks: the target, ACCESS SHARE.  Writes: nothing that stays.  Raises: 55P03.

create or replace function sluice_internal.capture_condition(migration sluice_internal.migration, out condition text,
  out is_safe boolean)
returns record
language plpgsql
set search_path to pg_catalog, pg_temp
set datestyle to 'ISO, YMD' set intervalstyle to 'postgres' set extra_float_digits to 1 set bytea_output to 'hex'
as $$
-- the author's own predicate, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  safe_nodes constant text[] := array[
    'VAR', 'CONST', 'OPEXPR', 'DISTINCTEXPR', 'NULLIFEXPR', 'SCALARARRAYOPEXPR', 'FUNCEXPR', 'BOOLEXPR', 'NULLTEST',
    'BOOLEANTEST', 'RELABELTYPE', 'ARRAY', 'ARRAYEXPR', 'COALESCE', 'COALESCEEXPR', 'CASE', 'CASEEXPR', 'WHEN',
    'CASEWHEN',
    'CASETESTEXPR'];
  alias text;
  tree text;
  quals text;
begin
  is_safe := false;
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  begin
    perform set_config('search_path', (select string_agg(quote_ident(p), ', ') from unnest(migration.search_path) as p),
      true),
      sluice_internal.apply_settings(migration.settings);
    execute format('create temporary view sluice_condition as '
      || E'select 1 as one from %s as %s, pg_catalog.generate_series(1, 1) as sluice_other where (%s\n)',
      migration.target, alias, migration.pending);
    perform set_config('search_path', 'pg_catalog, pg_temp', true),
      sluice_internal.apply_settings(sluice_internal.writing_settings());
    select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;

    select r.ev_action::text into tree from pg_rewrite r where r.ev_class = to_regclass('pg_temp.sluice_condition');
    quals := substring(tree from '^.*:quals (.*) :targetList');
    if tree !~ '[{]SUBLINK' then
      is_safe :=
        not exists (select from regexp_matches(quals, '[{]([A-Z_]+)', 'g') as m (nodes)
          where m.nodes[1] <> all (safe_nodes))
        and not exists (
          select
          from regexp_matches(quals, ':(?:funcid|opfuncid) ([0-9]+)', 'g') as m (oids)
          join pg_proc p on p.oid = m.oids[1]::oid
          where not p.proleakproof or p.provolatile <> 'i' or p.pronamespace <> 'pg_catalog'::regnamespace
            or not has_function_privilege('public', p.oid, 'execute'));
      select btrim(string_agg(case when t.is_qualifier then 'new' else t.token end, ''
        order by t.position)) into condition
      from (
        select s.position, s.token,
          s.token = alias and lead(s.token) over w = '.' and lag(s.token) over w is distinct from '.' as is_qualifier,
          min(s.position) filter (where upper(s.token) = 'WHERE' and s.depth = 0) over () as starts_at,
          max(s.position) over () as ends_at
        from sluice_internal.sql_tokens(pg_get_viewdef(to_regclass('pg_temp.sluice_condition'))) as s
        window w as (order by s.position)) as t
      where t.position > t.starts_at and t.position < t.ends_at;

      execute format('create temporary table sluice_row (like %s)', migration.target);
      execute format('create trigger sluice_row before insert or update on pg_temp.sluice_row for each row when (%s) '
        'execute function pg_catalog.suppress_redundant_updates_trigger()', condition);
    end if;
    raise exception using errcode = 'SL090', message = 'rolled back on purpose';
  exception
    when sqlstate 'SL090' then
      null;
    when lock_not_available then
      raise;
    when others then
      -- then the query of the trigger's function tells
      condition := null;
      is_safe := false;
  end;
end
$$;

comment on function sluice_internal.capture_condition(sluice_internal.migration) is
  'The predicate over the row of a trigger, and whether it may stand in its WHEN clause.';
