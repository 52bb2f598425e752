from collections.abc import Iterator

import pytest

from tests.webapp.backup.empty import emptied


@pytest.fixture
def empty_database() -> Iterator[str]:
    with emptied() as name:
        yield name
