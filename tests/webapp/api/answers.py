"""Whether an answer is what the OpenAPI description says, with nothing besides."""

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from webapp.api.schema_view import description


def assert_as_described(row: str, response: Any) -> None:
    """`row` is "get studies/{slug}"."""
    method, _, path = row.partition(" ")
    described = description()["paths"][f"/api/v1/{path}"][method]["responses"]
    assert str(response.status_code) in described
    content = described[str(response.status_code)].get("content", {})
    if "application/json" in content:
        Draft202012Validator(_plain(content["application/json"]["schema"])).validate(response.json())


def _plain(schema: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: references followed, `nullable` spelled out, objects closed."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _component(schema["$ref"].rpartition("/")[2])
    plain = {name: _plain(value) for name, value in schema.items() if name != "nullable"}
    if plain.get("type") == "object" and isinstance(plain.get("properties"), dict):
        plain.setdefault("additionalProperties", False)
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


@cache
def _component(name: str) -> Any:
    return _plain(description()["components"]["schemas"][name])
