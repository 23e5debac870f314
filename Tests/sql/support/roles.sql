-- The people of the tests. None is a superuser, and each gets its rights on Sluice from the test that needs them.

create role sluice_owner login;
create role author login;
create role another_author login;
create role operator login;
create role viewer login;
create role application login;
create role stranger login;
