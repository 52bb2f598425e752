"""Addresses that lead nowhere: the page that says so, or the same address without the slash that somebody typed after it."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import is_valid_path
from django.utils.http import escape_leading_slashes
from django.views.defaults import page_not_found


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    shorter = request.path_info.rstrip("/")
    if request.method in ("GET", "HEAD") and shorter != request.path_info and is_valid_path(shorter):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(escape_leading_slashes(shorter) + ("?" + query if query else ""))
    return page_not_found(request, exception)
