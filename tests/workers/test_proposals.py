import numpy as np
import pytest

from annotation.actions.regions import discard, draw
from annotation.enums import RegionStatus
from annotation.masks import Mask, encode_mask
from annotation.models import Assignment, Image, Region
from ml.proposals.checkpoints import CheckpointError
from tests.factories import make_image, make_study, make_user
from tests.pictures import picture_bytes
from tests.workers.proposers import FakeProposer
from workers.tasks import proposals
from workers.tasks.proposals import propose_regions_task

pytestmark = pytest.mark.django_db


def test_every_waiting_image_gets_its_regions_and_the_chosen_ones_their_seats(fake: FakeProposer) -> None:
    study = make_study(votes_wanted=7)
    for seed in range(3):
        make_image(study, picture_bytes("PNG", 64, 48, seed=seed))

    assert propose_regions_task() == 3

    assert Region.objects.filter(status=RegionStatus.ACCEPTED, proposer="fake").count() == 6
    assert sorted(Region.objects.values_list("area", flat=True)) == [1089] * 3 + [1600] * 3
    assert Assignment.objects.count() == 6 * 7
    assert Image.objects.filter(proposed_at=None).count() == 0


def test_ringing_again_changes_nothing(fake: FakeProposer) -> None:
    make_image(make_study(), picture_bytes("PNG", 64, 48))
    propose_regions_task()

    assert propose_regions_task() == 0
    assert (fake.looked, Region.objects.count()) == (1, 2)


def test_a_study_that_wants_one_region_keeps_the_others_as_candidates(fake: FakeProposer) -> None:
    make_image(make_study(regions_per_image=1), picture_bytes("PNG", 64, 48))

    propose_regions_task()

    assert sorted(Region.objects.values_list("status", flat=True)) == ["accepted", "candidate"]


@pytest.mark.parametrize("discarded, proposed", [(False, [1089]), (True, [1089, 1600])])
def test_nearly_what_somebody_drew_before_is_not_asked_about_twice(
    fake: FakeProposer, discarded: bool, proposed: list[int]
) -> None:
    image = make_image(make_study(), picture_bytes("PNG", 64, 48))
    drawn = draw(image=image, mask=a_block(1, 1, 40), level="object", by=make_user())
    if discarded:
        discard(region=drawn, by=make_user())

    propose_regions_task()

    assert sorted(image.regions.exclude(pk=drawn.pk).values_list("area", flat=True)) == proposed


def a_block(x: int, y: int, side: int) -> Mask:
    pixels = np.zeros((48, 64), dtype=np.bool_)
    pixels[y : y + side, x : x + side] = True
    return encode_mask(pixels)


def test_a_broken_image_fails_alone(fake: FakeProposer) -> None:
    study = make_study()
    broken = make_image(study, b"no picture")
    good = make_image(study, picture_bytes("PNG", 64, 48))

    assert propose_regions_task() == 2

    broken.refresh_from_db()
    assert (broken.proposed_at, broken.proposal_error != "") == (None, True)
    assert good.regions.count() == 2


def test_an_image_without_any_region_is_not_tried_for_ever(fake: FakeProposer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake, "propose", list)
    make_image(make_study(), picture_bytes("PNG", 64, 48))

    propose_regions_task()

    assert propose_regions_task() == 0
    assert Image.objects.filter(proposed_at=None).count() == 0


def test_a_slow_proposer_gives_back_what_it_has_no_time_for(
    fake: FakeProposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make_study()
    for seed in range(3):
        make_image(study, picture_bytes("PNG", 64, 48, seed=seed))
    clock = iter([0.0, 0.0, 0.0, 201.0, 201.0])
    monkeypatch.setattr(proposals, "monotonic", lambda: next(clock))

    assert propose_regions_task() == 1

    waiting = Image.objects.filter(proposed_at=None)
    assert list(waiting.values_list("proposal_claimed_at", "proposal_attempts")) == [(None, 0), (None, 0)]


@pytest.mark.slow
def test_the_embedded_proposer_finds_regions_in_a_photograph() -> None:
    from skimage import data

    image = data.astronaut()
    import io

    from PIL import Image as Picture

    out = io.BytesIO()
    Picture.fromarray(image).save(out, "PNG")
    make_image(make_study(), out.getvalue(), width=512, height=512)

    propose_regions_task()

    regions = Region.objects.filter(status=RegionStatus.ACCEPTED)
    assert regions.count() == 3
    assert min(region.area for region in regions) >= 1024
    assert {region.level for region in regions} == {"object", "component"}


def test_of_a_proposer_that_cannot_be_loaded_the_reason_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_study()
    for seed in range(3):
        make_image(study, picture_bytes("PNG", 64, 48, seed=seed))

    def unusable() -> FakeProposer:
        raise CheckpointError("sam.pth is not a file of weights, or holds more than weights")

    monkeypatch.setattr(proposals, "proposer", unusable)

    assert propose_regions_task() == 3

    reason = "sam.pth is not a file of weights, or holds more than weights"
    assert list(Image.objects.values_list("proposal_error", flat=True)) == [reason] * 3


def test_what_stops_the_proposer_at_one_image_does_not_keep_the_others_waiting(
    fake: FakeProposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make_study()
    first, second = (make_image(study, picture_bytes("PNG", 64, 48, seed=seed)) for seed in range(2))

    def out_of_memory() -> None:
        raise RuntimeError("CUDA out of memory")

    with monkeypatch.context() as once:
        once.setattr(fake, "propose", out_of_memory)
        with pytest.raises(RuntimeError, match="CUDA out of memory"):
            propose_regions_task()

    assert propose_regions_task() == 1
    assert (first.regions.count(), second.regions.count()) == (0, 2)
    first.refresh_from_db()
    assert (first.proposal_attempts, first.proposal_error) == (1, "")
