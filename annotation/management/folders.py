"""The folder that a command writes to."""

from pathlib import Path

from django.core.management.base import CommandError


def refuse_full(folder: Path) -> None:
    """Raises CommandError when a folder has files already, so that no two results are ever mixed."""
    try:
        full = any(folder.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        raise CommandError(f"{folder} will not do as a folder: {error.strerror}.") from error
    if full:
        raise CommandError(f"{folder} is not empty; name another folder with --out, or empty it.")
