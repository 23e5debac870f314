-- Deletes that cascade, deletes with a source, and triggers of the table itself.

-- tables
create table accounts (account_id integer primary key, state text, touched integer not null default 0);
create table letters (letter_id integer primary key, account_id integer references accounts on delete cascade, body text);
create table opened (letter_id integer references letters on delete set null, at date);
create table blocked (account_id integer primary key, why text);
insert into accounts select i, case when i % 4 = 0 then 'gone' end from generate_series(1, 1200) as i;
insert into letters select i, i % 1300, 'dear ' || i from generate_series(1, 3000) as i where i % 1300 between 1 and 1200;
insert into opened select letter_id, '2026-01-01' from letters where letter_id % 3 = 0;
insert into blocked select i, 'spam' from generate_series(1, 1500, 5) as i;
create index on letters (account_id);
create index on opened (letter_id);
create function touch() returns trigger language plpgsql as $$ begin new.touched := new.touched + 1; return new; end $$;
create trigger touch before update on accounts for each row execute function touch();

-- awkward
select
  (select count(*) from letters l join accounts a using (account_id) where a.state = 'gone') as children_of_the_gone,
  (select count(*) from blocked b join accounts a using (account_id) where a.state = 'gone') as gone_and_blocked;

-- definition
select sluice.define('accounts_gone', target => 'accounts', pending => $$state = 'gone'$$, delete => true);
select sluice.define('accounts_state', target => 'accounts', pending => 'state is null', set => $$state = 'here'$$);
select sluice.define('letters_of_blocked', target => 'letters',
  pending => 'exists (select from blocked k where k.account_id = letters.account_id)', delete => true,
  source => 'blocked b', match => 'b.account_id = letters.account_id', after => '{accounts_gone}');

-- expected
delete from accounts where state = 'gone';
update accounts set state = 'here';
delete from letters where account_id in (select account_id from blocked);
