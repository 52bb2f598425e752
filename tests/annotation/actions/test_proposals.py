from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from annotation.actions.proposals import ATTEMPTS, claim_images, fail_proposal, release_claims, retry_proposal
from annotation.models import Image
from tests.factories import make_image, make_study

pytestmark = pytest.mark.django_db


def test_an_image_is_claimed_by_one_worker_only() -> None:
    study = make_study()
    images = [make_image(study) for _ in range(3)]

    first, second = claim_images(limit=2), claim_images(limit=2)

    assert first == images[:2]
    assert second == images[2:]
    assert claim_images(limit=2) == []


def test_the_claim_of_a_dead_worker_ends_and_the_third_death_is_the_last() -> None:
    image = make_image(make_study())
    for _ in range(ATTEMPTS):
        assert claim_images(limit=1) == [image]
        Image.objects.update(proposal_claimed_at=timezone.now() - timedelta(minutes=6))

    assert claim_images(limit=1) == []
    image.refresh_from_db()
    assert image.proposal_error == "The worker died on this image every time it was tried."


def test_one_that_kills_its_worker_takes_no_other_along() -> None:
    study = make_study()
    deadly, *others = images = [make_image(study) for _ in range(4)]
    assert claim_images(limit=4) == images  # and the worker dies

    tried = []
    for _ in range(8):
        Image.objects.update(proposal_claimed_at=timezone.now() - timedelta(minutes=6))
        claimed = claim_images(limit=4)
        tried.append(claimed)
        if claimed != [deadly]:
            Image.objects.filter(pk__in=[image.pk for image in claimed]).update(proposed_at=timezone.now())

    assert tried == [[deadly], [deadly], *([image] for image in others), [], [], []]
    assert list(Image.objects.exclude(proposal_error="")) == [deadly]


def test_what_was_claimed_and_not_begun_goes_back_and_counts_for_nothing() -> None:
    study = make_study()
    images = [make_image(study) for _ in range(2)]
    claimed = claim_images(limit=2)

    release_claims(images=claimed)

    assert claim_images(limit=2) == images
    assert set(Image.objects.values_list("proposal_attempts", flat=True)) == {1}


def test_a_failed_image_waits_until_it_is_retried() -> None:
    study = make_study()
    image, other, third = (make_image(study) for _ in range(3))
    for failed in (image, other):
        fail_proposal(image=failed, reason="no pixels")
    assert claim_images(limit=3) == [third]

    retry_proposal(image=image)

    assert claim_images(limit=3) == [image]


def test_a_claim_takes_no_more_than_its_limit_whatever_the_plan() -> None:
    study = make_study()
    for _ in range(40):
        make_image(study)

    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_material = off"
        )
    claims = [len(claim_images(limit=3)) for _ in range(5)]

    assert claims == [3] * 5
    assert Image.objects.exclude(proposal_claimed_at=None).count() == 15
