from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from webapp.health import healthz, readyz
from webapp.pages.sign_in import admin_sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("webapp.api.urls")),
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/login/", admin_sign_in),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account")),  # ours is throttled
    path("admin/", admin.site.urls),
    path("", include("webapp.pages.urls")),
]

handler404 = "webapp.pages.missing.nothing_here"
