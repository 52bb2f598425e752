import pytest
from pytest_django import DjangoAssertNumQueries

from annotation.actions.prelabels import fail_prelabels
from annotation.actions.versions import promote
from annotation.actions.votes import retract_vote
from annotation.models import Image
from annotation.queries.progress import distributions_of, own_progress, paces_of, progress_of
from tests.annotation.actions.sitters import rate, run_study
from tests.factories import cast, make_image, make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db


def test_progress_counts_what_is_there() -> None:
    study = make_study(votes_wanted=2)
    done, begun = make_region(study), make_region(study)
    make_region(study, accepted=False)
    make_image(study)
    Image.objects.filter(regions__isnull=False).update(proposed_at="2026-01-01T00:00Z")
    ben, eve = make_member(study), make_member(study)
    for person in (ben, eve):
        cast(done, person)
    cast(begun, ben)
    cast(done, make_member(study))

    progress = progress_of(study)

    assert (progress.images, progress.images_waiting, progress.regions, progress.candidates) == (4, 1, 2, 1)
    assert (progress.seats, progress.votes, progress.surplus, progress.settled) == (4, 3, 1, 1)
    assert progress.percent == 75


def test_checks_are_no_surplus_votes() -> None:
    study = run_study(regions=4, warm_up=2)
    eve = make_member(study)
    for _ in range(3):
        cast(make_region(study), eve)
    votes = rate(study, make_member(study), 10)

    progress = progress_of(study)

    assert [vote.surplus for vote in votes] == [True] * 2 + [False] * 4
    assert (progress.votes, progress.surplus, progress.votes_last_day) == (7, 0, 7)


def test_paces_list_everybody_with_their_live_votes(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    study = make_study()
    make_member(study, "manager")
    ben, eve = make_member(study), make_member(study)
    cast(make_region(study), ben)
    retract_vote(vote=cast(make_region(study), eve), annotator=eve)

    with django_assert_num_queries(2):
        paces = paces_of(study)

    assert [(pace.membership.user, pace.votes, pace.median_ms) for pace in paces] == [(ben, 1, 12_000), (eve, 0, None)]


def test_distributions_count_settled_labels_per_class_and_without() -> None:
    study = make_study(votes_wanted=1)
    cast(make_region(study), make_member(study), blur=0, quality=1)
    cast(make_region(study), make_member(study), quality=4)

    counts = distributions_of(study)

    assert counts["blur"] == [1, 0, 0, 0, 0, 1]
    assert counts["quality"] == [0, 1, 0, 0, 1]
    assert counts["noise"] == [0, 0, 0, 0, 0, 2]


def test_own_progress_knows_one_s_own_votes_only() -> None:
    study = make_study()
    ben, eve = make_member(study), make_member(study)
    region = make_region(study)
    cast(region, ben)
    cast(region, eve)

    own = own_progress(study, ben.pk)

    assert (own.votes, own.votes_last_day, own.median_ms, own.open_seats) == (1, 1, 12_000, True)
    assert own_progress(study, make_member(study).pk).votes == 0


def test_images_wait_for_a_model_only_where_there_is_one() -> None:
    study, version = make_study(), make_version()
    broken = make_region(study).image
    make_region(study)
    without = progress_of(study)

    promote(study=study, version=version, reason="The first.")
    fail_prelabels(image=broken, reason="no pixels")

    progress = progress_of(study)
    assert (without.prelabels_waiting, without.prelabel_errors) == (0, 0)
    assert (progress.prelabels_waiting, progress.prelabel_errors) == (1, 1)
