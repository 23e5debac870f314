#!/usr/bin/env bash
#
# The cookbook shows the definition of each case as it is tested: below the link to a file of Tests/cases, the first block of SQL
# is that file's definition. With --accept, it is copied from there.

set -euo pipefail

cd "$(dirname "$0")/../.."
page=docs/cookbook.md
copy=$(mktemp)
trap 'rm -f "$copy"' EXIT

awk '
  match($0, /\(\.\.\/Tests\/cases\/[a-z0-9_]+\.sql\)/) { file = substr($0, RSTART + 4, RLENGTH - 5) }
  !shown { print }
  file && /^```sql$/ {
    wanted = 0
    while ((getline line < file) > 0) {
      if (line ~ /^-- [a-z]+$/) wanted = line == "-- definition"
      else if (wanted && line != "") print line
    }
    close(file)
    file = ""
    shown = 1
  }
  shown && /^```$/ { print; shown = 0 }' "$page" >"$copy"
[ -z "${accept:-}" ] || cp "$copy" "$page"

failed=0
diff --unified --label 'shown in the cookbook' "$page" --label 'tested' "$copy" || failed=1
for file in Tests/cases/*.sql; do
  grep --quiet --fixed-strings "(../$file)" "$page" || {
    echo "the cookbook does not mention $file"
    failed=1
  }
done
exit $failed
