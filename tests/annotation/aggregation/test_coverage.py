"""That 95 % intervals hold what everybody would say in 93.5 to 96.5 % of simulated regions, with the panel's own noise.

Up to 97 % where the panel is so steady that few means of whole levels are likely at all.
"""

import numpy as np
import pytest

from annotation.aggregation.doubt import with_it
from annotation.aggregation.gsd import votes_of_sos
from annotation.aggregation.intervals import SOS, interval
from annotation.aggregation.sos import own_sos
from annotation.aggregation.tables import table_of_counts

REGIONS = 8000


def rounders(rng: np.random.Generator, sd: float) -> np.ndarray:
    """Shares of levels of people who round a normal opinion."""
    from scipy.special import ndtr

    truth = rng.uniform(0.5, 3.5, (REGIONS, 1))
    below = ndtr((np.array([0.5, 1.5, 2.5, 3.5]) - truth) / sd)
    return np.diff(np.hstack([np.zeros((REGIONS, 1)), below, np.ones((REGIONS, 1))]), axis=1)


def koniq(rng: np.random.Generator) -> np.ndarray:
    return votes_of_sos(np.clip(rng.normal(2.1, 0.55, REGIONS), 0.3, 3.7), SOS)


@pytest.mark.parametrize("votes", [7, 9, 15])
@pytest.mark.parametrize("panel", ["rounders .5", "rounders .65", "koniq"])
def test_the_interval_covers_as_it_says(panel: str, votes: int) -> None:
    rng = np.random.default_rng([votes, 9])
    shares = koniq(rng) if panel == "koniq" else rounders(rng, float(panel.split()[1]))
    counts, levels = rng.multinomial(votes, shares), np.arange(5)
    sos = own_sos(table_of_counts(counts), 4)
    means = counts @ levels / votes
    variances = (counts @ levels**2 - votes * means**2) / (votes - 1)

    found = [interval(float(m), float(v), votes, 4, sos) for m, v in zip(means, variances, strict=True)]

    covered = np.mean([one.low <= truth <= one.high for one, truth in zip(found, shares @ levels, strict=True)])
    assert 0.935 <= covered <= (0.97 if panel == "koniq" else 0.965)
    assert min(one.high - one.low for one in found) > 0


def test_a_few_regions_do_not_move_the_usual_noise_much() -> None:
    assert own_sos(table_of_counts(np.array([[0, 0, 7, 0, 0]])), 4) == pytest.approx(SOS * 20 / 21)
    assert own_sos(table_of_counts(np.array([[0, 0, 1, 0, 0]])), 4) == SOS


def test_with_or_without_is_as_sure_as_it_says() -> None:
    rng = np.random.default_rng(3)
    share = rng.random(200_000)
    without = rng.binomial(7, share)
    said = with_it(np.stack([7 - without, without], axis=1))

    for votes in range(8):
        chosen = without == votes
        assert np.mean(share[chosen] < 0.5) == pytest.approx(said[chosen][0], abs=0.01)
