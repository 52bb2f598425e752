#!/bin/sh
# Installs a pinned set into .venv: sh tools/install.sh PYTHON REQUIREMENTS. uv is four times as fast as pip; it is put
# into the environment first, and pip does the work where uv cannot be had.
set -eu
python=$1
requirements=$2
"$python" - <<'CHECK' || exit 1
import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 12):
    sys.exit(f"Gullery needs Python 3.11 or 3.12; {sys.executable} is {sys.version.split()[0]}. Say which: make PYTHON=python3.11 ...")
CHECK
# Made anew also where its Python has gone with an update of the system, or pip is missing because Debian's python3-venv was.
needed=pip
! command -v uv >/dev/null 2>&1 || needed=sys
.venv/bin/python -c "import $needed" 2>/dev/null || "$python" -m venv --clear .venv
if command -v uv >/dev/null 2>&1; then
    uv pip install --python .venv/bin/python -r "$requirements"
elif .venv/bin/python -m pip install --quiet --disable-pip-version-check uv; then
    .venv/bin/python -m uv pip install --python .venv/bin/python -r "$requirements"
else
    .venv/bin/python -m pip install --disable-pip-version-check -r "$requirements"
fi
