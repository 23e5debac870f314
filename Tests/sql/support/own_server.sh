# For tests that need a server of their own, because a setting counts for a whole server. To be sourced.
#
#   start_server NAME PORT [SETTING=VALUE...]   starts the cluster $data/NAME, made where it is not there yet; all end with the test,
#                                               which may define end_of_test() for what is to end before
#   install_shop                                a database shop with Sluice and the roles of roles.sql; then psql is in it

support=$(dirname "${BASH_SOURCE[0]}")
data=$(mktemp -d)
bin=$SLUICE_PG_BIN
servers=()
export PGHOST=$data PGDATABASE=postgres PGUSER=postgres PGPORT=5432

psql() { command psql --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }
same() { [ "$2" = "$3" ] || { printf 'not ok - %s\n  have: %s\n  want: %s\n' "$1" "$2" "$3"; exit 1; }; echo "ok - $1"; }
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

remove_servers() {
  local name
  ! declare -F end_of_test >/dev/null || end_of_test
  for name in "${servers[@]}"; do
    as_server "$bin/pg_ctl" --pgdata "$data/$name" stop --mode immediate >/dev/null 2>&1 || true
  done
  rm -rf "$data"
}
trap remove_servers EXIT
[ "$(id -u)" != 0 ] || chown postgres "$data"
chmod 700 "$data"

start_server() {
  local name=$1 port=$2 options setting
  shift 2
  options="-c listen_addresses='' -c unix_socket_directories='$data' -c fsync=off -c port=$port"
  for setting; do options+=" -c $setting"; done
  [ -d "$data/$name" ] ||
    as_server "$bin/initdb" --pgdata "$data/$name" --username postgres --auth trust --no-sync >/dev/null
  servers=("$name" "${servers[@]}")
  as_server "$bin/pg_ctl" --pgdata "$data/$name" --wait --timeout 300 --log "$data/$name.log" --options "$options" start >/dev/null
}

install_shop() {
  psql --file "$support/roles.sql"
  psql --command 'create database shop owner sluice_owner'
  export PGDATABASE=shop
  psql --username sluice_owner --file "$support/../../../sql/install.sql" >/dev/null
}
