"""What all routes have in common: who is let in, what they may send, how large it may be."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.http import Http404
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.models import User
from webapp.api.filters import Filter, read_filters
from webapp.api.negotiation import FileNegotiation
from webapp.api.paging import PARAMETERS
from webapp.api.parsing import ObjectParser, check_size
from webapp.api.permissions import SignedInWithinScope
from webapp.api.schema import RouteSchema


class Route(APIView):
    """A view parses, authorises through `webapp.access`, calls one action and answers."""

    rating: ClassVar[bool] = False
    """Whether a token needs the scope `rate` here."""
    paged: ClassVar[bool] = False
    filters: ClassVar[Mapping[str, Filter]] = {}

    parser_classes = [ObjectParser]
    permission_classes = [SignedInWithinScope]
    metadata_class = None
    schema: Any = RouteSchema()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.check_size(request)
        super().initial(request, *args, **kwargs)
        listing = request.method in SAFE_METHODS
        filters = self.filters if listing else {}
        asked = request.META.get("QUERY_STRING")
        paging = PARAMETERS if listing and self.paged else ()
        self.chosen = read_filters(request.query_params, filters, paging) if asked else {}

    def check_size(self, request: Request) -> None:
        check_size(request)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "private, no-store")  # what one may see changes
        return answer

    @property
    def person(self) -> User:
        """The signed-in person; the permission classes have seen to it that there is one."""
        return cast(User, self.request.user)


class UnknownRoute(Route):
    """The last route: an address nobody answers, in the same shape as every other error."""

    schema: Any = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404("There is no such address.")

    def get(self, request: Request, **_: str) -> Response:
        raise Http404("There is no such address.")


class FileRoute(Route):
    """A view that answers with a file."""

    content_negotiation_class = FileNegotiation
