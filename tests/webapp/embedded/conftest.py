import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.embedded.locations import SHORT_FOLDER


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="gullery-embedded-", dir=SHORT_FOLDER) as name:
        Path(name).chmod(0o755)
        yield Path(name)
