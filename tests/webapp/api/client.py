"""An HTTP client for the API: JSON in and out, as a person with a session or a program with a token."""

from typing import Any
from uuid import uuid4

from django.test import Client

from annotation.models import AccessToken, User
from tests.signing_in import sign_in
from tests.webapp.through_short_way import ShortWayHandler

BASE = "/api/v1/"
OPINION = {"exposure": 5, "noise": 5, "blur": 2, "contrast": 5, "colorfulness": 5, "compression": 4} | {
    "quality": 3,
    "importance": 2,
}
ALL_SCOPES = ("read", "rate", "manage")


class Api:
    """Paths are relative to /api/v1/. A CSRF check is made, and passed unless `csrf` is false."""

    def __init__(self, user: User | None = None, *, token: str = "", csrf: bool = True) -> None:
        self.client = Client(enforce_csrf_checks=True)
        if token:
            self.client.handler = ShortWayHandler()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        if user is not None:
            sign_in(self.client, user)
        if csrf:
            self.client.cookies["csrftoken"] = "c" * 32
            self.headers["X-CSRFToken"] = "c" * 32

    def __call__(self, method: str, path: str, body: object = None, **others: Any) -> Any:
        if body is not None:
            others |= {"data": body, "content_type": "application/json"}
        url = path if path.startswith(("/", "http")) else BASE + path
        return getattr(self.client, method)(url, headers=self.headers, **others)

    def get(self, path: str, query: dict[str, str] | None = None) -> Any:
        return self("get", path, query_params=query or {})

    def post(self, path: str, body: object = None) -> Any:
        return self("post", path, {} if body is None else body)

    def put(self, path: str, body: object = None) -> Any:
        return self("put", path, {} if body is None else body)

    def patch(self, path: str, body: object) -> Any:
        return self("patch", path, body)

    def delete(self, path: str) -> Any:
        return self("delete", path)


def program(user: User, *scopes: str) -> Api:
    """A client with a token of the person, and no cookie."""
    _, text = AccessToken.issue(user=user, name="test", scopes=list(scopes or ALL_SCOPES), days=1)
    return Api(token=text, csrf=False)


def error_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def ballot(lease: str, **others: object) -> dict[str, object]:
    facts = {"duration_ms": 9000, "device_pixel_ratio": 2.0, "viewport_width": 1280, "client": "tests"}
    return {"lease": lease, "idempotency_key": str(uuid4()), "opinion": OPINION, "facts": facts} | others
