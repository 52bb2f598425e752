"""One browser context for test after test: a new one, with every file fetched anew, costs a third of most tests.

Cleared between two tests: pages with all that is set on them, cookies, storage of every kind, workers, permissions,
routes, offline. What stays is the browser's own store of fetched files: static ones are the same in all tests, and
no address with a number in it is used twice. What cannot be taken back is refused, or the context goes.
"""

from typing import Any, NoReturn

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page

REFUSED = (
    "add_init_script",
    "expose_binding",
    "expose_function",
    "set_default_timeout",
    "set_default_navigation_timeout",
)
HAS_CLOCK = "() => '__pwClock' in globalThis"


def refuse(*_: object, **__: object) -> NoReturn:
    raise AssertionError("This would stay for the tests that follow: set it on a page, or use the fixture own_context.")


class KeptContext:
    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser, self._origin = browser, origin
        self._settings: dict[str, Any] = {}
        self._context: BrowserContext | None = None
        self._broom: Page
        self._session: CDPSession

    def lend(self, settings: dict[str, Any]) -> BrowserContext:
        if self._context is None or settings != self._settings:
            self.close()
            self._settings, self._context = settings, self._browser.new_context(**settings)
            self._broom = self._context.new_page()
            self._session = self._context.new_cdp_session(self._broom)
            for name in REFUSED:
                setattr(self._context, name, refuse)
        return self._context

    def clear(self) -> None:
        try:
            self._sweep()
        except Error:  # whatever a failed test did to it
            self.close()

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
            self._context = None

    def _sweep(self) -> None:
        context = self._context
        if context is None:
            return
        for page in context.pages:
            if page != self._broom:
                page.close()
        if self._broom.evaluate(HAS_CLOCK):  # Playwright puts it into all pages, also those to come
            self.close()
            return
        context.unroute_all()
        context.clear_cookies()
        context.clear_permissions()
        context.set_offline(False)
        context.set_extra_http_headers({})
        context.set_geolocation(None)
        self._session.send("Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": "all"})
