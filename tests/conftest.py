"""One database server for the whole run; pytest-django makes a test database in it for each worker."""

from contextlib import ExitStack

import pytest

from tests import cluster


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):  # xdist's workers use the controller's server
        return
    cluster.choose_environment()
    resources = ExitStack()
    config.add_cleanup(resources.close)
    cluster.start(resources)
