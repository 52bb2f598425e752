"""The guidelines: written as a draft in the page, published under the number they have or a new one."""

from django.db import transaction

from annotation.actions.deeds import note_correction
from annotation.actions.texts import check_text
from annotation.errors import Conflict, InvalidInput
from annotation.models import Codebook, Study, User, Vote

LONGEST = 50_000


def publish_codebook(*, study: Study, guidelines: str, by: User, correction: bool, number: int) -> int:
    """Puts a text in force; the number it has. A correction keeps it; otherwise it goes up, and exams are due again.

    `number` is the one the writer had before their eyes. Raises Conflict when somebody else has published since,
    or when nothing is different; InvalidInput for a text that is too long or cannot be kept.
    """
    text = guidelines.replace("\r\n", "\n").strip()
    check_guidelines(text)
    with transaction.atomic():
        fresh = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if fresh.codebook != number:
            raise Conflict(f"Somebody has published number {fresh.codebook} meanwhile; look at it first.", code="stale")
        if fresh.guidelines.strip() == text:
            raise Conflict("The text is the same as the one in force.", code="unchanged")
        keep_followed(study=fresh, always=not correction)
        before, fresh.guidelines = fresh.guidelines, text
        if correction:
            note_correction(study=fresh, by=by, before=before)
        else:
            fresh.codebook += 1
            Codebook.objects.create(study=fresh, number=fresh.codebook, guidelines=text, published_by=by)
        fresh.save(update_fields=["guidelines", "codebook"])
        study.guidelines, study.codebook = fresh.guidelines, fresh.codebook
        return fresh.codebook


def check_guidelines(guidelines: str) -> None:
    """Raises InvalidInput for what cannot be published."""
    if len(guidelines) > LONGEST:
        raise InvalidInput(f"The guidelines have {len(guidelines)} characters; the most is {LONGEST}.")
    check_text(guidelines)


def keep_followed(*, study: Study, always: bool = False) -> None:
    """Before another text takes its place: the row of the number in force, once somebody has voted by it."""
    if always or Vote.objects.filter(study=study, codebook=study.codebook).exists():
        Codebook.objects.get_or_create(study=study, number=study.codebook, defaults={"guidelines": study.guidelines})
