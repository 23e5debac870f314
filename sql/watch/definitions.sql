-- View sluice.definitions: what each migration was defined to do. Everybody who may watch may read the SQL of all
-- definitions, as everybody may read the source of a function in PostgreSQL: write no secret into one.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.definitions as
select
  m.name,
  sluice_internal.owner_name(m.owner_id, m.owner) as owner,
  sluice_internal.target_name(m.target, m.definition) as target,
  m.kind,
  m.pending,
  m.changes,
  m.source,
  m.match,
  m.handler,
  m.key_columns,
  m.key_types,
  m.walk,
  m.capture,
  m.proof,
  m.after,
  m.on_finish,
  m.search_path,
  m.settings,
  m.definition,
  m.defined_at,
  m.cleaned_at
from sluice_internal.migration m;

comment on view sluice.definitions is
  'What each migration was defined to do, in SQL; definition has the arguments of define().';
