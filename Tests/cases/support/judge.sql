-- What is wrong with the tables, and what was left behind, in the end. Where an application writes meanwhile, the ledger tells nothing: who comes first is open.

(select d from checks.differences('public', 'expected') as d (d) limit 10)
union all
(select 'changes of rows: ' || d from checks.ledger_differences() as d (d) where :ledger_tells limit 10)
union all
(select 'left behind: ' || o.name
from (select p.name from checks.objects() as p (name) except select b.name from checks.object_before b) as o);
