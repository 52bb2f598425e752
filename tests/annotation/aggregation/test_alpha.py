import numpy as np
import pytest

from annotation.aggregation.alpha import alpha, alpha_without_each
from annotation.aggregation.tables import table_of, table_of_counts
from tests.annotation.aggregation.panels import (
    KRIPPENDORFF,
    SHROUT,
    B,
    V,
    ballots,
    by_annotator,
    by_region,
    fleiss_counts,
)


@pytest.mark.parametrize(
    ("votes", "metric", "expected"),
    [
        (by_annotator(KRIPPENDORFF), "nominal", 0.743421),
        (by_annotator(KRIPPENDORFF), "ordinal", 0.815388),
        (by_annotator(KRIPPENDORFF), "interval", 0.849107),
        (by_annotator(B), "nominal", 0.287356),
        (by_annotator(B), "ordinal", 0.825922),
        (by_annotator(B), "interval", 0.816632),
        (by_region(V), "nominal", 0.203541),
        (by_region(V), "ordinal", 0.436680),
        (by_region(V), "interval", 0.431234),
        (by_region(SHROUT), "interval", 0.147308),
        (by_region(SHROUT), "ordinal", 0.109059),
    ],
)
def test_alpha_of_known_panels(votes, metric, expected) -> None:
    assert alpha(table_of(votes), metric, resamples=0).value == pytest.approx(expected, abs=1e-6)


def test_alpha_of_counts() -> None:
    table = table_of_counts(fleiss_counts())

    assert alpha(table, "ordinal", resamples=0).value == pytest.approx(0.540750, abs=1e-6)
    assert alpha(table, "interval", resamples=0).value == pytest.approx(0.543740, abs=1e-6)


def test_alpha_without_each_annotator_shows_the_erratic_one() -> None:
    votes = by_region(V)

    expected = [0.3421, 0.3797, 0.3573, 0.4151, 0.3770, 0.3770, 0.3962, 0.8382]
    assert alpha_without_each(votes, "interval") == pytest.approx(expected, abs=5e-5)
    assert alpha_without_each(votes, "ordinal")[7] == pytest.approx(0.8493, abs=5e-5)


def test_alpha_without_each_is_alpha_of_the_others() -> None:
    votes = by_annotator(KRIPPENDORFF)

    for metric in ("nominal", "ordinal", "interval"):
        again = [alpha(table_of(votes.where(votes.annotator != one)), metric, resamples=0).value for one in range(4)]
        assert alpha_without_each(votes, metric) == pytest.approx(again, abs=1e-12)


def test_the_interval_holds_the_value_and_is_the_same_again() -> None:
    found = alpha(table_of(by_region(V)), "ordinal")

    assert found.low < found.value < found.high
    assert alpha(table_of(by_region(V)), "ordinal") == found


def test_alpha_is_unknown_when_nothing_could_disagree() -> None:
    assert alpha(table_of(ballots([["2", "2"], ["2", "2"]])), "ordinal").value is None
    assert alpha(table_of(ballots([["2", "."], [".", "3"]])), "ordinal").value is None
    assert alpha_without_each(ballots([["2", "1"], ["2", "3"]]), "ordinal") == [None, None]


def test_perfect_agreement_is_one() -> None:
    found = alpha(table_of(ballots([["2", "2"], ["3", "3"], ["0", "0"], ["1", "1"], ["4", "4"]])), "ordinal")

    assert found.value == pytest.approx(1.0)
    assert np.isfinite([found.low, found.high]).all()


def test_scales_with_many_levels_need_no_matrix_of_pairs() -> None:
    rng = np.random.default_rng(0)
    score = np.clip(rng.normal(50, 20, (400, 1)) + rng.normal(0, 10, (400, 8)), 0, 100)
    votes = ballots(np.round(score, 2).astype(str).tolist())

    found = alpha(table_of(votes), "ordinal", resamples=50)

    assert found.low < found.value < found.high
    assert found.value == pytest.approx(0.8, abs=0.05)
