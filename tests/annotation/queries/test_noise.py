"""A study's own noise: in the API, in what the rules ask for, frozen in snapshots and their exports."""

import csv
from pathlib import Path

import pytest

from annotation.actions.exclusions import exclude
from annotation.actions.exports import write_snapshot
from annotation.actions.snapshots import take_snapshot
from annotation.aggregation.intervals import SOS
from annotation.aggregation.labels import Rule
from annotation.aggregation.noise import noise_of
from annotation.enums import Role
from annotation.exchange.meter import Meter
from annotation.models import Label, Protocol, Snapshot, Study, User
from annotation.queries.asking import asking_of
from annotation.queries.noise import forget, noise_at
from annotation.scales import SCALES
from tests.annotation.exchange.snapshots import read_regions
from tests.factories import cast, make_image, make_member, make_region, make_study
from tests.webapp.pages.cast import client_of

pytestmark = pytest.mark.django_db
REGIONS, QUALITIES = 24, (0, 2, 4)


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget()


def make_noisy_study(regions: int = REGIONS, wanted: int = 3) -> tuple[Study, list[User]]:
    """People who never agree on quality, and always on everything else."""
    study = make_study(votes_wanted=wanted)
    image, people = make_image(study), [make_member(study) for _ in QUALITIES]
    for _ in range(regions):
        region = make_region(study, image)
        for person, quality in zip(people, QUALITIES, strict=True):
            cast(region, person, quality=quality)
    return study, people


def rows(snapshot: Snapshot, folder: Path, **options: bool) -> list[dict[str, str]]:
    write_snapshot(snapshot, {"csv": folder}, Meter(None, 0), **options)
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_is_known_from_twenty_settled_labels_on() -> None:
    few, _ = make_noisy_study(19)
    enough, _ = make_noisy_study(20)

    assert noise_at(few) == dict.fromkeys(SCALES, SOS)
    assert noise_at(enough)["quality"] == pytest.approx((20 * SOS + 20 * 1.0) / 40, abs=1e-4)
    assert noise_at(enough)["importance"] < SOS


def test_open_labels_do_not_tell_of_it() -> None:
    study, _ = make_noisy_study(wanted=4)

    assert noise_at(study) == dict.fromkeys(SCALES, SOS)


def test_the_api_s_intervals_go_by_it() -> None:
    study, _ = make_noisy_study()
    dora = make_member(study, Role.REVIEWER)

    label = client_of(dora).get(f"/api/v1/studies/{study.slug}/labels").json()["results"][0]

    low, high = label["scales"]["quality"]["interval"]
    fixed = label["scales"]["importance"]["interval"]
    assert (low, high) == (0.0, 4.0)
    assert high - low > fixed[1] - fixed[0]


def test_the_rules_ask_by_it() -> None:
    study, _ = make_noisy_study()
    protocol = Protocol.objects.create(study=study, adaptive=True, votes_cap=9)

    asking = asking_of(study, protocol)

    assert (asking.sos("quality"), asking.sos("importance")) == (
        noise_at(study)["quality"],
        noise_at(study)["importance"],
    )


def test_a_snapshot_freezes_it_and_its_labels_go_by_it(tmp_path: Path) -> None:
    study, _ = make_noisy_study()
    snapshot = take_snapshot(study=study)
    frozen = noise_at(study)
    later = make_region(study)
    cast(later, make_member(study), quality=0)

    label = read_regions(snapshot)[0].labels["quality"]

    assert label.of_record.interval is not None
    usual = noise_of({}, Rule())["quality"]
    assert frozen["quality"] > usual
    assert rows(snapshot, tmp_path)[0]["quality_low"] == "0.0"
    card = (tmp_path / "README.md").read_text()
    assert [f"quality {frozen['quality']:g}" in line for line in card.splitlines() if "own noise" in line] == [True]


def test_labels_with_the_excluded_have_the_noise_of_all(tmp_path: Path) -> None:
    study, people = make_noisy_study()
    exclude(study=study, annotator=people[2], by=make_member(study, Role.MANAGER), reason="Always four.")
    snapshot = take_snapshot(study=study)

    plain, whole = rows(snapshot, tmp_path / "plain"), rows(snapshot, tmp_path / "whole", with_excluded=True)

    cards = [(tmp_path / name / "README.md").read_text() for name in ("plain", "whole")]
    noises = [float(card.split("quality ")[-1].split(",")[0]) for card in cards]
    assert [row["n"] for row in (plain[0], whole[0])] == ["2", "3"]
    assert (noises[0], noises[1] > SOS) == (SOS, True)  # two votes of three: the labels are open again
    assert Label.objects.filter(votes=2).count() == REGIONS
