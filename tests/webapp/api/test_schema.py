from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from annotation.models import User
from tests.webapp.api.client import Api, error_of
from tests.webapp.api.routes import api_routes
from webapp.api.schema_view import description


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    description.cache_clear()
    GENERATOR_STATS.reset()
    return description()


def test_the_description_is_made_without_a_warning_and_is_valid_openapi(schema: dict[str, Any]) -> None:
    assert (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache)) == ({}, {})
    validate_schema(schema)


def test_every_route_is_described_with_its_refusals(schema: dict[str, Any]) -> None:
    assert sorted(schema["paths"]) == sorted(f"/api/v1/{route}" for route in api_routes())
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"] != "", (method, path)
            assert {"400", "401", "403", "429"} - set(operation["responses"]) == set(), (method, path)


def test_every_operation_has_a_name_of_its_own(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for operations in schema["paths"].values() for operation in operations.values()]

    assert len(set(names)) == len(names)


@pytest.mark.django_db
def test_the_description_is_for_the_signed_in(ben: User) -> None:
    assert Api(ben).get("schema").json()["info"]["title"] == "Gullery"
    assert error_of(Api().get("schema")) == (401, "not_authenticated")
