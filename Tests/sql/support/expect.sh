# Small words for shell tests. To be sourced.

sql() { psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
author() { sql --username author "$@"; }

fail() {
  echo "$1: $2"
  exit 1
}

# expect WHAT FOUND WANTED
expect() {
  [ "$2" = "$3" ] || fail "$1" "expected $3, got $2"
}
