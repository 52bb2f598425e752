from datetime import timedelta
from math import log

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from annotation.actions.prelabels import (
    ATTEMPTS,
    Guess,
    claim_images_to_prelabel,
    fail_prelabels,
    regions_to_prelabel,
    release_images,
    store_prelabels,
)
from annotation.actions.regions import accept, draw
from annotation.actions.versions import promote
from annotation.masks import polygon_mask
from annotation.models import Assignment, Image, Label, ModelVersion, Prelabel, Study, Vote
from annotation.scales import SCALES, TOP_LEVEL
from tests.factories import cast, make_image, make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> ModelVersion:
    return make_version()


@pytest.fixture
def study(version: ModelVersion) -> Study:
    study = make_study()
    promote(study=study, version=version, reason="The first.")
    return study


def guess(quality: int = 3) -> Guess:
    """Sure of everything: this quality, important, no distortion."""
    sure = {scale: [float(level == TOP_LEVEL[scale]) for level in range(TOP_LEVEL[scale] + 1)] for scale in SCALES}
    return Guess(levels=sure | {"quality": [float(level == quality) for level in range(5)]}, undistorted=1.0)


def finish(image: Image, version: ModelVersion) -> int:
    guesses = {region.pk: guess() for region in regions_to_prelabel(image=image, version=version)}
    return store_prelabels(image=image, version=version, guesses=guesses)


def test_an_image_is_judged_by_one_worker_and_then_done(study: Study, version: ModelVersion) -> None:
    images = [make_region(study).image for _ in range(3)]

    first, second = claim_images_to_prelabel(limit=2), claim_images_to_prelabel(limit=2)

    assert (first, second) == (images[:2], images[2:])
    assert [finish(image, version) for image in images] == [1, 1, 1]
    assert claim_images_to_prelabel(limit=9) == []
    assert Prelabel.objects.count() == 3


def test_a_study_without_a_model_waits_for_one(version: ModelVersion) -> None:
    study = make_study()
    region = make_region(study)
    assert claim_images_to_prelabel(limit=9) == []

    promote(study=study, version=version, reason="At last.")

    assert claim_images_to_prelabel(limit=9) == [region.image]


def test_another_version_judges_everything_again_and_nothing_is_lost(study: Study, version: ModelVersion) -> None:
    region = make_region(study)
    finish(region.image, version)

    newer = make_version()
    promote(study=study, version=newer, reason="Better.")

    (image,) = claim_images_to_prelabel(limit=9)
    finish(image, newer)
    assert claim_images_to_prelabel(limit=9) == []
    assert set(region.prelabels.values_list("version", flat=True)) == {version.pk, newer.pk}


def test_a_version_promoted_while_the_old_one_judged_finds_the_image_still_due(
    study: Study, version: ModelVersion
) -> None:
    make_region(study)
    (image,) = claim_images_to_prelabel(limit=1)
    newer = make_version()
    promote(study=study, version=newer, reason="Better.")

    finish(image, version)

    assert claim_images_to_prelabel(limit=1) == [image]


@pytest.mark.parametrize("how", ["accepted", "drawn"])
def test_a_region_that_comes_while_the_image_is_judged_is_judged_next(
    study: Study, version: ModelVersion, how: str
) -> None:
    image, manager = make_image(study), make_member(study, "manager")
    make_region(study, image)
    candidate = make_region(study, image, accepted=False, x=0)
    (claimed,) = claim_images_to_prelabel(limit=1)
    guesses = {region.pk: guess() for region in regions_to_prelabel(image=claimed, version=version)}
    if how == "accepted":
        accept(region=candidate, by=manager)
    else:
        draw(image=image, mask=polygon_mask([(0, 0), (60, 0), (60, 40)], 64, 48), level="object", by=manager)

    store_prelabels(image=claimed, version=version, guesses=guesses)

    (again,) = claim_images_to_prelabel(limit=1)
    assert len(regions_to_prelabel(image=again, version=version)) == 1


def test_what_is_said_twice_is_kept_once(study: Study, version: ModelVersion) -> None:
    region = make_region(study)

    stored = [
        store_prelabels(image=region.image, version=version, guesses={region.pk: guess(quality)}) for quality in (3, 1)
    ]

    assert stored == [1, 0]
    assert region.prelabels.get().expectations()["quality"] == 3


def test_the_votes_that_were_there_before_are_counted(study: Study, version: ModelVersion) -> None:
    fresh, voted = make_region(study), make_region(study)
    cast(voted, make_member(study))

    for region in (fresh, voted):
        finish(region.image, version)

    assert [region.prelabels.get().votes_before for region in (fresh, voted)] == [0, 1]


