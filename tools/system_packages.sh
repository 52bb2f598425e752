#!/bin/sh
# Programs that some tests drive: Chromium for the browser tests, PostgreSQL and Redis as production has them, docker-compose
# (without an engine) to read our file. Installed where this is a Debian machine and we are root; elsewhere those tests are
# skipped and say so.
set -eu
missing=""
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null 2>&1 || missing="$missing docker-compose"
shell=""  # Chromium without a window, for a third of the processor time
command -v chromium-headless-shell >/dev/null 2>&1 || shell="chromium-headless-shell"
[ -n "$missing$shell" ] || exit 0

export DEBIAN_FRONTEND=noninteractive
brief="-qq -o Acquire::Retries=0 -o Acquire::http::Timeout=20"
install() {
    apt-get install $brief -y --no-install-recommends "$@" >/dev/null 2>&1
}

may_install=""
[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1 && may_install=yes
[ -z "$may_install" ] || apt-get update $brief || true
if [ -n "$shell" ] && { [ -z "$may_install" ] || ! install "$shell" fonts-dejavu-core; }; then
    command -v chromium >/dev/null 2>&1 || missing="$missing chromium fonts-dejavu-core"
fi
[ -n "$missing" ] || exit 0
if [ -z "$may_install" ] || ! install $missing; then
    echo "Not installed:$missing - the tests that need them are skipped." >&2
fi
