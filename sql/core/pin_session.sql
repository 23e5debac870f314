-- The settings of the session that installs, for its transaction: what follows means the same whoever installs it.
-- Operators and functions in views are looked up when the view is created, in the search path of that session; a
-- backslash in a literal is read by standard_conforming_strings.

set local search_path to pg_catalog, pg_temp;
set local standard_conforming_strings to on;
