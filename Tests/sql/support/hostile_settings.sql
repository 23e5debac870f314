-- Settings of a server whose users had other things in mind: scripts/test-sql --hostile. The server is thrown away.
-- Not among them: jit_above_cost = 0, with which each statement of the tests themselves is compiled for tens of milliseconds. The
-- random tester gives it to workers.

alter system set datestyle = 'SQL, DMY';
alter system set intervalstyle = 'sql_standard';
alter system set timezone = 'Asia/Kathmandu';
alter system set standard_conforming_strings = off;
alter system set escape_string_warning = off;
alter system set transform_null_equals = on;
alter system set lc_messages = 'C.UTF-8';
alter system set lc_monetary = 'C.UTF-8';
alter system set bytea_output = 'escape';
alter system set extra_float_digits = -3;
alter system set default_transaction_isolation = 'serializable';
alter system set quote_all_identifiers = on;
alter system set plan_cache_mode = 'force_generic_plan';
alter system set work_mem = '64kB';
alter system set statement_timeout = '10min';
alter system set autovacuum = off;
alter system set default_statistics_target = 1;
select pg_reload_conf();
