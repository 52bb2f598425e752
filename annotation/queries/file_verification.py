"""Are the stored files of a study's images still the bytes that were imported?"""

import hashlib
from collections.abc import Iterator

from annotation.models import Image, Study
from annotation.queries.verification import Difference


def file_differences(study: Study) -> Iterator[Difference | None]:
    """One answer per image, None when its file is there with the right hash."""
    for image in Image.objects.filter(study=study).order_by("pk").iterator(chunk_size=500):
        yield _difference(image)


def _difference(image: Image) -> Difference | None:
    subject = f"image {image.pk} ({image.name})"
    try:
        with image.file.open("rb") as file:
            digest = hashlib.sha256()
            for piece in file.chunks():
                digest.update(piece)
    except (OSError, ValueError) as error:
        return Difference(None, subject, f"the file cannot be read: {error}.")
    if digest.hexdigest() != image.sha256:
        return Difference(None, subject, f"the file has the hash {digest.hexdigest()}, not {image.sha256}.")
    return None
