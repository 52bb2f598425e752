"""The addresses of the API, from the URL configuration itself."""

from django.urls import URLPattern
from django.urls.resolvers import RoutePattern

from webapp.api.urls import urlpatterns


def api_routes() -> dict[str, list[str]]:
    """Each address, with {names} for its parts, and the methods it answers. The last, for all others, is left out."""
    routes = {}
    for pattern in urlpatterns:
        if isinstance(pattern, URLPattern) and isinstance(pattern.pattern, RoutePattern):
            path = str(pattern.pattern).replace("<int:pk>", "{id}").replace("<slug:slug>", "{slug}")
            view = pattern.callback.cls
            routes[path] = [name for name in ("get", "post", "put", "patch", "delete") if hasattr(view, name)]
    return routes
