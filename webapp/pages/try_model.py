"""Click anywhere: a picture to click into, and what the active model says of the place. The answers come from the API."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from annotation.models import Image, Picture, Study
from webapp.access import OVERSEERS, picture_in, pictures_of
from webapp.doorbell import ring_ahead
from webapp.pages.files import SHOWN, shown
from webapp.pages.numbers import whole
from webapp.pages.page import Request, member, page
from webapp.pages.thumbnails import shrink

MOST_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Subject:
    """What may be clicked into: one of the study's images, or a picture of one's own."""

    kind: str
    row: Image | Picture
    file: str
    thumbnail: str


@page("GET")
def try_model(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study, name = membership.study, request.GET.get("name", "").replace("\0", "")
    images = Image.objects.filter(study=study, name__icontains=name).order_by("sort_name", "pk")[: MOST_SHOWN + 1]
    strip = [of_picture(study, row) for row in pictures_of(request.user, study)]
    strip += [of_image(study, row) for row in images[:MOST_SHOWN]]
    subject = chosen(request, study) or next(iter(strip), None)
    if subject is not None and study.active_version_id is not None:
        ring_ahead(subject.row, study.active_version_id)
    context = {
        "membership": membership,
        "study": study,
        "tab": "try",
        "name": name,
        "subject": subject,
        "strip": strip,
        "more": len(images) > MOST_SHOWN,
    }
    return render(request, "pages/try_model.html", context)


def chosen(request: Request, study: Study) -> Subject | None:
    """What the address names. Raises Http404 for what is not there."""
    image, picture = (request.GET.get(kind, "") for kind in ("image", "picture"))
    if image:
        return of_image(study, get_object_or_404(Image, pk=_number(image), study=study))
    return of_picture(study, picture_in(request.user, study, _number(picture))) if picture else None


def of_image(study: Study, image: Image) -> Subject:
    place = [study.slug, image.pk]
    return Subject("image", image, reverse("original", args=place), reverse("thumbnail", args=place))


def of_picture(study: Study, picture: Picture) -> Subject:
    place = [study.slug, picture.pk]
    return Subject("picture", picture, reverse("try-file", args=place), reverse("try-thumbnail", args=place))


@page("GET")
def file(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """The bytes that the person brought."""
    picture = picture_in(request.user, member(request, slug, OVERSEERS).study, pk)
    return shown(picture.file, picture.media_type)


@page("GET")
def thumbnail(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """Made anew each time: it is seen by one person, for a day."""
    picture = picture_in(request.user, member(request, slug, OVERSEERS).study, pk)
    try:
        response = HttpResponse(shrink(picture), content_type="image/jpeg")
    except (OSError, UnidentifiedImageError, Pillow.DecompressionBombError) as error:
        raise Http404("The picture cannot be shown.") from error
    response["Cache-Control"] = SHOWN
    return response


def _number(text: str) -> int:
    number = whole(text)
    if number is None:
        raise Http404("There is no such picture.")
    return number
