-- The one row of sluice_internal.installation, once everything is there.

insert into sluice_internal.installation (version, system_identifier, database_oid)
select sluice.version(), c.system_identifier, d.oid
from pg_catalog.pg_control_system() c
join pg_catalog.pg_database d on d.datname = pg_catalog.current_database();
