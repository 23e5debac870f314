#!/usr/bin/env bash
#
# Every object, role and privilege is as support/access_matrix.txt says. `scripts/test-sql --accept access_matrix` writes
# that file anew: read the difference before it is committed.

set -euo pipefail

support=$(dirname "$0")/support
matrix() { psql --quiet --set ON_ERROR_STOP=1 --file "$support/access_matrix.sql"; }

psql --quiet --set ON_ERROR_STOP=1 --username sluice_owner --output /dev/null <<'SQL'
select sluice.grant_viewer('viewer'), sluice.grant_operator('operator'), sluice.grant_author('author');
SQL
[ -z "${accept:-}" ] || matrix >"$support/access_matrix.txt"
diff --unified "$support/access_matrix.txt" <(matrix)

# Whoever has all three and loses access has nothing more than a stranger.
psql --quiet --set ON_ERROR_STOP=1 --username sluice_owner --output /dev/null <<'SQL'
select sluice.grant_viewer(r), sluice.grant_operator(r), sluice.grant_author(r)
from unnest('{viewer,operator,author}'::name[]) as r;
select sluice.revoke_access(r) from unnest('{viewer,operator,author}'::name[]) as r;
SQL
matrix | awk -F '|' 'NR > 2 && NF > 4 && ($4 !~ /^ *- *$/ || $5 !~ /^ *- *$/ || $6 !~ /^ *- *$/) { print; bad = 1 } END { exit bad }'
