-- The schemas sluice and sluice_internal as PostgreSQL sees them, a line an object or a property of one, in a fixed order. Two databases have
-- the same Sluice when they print the same lines: installed or upgraded, dumped and restored, by script or extension.

\pset format unaligned
\pset tuples_only on
set search_path to pg_catalog;

with
  schema as (
    select n.* from pg_namespace n where n.nspname in ('sluice', 'sluice_internal')
  ),
  relation as (
    select c.* from pg_class c join schema n on n.oid = c.relnamespace where c.relkind not in ('i', 'I', 't')
  ),
  attribute as (
    select
      r.oid as relation, a.*,
      -- Some minor releases note here when a column was last changed.
      array(select option from unnest(a.attoptions) option where option not like 'pg\_attver=%') as options
    from relation r
    join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    where r.relkind <> 'S'
  ),
  type as (
    select t.* from pg_type t join schema n on n.oid = t.typnamespace where t.typtype in ('d', 'e', 'r')
  ),
  routine as (
    select p.* from pg_proc p join schema n on n.oid = p.pronamespace
  ),
  grants(object, acl, usual, owner) as (
    select 'schema ' || nspname, nspacl, acldefault('n', nspowner), nspowner from schema
    union all
    select 'routine ' || oid::regprocedure, proacl, acldefault('f', proowner), proowner from routine
    union all
    select 'relation ' || oid::regclass, relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner),
      relowner
    from relation
    union all
    select format('column %s.%I', relation::regclass, attname), attacl, null, null
    from attribute
    union all
    select 'type ' || oid::regtype, typacl, acldefault('T', typowner), typowner
    from type
  ),
  line(object, property, value) as (
    -- Every object in the schema, of whatever kind: nothing can hide from the lists below.
    select i.type || ' ' || i.identity, 'exists', ''
    from pg_depend d
    join schema n on n.oid = d.refobjid,
      pg_identify_object(d.classid, d.objid, d.objsubid) i
    where d.refclassid = 'pg_namespace'::regclass and i.type <> 'extension'
    union all

    select 'routine ' || oid::regprocedure, 'definition', pg_get_functiondef(oid)
    from routine
    where prokind <> 'a'
    union all

    select 'relation ' || oid::regclass, 'kind',
      format('%s %s row security %s %s options %s', relkind, relpersistence, relrowsecurity, relforcerowsecurity, reloptions)
    from relation
    union all

    select 'relation ' || a.relation::regclass, 'column ' || row_number() over (partition by a.relation order by a.attnum),
      format('%I %s not null %s default %s identity %s generated %s collation %s storage %s options %s',
        a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
        a.attidentity, a.attgenerated, nullif(a.attcollation, 0)::regcollation, a.attstorage, a.options)
    from attribute a
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    union all

    -- Without parentheses: a restored expression has fewer of them.
    select 'relation ' || r.oid::regclass, 'constraint ' || quote_ident(k.conname),
      format('%s validated %s', translate(pg_get_constraintdef(k.oid), '()', ''), k.convalidated)
    from relation r
    join pg_constraint k on k.conrelid = r.oid
    union all

    select 'type ' || t.oid::regtype, 'definition',
      format('%s %s %s not null %s default %s %s', t.typtype, nullif(t.typbasetype, 0)::regtype,
        (select string_agg(pg_get_constraintdef(k.oid), ' ' order by k.conname) from pg_constraint k where k.contypid = t.oid),
        t.typnotnull, t.typdefault,
        (select string_agg(quote_literal(e.enumlabel), ' ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
    from type t
    union all

    select 'relation ' || r.oid::regclass, 'index', format('%s valid %s', pg_get_indexdef(i.indexrelid), i.indisvalid)
    from relation r
    join pg_index i on i.indrelid = r.oid
    union all

    select 'relation ' || r.oid::regclass, 'trigger ' || quote_ident(t.tgname),
      format('%s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)
    from relation r
    join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
    union all

    select 'relation ' || r.oid::regclass, 'rule ' || quote_ident(w.rulename), pg_get_ruledef(w.oid)
    from relation r
    join pg_rewrite w on w.ev_class = r.oid
    union all

    select 'relation ' || r.oid::regclass, 'policy ' || quote_ident(p.polname),
      format('%s %s %s using %s check %s', p.polcmd, p.polpermissive, p.polroles::regrole[],
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    from relation r
    join pg_policy p on p.polrelid = r.oid
    union all

    select 'relation ' || s.seqrelid::regclass, 'sequence',
      format('%s from %s by %s between %s and %s cache %s cycle %s', s.seqtypid::regtype, s.seqstart, s.seqincrement,
        s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
    from relation r
    join pg_sequence s on s.seqrelid = r.oid
    union all

    select object, 'owner', owner::regrole::text
    from grants
    where owner is not null
    union all

    select g.object, 'grant to ' || coalesce(nullif(a.grantee, 0)::regrole::text, 'public'),
      string_agg(a.privilege_type || case when a.is_grantable then ' with grant option' else '' end, ', '
        order by a.privilege_type)
    from grants g, aclexplode(coalesce(g.acl, g.usual)) a
    group by g.object, a.grantee
    union all

    select i.type || ' ' || i.identity, 'comment', c.description
    from pg_description c, pg_identify_object(c.classoid, c.objoid, c.objsubid) i
    where i.schema in ('sluice', 'sluice_internal')
      or i.identity in ('sluice', 'sluice_internal') and i.type = 'schema'
      or i.type in ('table constraint', 'trigger', 'policy', 'table column') and i.identity ~ '\msluice(_internal)?\.'
  )
select format('%s | %s | %s', object, property, replace(value, e'\n', e'\n  '))
from line
order by object collate "C", property collate "C", value collate "C";
