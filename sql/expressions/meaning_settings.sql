-- sluice.meaning_settings(): the settings of a session that can change what the author's SQL means: what a literal is,
-- what a text means as a value, how a value is written as text or compared. define() keeps what the author's session
-- has, and the author's SQL runs under it everywhere: batches, capture trigger, preview, proof, on_finish.
--
-- The rule for all others: a setting that changes only how a plan is made, how long a statement may take, what is
-- logged or sent to the client (client_encoding, lc_messages), or warned of (escape_string_warning), is not kept; nor
-- is one of an extension (pg_trgm.similarity_threshold) or of the application (app.tenant), which only a superuser can
-- bind to a function. The search path is kept too, as an argument of define().
-- Called when:  defining, and comparing a definition with the one in the database.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.meaning_settings()
returns table (name text, reason text)
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  values
    ('DateStyle', 'whether 01/02/03 is a day in January, and how a date is written'),
    ('IntervalStyle', 'the sign of ''-1 2:03'', and how an interval is written'),
    ('TimeZone', 'which instant a local time is, on which day an instant lies, and how it is written'),
    ('timezone_abbreviations', 'what IST is'),
    ('extra_float_digits', 'how a float is written'),
    ('bytea_output', 'how bytea is written'),
    ('lc_monetary', 'what a text is as money, and how money is written'),
    ('lc_numeric', 'the decimal point of to_number() and to_char()'),
    ('lc_time', 'the names of months and days in to_char() and to_date()'),
    ('standard_conforming_strings', 'whether a backslash in a literal is one'),
    ('backslash_quote', 'whether a backslash makes the quote after it part of a literal'),
    ('array_nulls', 'whether NULL in the text of an array is null'),
    ('transform_null_equals', 'whether "= null" is "is null"'),
    ('default_text_search_config', 'the words of to_tsvector()'),
    ('xmlbinary', 'how bytea is written in XML'),
    ('xmloption', 'whether a text is an XML document or content'),
    ('quote_all_identifiers', 'what quote_ident(), format() and regclass write'),
    ('gin_fuzzy_search_limit', 'whether a GIN index gives all rows')
$$;

comment on function sluice.meaning_settings() is
  'The settings that can change what SQL means; kept with each definition, with the reason.';
