#!/usr/bin/env bash
#
# The documentation agrees with the database: error codes, states and kinds of events are listed completely, what it calls
# sluice.something exists, and its examples run.
#
# hostile: planted numeric * integer; the definitions of the examples are their own

set -euo pipefail
shopt -s nullglob

cd "$(dirname "$0")/../.."
pages=(README.md docs/*.md)
failed=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }

# same WHAT DOCUMENTED ACTUAL: two lists, a word a line.
same() {
  diff --unified --label "$1, documented" <(sort --unique <<<"$2") --label "$1, in the database" <(sort --unique <<<"$3") ||
    failed=1
}

# first_cells FILE HEADING: the words in backquotes in the first column of the table under that head cell.
first_cells() {
  awk -v heading="$2" -F '|' '
    $2 ~ "^ *" heading " *$" { on = 1; next }
    !/^\|/ { on = 0 }
    on { print $2 }' "$1" | grep --only-matching '`[^`]*`' | tr -d '`'
}

# blocks FILE: its SQL examples. A block that begins with "-- as ROLE" is run by that role.
blocks() {
  awk '
    /^```sql$/ { on = 1; next }
    /^```/ { on = 0 }
    on && /^-- as [a-z_]+/ { print "\\connect - " $3; next }
    on' "$1"
}

same 'error codes' "$(first_cells docs/errors.md SQLSTATE | grep '^SL')" \
  "$(psql --command 'select sqlstate from sluice.errors()')"
same 'states' "$(first_cells docs/states.md state)" "$(psql --command "
  select m[1]
  from pg_constraint c
  cross join regexp_matches(pg_get_constraintdef(c.oid), '''([a-z]+)''', 'g') as m
  where c.conname = 'state_is_known' and c.conrelid = 'sluice_internal.migration'::regclass")"
same 'arguments of define()' "$(first_cells docs/definitions.md argument)" "$(psql --command "
  select unnest(p.proargnames) from pg_proc p where p.oid = 'sluice.define'::regproc")"

# Names of files and settings are not objects, nor are functions that a definition was compiled to.
named=$(grep --only-matching --no-filename --extended-regexp '\bsluice(_internal)?\.[a-z_]+[a-z_0-9]*' "${pages[@]}" |
  grep --invert-match --extended-regexp '^sluice\.(service|control|identity|allow_publication)$|_[0-9]+_[0-9]+$' | sort --unique)
same 'objects' "$named" "$(psql --command "
  select n.name
  from unnest(string_to_array('${named//$'\n'/,}', ',')) as n (name)
  where to_regclass(n.name) is not null or to_regtype(n.name) is not null
    or exists (select from pg_proc p where format('%s.%s', p.pronamespace::regnamespace, p.proname) = n.name)")"

psql --username sluice_owner >/dev/null \
  --command "select sluice.grant_author('author'), sluice.grant_operator('operator'), sluice.grant_viewer('viewer')"
psql --command 'grant create on schema public to author' --command "grant create on database $PGDATABASE to author"
for page in docs/definitions.md docs/operating.md docs/lifecycle.md; do
  blocks "$page" | command psql --quiet --username author --set ON_ERROR_STOP=1 >/dev/null 2>"$said" || {
    echo "an example in $page:"
    grep --invert-match NOTICE "$said"
    failed=1
  }
done
exit $failed
