#!/usr/bin/env bash
#
# define() warns of schemas of the search path in which others may create objects, and says nothing where it is as usual.
#
# hostile: planted integer * numeric; the SET list of this test is its own

set -euo pipefail

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
define() {
  psql --username author --command "select sluice.define('m', 'item', pending => 'b is null', set => 'b = a * 1.5', $1)" \
    --command "select sluice.forget('m')" 2>&1 || true
}
has() { grep -qF -- "$1" <<<"$2" || { echo "no \"$1\" in: $2"; exit 1; }; }
has_not() { ! grep -qF -- "$1" <<<"$2" || { echo "\"$1\" in: $2"; exit 1; }; }

psql --username sluice_owner --command "select sluice.grant_author('author')"
psql --command 'grant create on schema public to author'
psql --username author --command 'create table item (id integer primary key, a integer, b numeric)'
for capture in true false; do
  has_not 'others may create' "$(define "capture => $capture")"
done

psql --command 'grant create on schema public to application'
said=$(define 'capture => true')
has 'ERROR:  migration "m", capture: others may create objects in schema "public" of its search path' "$said"
has 'That is "application".' "$said"
has 'revoke create on schema public from ...;' "$said"
has "search_path => '{}'" "$said"
said=$(define 'capture => false')
has 'WARNING:  migration "m": others may create objects in schema "public" of its search path' "$said"
has 'That is "application".' "$said"
has_not ERROR "$said"
for capture in true false; do
  said=$(define "capture => $capture, search_path => '{}'")
  has_not 'others may create' "$said"
  has_not ERROR "$said"
done
