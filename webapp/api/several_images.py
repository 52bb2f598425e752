"""One decision about several images of a study."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.several_images import MOST_IMAGES, accept_images, discard_images, propose_for_images
from annotation.models import Image
from webapp import access
from webapp.api.parsing import parse
from webapp.api.schema import describe
from webapp.api.several_people import TallyShape, ids, tally_shape
from webapp.api.views import Route
from webapp.doorbell import ring_proposals

VERBS = {"accept": accept_images, "discard": discard_images, "propose": propose_for_images}


class ImagesDecided(serializers.Serializer[Image]):
    """Accept every region that waits for a decision, discard every region without votes, or have regions proposed anew."""

    images = ids(MOST_IMAGES)
    verb = serializers.ChoiceField([*VERBS])


class ImageDecisions(Route):
    @describe(
        "Decide about the regions of several images; those where it cannot be are left",
        TallyShape,
        body=ImagesDecided,
        errors=(404,),
    )
    def put(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        given = parse(ImagesDecided, request)
        tally = VERBS[given["verb"]](study=study, image_ids=given["images"], by=self.person)
        ring_proposals()
        return Response(tally_shape(tally))
