"""One's own sitting."""

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.sittings import end_sitting
from webapp import access
from webapp.api.schema import describe
from webapp.api.views import Route


class SittingEnd(Route):
    rating = True

    @describe("Stop for now: my sitting ends; who comes back within minutes goes on in it", status=204, errors=(404,))
    def post(self, request: Request, slug: str) -> Response:
        end_sitting(study=access.study_for(self.person, slug, access.RATERS), annotator=self.person)
        return Response(status=204)
