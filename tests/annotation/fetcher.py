"""A process that fetches a version from a store elsewhere, made to be killed: it hangs in the midst of a file.

python -m tests.annotation.fetcher STORE PLACE FOLDER FILE
"""

import os
import sys
import time
from types import SimpleNamespace
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
HALF = "half"
"""What it says when half of the file is here."""


def main() -> None:
    store, place, folder, file = sys.argv[1:]
    import django
    from django.conf import settings

    backend = "tests.annotation.elsewhere.Elsewhere"
    settings.STORAGES["default"] = {"BACKEND": backend, "OPTIONS": {"location": store}}
    settings.VERSIONS_DIR = place
    django.setup()
    from annotation import version_fetching
    from annotation.version_store import local_directory

    version_fetching.PIECE = 4  # type: ignore[misc]
    keep = version_fetching._keep
    version_fetching._keep = lambda source, path, wanted: keep(hanging(source, path.name == file), path, wanted)
    local_directory(folder)


def hanging(source: Any, hangs: bool) -> SimpleNamespace:
    """After the second piece, what was read before is on the disk."""
    read, pieces = source.read, list[bytes]()

    def slow(size: int) -> bytes:
        if hangs and len(pieces) == 2:
            print(HALF, flush=True)
            time.sleep(600)
        pieces.append(read(size))
        return pieces[-1]

    return SimpleNamespace(read=slow)


if __name__ == "__main__":
    main()
