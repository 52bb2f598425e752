"""Django's own middleware without the parts that do nothing for a vote: each of them is paid for twice with every one."""

from collections.abc import Awaitable
from functools import lru_cache

from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxMiddleware

_API = "/api/"
Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class LanguageMiddleware(LocaleMiddleware):
    """The language of the cookie or of the browser. Our addresses have no language in them, so none is looked for there."""

    def process_request(self, request: HttpRequest) -> None:
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        translation.activate(_language(cookie, request.META.get("HTTP_ACCEPT_LANGUAGE", "")))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "Vary" in response.headers:
            patch_vary_headers(response, ("Accept-Language",))
        else:
            response.headers["Vary"] = "Accept-Language"
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


@lru_cache(maxsize=256)
def _language(cookie: str | None, accepted: str) -> str:
    """Django's choice between the languages there are, which takes a while."""
    request = HttpRequest()
    if cookie is not None:
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return translation.get_language_from_request(request)


class NoticeMiddleware(MessageMiddleware):
    """One-time notices, on pages alone."""

    def __call__(self, request: HttpRequest) -> Answer:
        return self.get_response(request) if request.path_info.startswith(_API) else super().__call__(request)


class FragmentMiddleware(HtmxMiddleware):
    """What htmx asks for; it never asks the API.

    A page and its parts may have one address: without Vary the browser's "back" would show the part that it kept last.
    """

    def __call__(self, request: HttpRequest) -> Answer:
        if request.path_info.startswith(_API):
            return self.get_response(request)
        response = super().__call__(request)
        if isinstance(response, HttpResponseBase) and response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("HX-Request",))
        return response
