-- sluice_internal.sql_tokens(sql): the tokens of a piece of SQL, with white space and comments, so that put together
-- they are the text. Knows what may hide a comma or a sign: strings ('', E'', U&'', dollar quotes), quoted names,
-- comments, also nested ones, and where PostgreSQL's scanner ends an operator: before a comment, and before the sign of
-- a number.
--
--   depth   how many parentheses and brackets are open around the token; they themselves count as outside
--   kind    space, string, name, word, number, parameter ($1), operator, or symbol: one character of its own
--
-- Called when:  a SET list or a predicate is taken apart.
-- Locks, writes, raises: nothing; what is left open ends with the text.

create or replace function sluice_internal.sql_tokens(sql text)
returns table ("position" integer, kind text, token text, depth integer)
language plpgsql immutable
set search_path to pg_catalog, pg_temp
set standard_conforming_strings to on
as $$
declare
  rest text := sql;
  open_comments integer;
  length_so_far integer;
  part text;
begin
  "position" := 0;
  depth := 0;
  while rest <> '' loop
    "position" := "position" + 1;
    kind := null;
    if rest ~ '^/\*' then
      kind := 'space';
      open_comments := 0;
      length_so_far := 0;
      loop
        part := substring(substr(rest, length_so_far + 1) from '^(?:[^*/]|\*(?!/)|/(?!\*))*(?:/\*|\*/|$)');
        length_so_far := length_so_far + length(part);
        open_comments := open_comments + case right(part, 2) when '/*' then 1 when '*/' then -1 else -open_comments end;
        exit when open_comments = 0;
      end loop;
      token := left(rest, length_so_far);
    elsif rest ~ '^\$(?:[[:alpha:]_\u0080-\uffff][[:alnum:]_\u0080-\uffff]*)?\$' then
      kind := 'string';
      part := substring(rest from '^\$[^$]*\$');
      length_so_far := position(part in substr(rest, length(part) + 1));
      token := case length_so_far when 0 then rest else left(rest, length_so_far - 1 + 2 * length(part)) end;
    else
      select s.kind, substring(rest from s.pattern) into kind, token
      from (values
        (1, 'space', '^(?:\s|--[^\n\r]*)+'),
        -- a literal that goes on in another line is one, with the escapes of its beginning
        (2, 'string', '^[eE]''(?:[^''\\]|\\.|''''|''(?:[ '
          '\t\f\v]|--[^\n\r]*)*[\n\r](?:\s|--[^\n\r]*[\n\r])*'')*(?:''|$)'),
        (3, 'string', '^(?:[bBxXnN]|[uU]&)?''(?:[^'']|'''')*(?:''|$)'),
        (4, 'name', '^(?:[uU]&)?"(?:[^"]|"")*(?:"|$)'),
        (5, 'word', '^[[:alpha:]_\u0080-\uffff][[:alnum:]_$\u0080-\uffff]*'),
        (6, 'number', '^\.?[0-9](?:[0-9_.[:alpha:]]|(?<=[eE])[-+])*'),
        (7, 'operator', '^[-+*/<>=~!@#%^&|`?]+'),
        (8, 'parameter', '^\$[0-9]+'),
        (9, 'symbol', '^.')) as s (priority, kind, pattern)
      where rest ~ s.pattern
      order by s.priority
      limit 1;
      if kind = 'operator' then
        token := coalesce(substring(token from '^(.+?)(?:--|/\*)'), token);
        if token !~ '[~!@#%^&|`?]' then
          token := coalesce(substring(token from '^(.+?)[-+]+$'), token);
        end if;
      end if;
    end if;

    depth := depth - case when token in (')', ']') then 1 else 0 end;
    return next;
    depth := depth + case when token in ('(', '[') then 1 else 0 end;
    rest := substr(rest, length(token) + 1);
  end loop;
end
$$;

comment on function sluice_internal.sql_tokens(text) is
  'The tokens of a piece of SQL, comments and white space among them, each with its kind and depth.';
