-- Fill a search table; rows that are too long for it are put aside with their error.
--
-- Three descriptions exceed what a tsvector holds. They end in quarantine, everything else is done, and the run says so until
-- somebody accepts it.

-- tables
create table issues (id bigint primary key, project_id bigint not null, title text not null, description text);
create table issue_search (project_id bigint, issue_id bigint, vector tsvector, primary key (project_id, issue_id));
insert into issues
select i, i % 40, 'Title ' || i, case i % 5 when 0 then null when 1 then '' else 'the ' || i || e' Füße ''of'' \\ an & elephant' end
from generate_series(1, 3000) as i;
update issues set description = (select string_agg(repeat('w', 1900) || n, ' ') from generate_series(1, 600) as n)
where id in (1717, 1718, 2800);
insert into issue_search select project_id, id, 'kept' from issues where id % 50 = 1;

-- awkward
select
  count(*) filter (where length(description) > 1048575) as too_long,
  count(*) filter (where description is null) as without_description,
  count(*) filter (where description = '') as empty,
  count(*) filter (where s.issue_id is not null) as indexed_before
from issues i left join issue_search s on s.project_id = i.project_id and s.issue_id = i.id;

-- definition
select sluice.define('issue_search',
  target     => 'issues',
  pending    => 'not exists (select from issue_search s where s.project_id = issues.project_id and s.issue_id = issues.id)',
  statements => array[$$
    insert into issue_search
    select project_id, id, setweight(to_tsvector('english', title), 'A')
      || setweight(to_tsvector('english', coalesce(description, '')), 'B')
    from batch
    on conflict do nothing$$]);

-- expected
insert into issue_search
select i.project_id, i.id, setweight(to_tsvector('english', i.title), 'A')
  || case when i.description > '' then setweight(to_tsvector('english', i.description), 'B') else '' end
from issues i left join issue_search s using (project_id)
where length(coalesce(i.description, '')) < 1048575
group by i.id
having not bool_or(s.issue_id is not distinct from i.id);

-- quarantined
select array[i.id::text], '54000' from initial.issues i where length(i.description) > 1048575;