def test_the_claim_of_a_dead_worker_ends_and_the_third_death_is_the_last(study: Study) -> None:
    image = make_region(study).image
    for _ in range(ATTEMPTS):
        assert claim_images_to_prelabel(limit=1) == [image]
        Image.objects.update(prelabel_claimed_at=timezone.now() - timedelta(minutes=6))

    assert claim_images_to_prelabel(limit=1) == []
    image.refresh_from_db()
    assert image.prelabel_error == "The worker died on this image every time it was tried."


def test_no_image_is_blamed_for_its_neighbour(study: Study, version: ModelVersion) -> None:
    """Four are claimed together, and one of them kills every worker that looks at it."""
    deadly, *others = [make_region(study).image for _ in range(4)]
    tried = []

    while claimed := claim_images_to_prelabel(limit=4):
        tried.append([image.pk for image in claimed])
        for image in claimed:
            if image == deadly:
                Image.objects.update(prelabel_claimed_at=timezone.now() - timedelta(minutes=6))  # of all that it held
                break
            finish(image, version)

    together, alone = [image.pk for image in (deadly, *others)], [[image.pk] for image in (deadly, deadly, *others)]
    assert (tried, Prelabel.objects.count()) == ([together, *alone], 3)
    assert [*Image.objects.exclude(prelabel_error="")] == [deadly]


def test_images_that_were_never_tried_go_before_those_that_were(study: Study) -> None:
    tried, fresh = make_region(study).image, make_region(study).image
    Image.objects.filter(pk=tried.pk).update(prelabel_attempts=1)

    assert [claim_images_to_prelabel(limit=4) for _ in range(3)] == [[fresh], [tried], []]


def test_a_broken_image_waits_for_another_version(study: Study) -> None:
    image = make_region(study).image
    fail_prelabels(image=image, reason="no pixels")
    assert claim_images_to_prelabel(limit=1) == []

    promote(study=study, version=make_version(), reason="Better.")

    assert claim_images_to_prelabel(limit=1) == [image]


def test_a_released_image_has_lost_nothing(study: Study) -> None:
    image = make_region(study).image
    for _ in range(ATTEMPTS + 1):
        claimed = claim_images_to_prelabel(limit=1)
        assert claimed == [image]
        release_images(images=claimed)


def test_giving_back_forgets_no_earlier_death(study: Study) -> None:
    image = make_region(study).image
    Image.objects.update(prelabel_attempts=2)

    release_images(images=claim_images_to_prelabel(limit=1))

    image.refresh_from_db()
    assert (image.prelabel_attempts, image.prelabel_claimed_at) == (2, None)


def test_uncertainty_is_the_mean_share_of_the_entropies() -> None:
    even = {scale: [1 / (TOP_LEVEL[scale] + 1)] * (TOP_LEVEL[scale] + 1) for scale in SCALES}
    halves = guess().levels | {"quality": [0.5, 0.5, 0.0, 0.0, 0.0]}

    assert guess().uncertainty() == 0.0
    assert Guess(levels=even, undistorted=0.5).uncertainty() == pytest.approx(1.0)
    assert Guess(levels=halves, undistorted=0.5).uncertainty() == pytest.approx(log(2) / log(5) / 8)


def test_a_prelabel_is_no_vote_and_touches_none(study: Study, version: ModelVersion) -> None:
    fresh, voted = make_region(study), make_region(study)
    cast(voted, make_member(study))
    kept = [[*rows.order_by("pk").values()] for rows in (Vote.objects, Label.objects, Assignment.objects)]

    for region in (fresh, voted):
        finish(region.image, version)

    assert [[*rows.order_by("pk").values()] for rows in (Vote.objects, Label.objects, Assignment.objects)] == kept


def test_a_prelabel_is_never_changed_or_deleted(study: Study, version: ModelVersion) -> None:
    finish(make_region(study).image, version)

    for statement in ("UPDATE annotation_prelabel SET undistorted = 0", "DELETE FROM annotation_prelabel"):
        with (
            pytest.raises(IntegrityError, match="never changed or deleted"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_prelabel_of_the_wrong_shape_is_refused(study: Study, version: ModelVersion) -> None:
    region = make_region(study)
    short = Guess(levels=guess().levels | {"quality": [1.0, 0.0]}, undistorted=1.0)

    with pytest.raises(DatabaseError, match="prelabel_whole"):
        store_prelabels(image=region.image, version=version, guesses={region.pk: short})
