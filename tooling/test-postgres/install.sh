#!/usr/bin/env bash
# Postgres 15 or newer and PgBouncer, for the tests that need real ones. Does nothing where they are there. Packages of
# the system are installed where this runs as root and apt-get is.
set -euo pipefail

wanted=()
compgen -G "/usr/lib/postgresql/*/bin/initdb" > /dev/null || command -v initdb > /dev/null || wanted+=(postgresql)
[ -x /usr/sbin/pgbouncer ] || command -v pgbouncer > /dev/null || wanted+=(pgbouncer)
[ ${#wanted[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
  echo "Please install ${wanted[*]}, then run this again." >&2
  exit 1
fi
echo "Installing ${wanted[*]}..."
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --no-install-recommends "${wanted[@]}" > /dev/null
