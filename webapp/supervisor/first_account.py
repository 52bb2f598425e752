"""How to make the first account, said while there is none."""

import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path

from django.db import DatabaseError, connection

from annotation.models import User
from webapp.supervisor.plan import PROJECT


def first_account_words() -> str:
    """Empty once somebody has an account."""
    try:
        if User.objects.exists():
            return ""
    except DatabaseError:
        return ""
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has one
    return f"Nobody has an account yet. Make the first one in another terminal:\n  {first_account_command()}"


def first_account_command() -> str:
    """As one may paste it where the platform was started."""
    data = os.environ.get("GULLERY_DATA")
    around = [f"GULLERY_DATA={shlex.quote(data)}"] if data else []
    words = [_near(Path(sys.executable)), _near(PROJECT / "manage.py"), "createsuperuser"]
    return " ".join([*around, *map(shlex.quote, words)])


def _near(path: Path) -> str:
    with suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
