#!/bin/sh
# Programs that some tests drive: Chromium for the browser tests, PostgreSQL and Redis as production has them, docker-compose
# (without an engine) to read our file. Installed where this is a Debian machine and we are root; elsewhere those tests are
# skipped and say so.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium fonts-dejavu-core"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null 2>&1 || missing="$missing docker-compose"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null \
        || echo "Could not install:$missing - the tests that need them are skipped." >&2
else
    echo "Not installed:$missing - the tests that need them are skipped." >&2
fi
