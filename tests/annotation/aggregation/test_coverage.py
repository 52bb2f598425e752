"""That 95 % intervals hold what everybody would say in 93.5 to 96.5 % of simulated regions, with the panel's own noise."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from annotation.aggregation.doubt import with_it
from annotation.aggregation.gsd import votes_of_sos
from annotation.aggregation.intervals import SOS, interval
from annotation.aggregation.labels import Rule, label_scale
from annotation.aggregation.noise import noise_of
from annotation.aggregation.sos import own_sos
from annotation.aggregation.tables import table_of_counts

REGIONS, MANY = 8_000, 100_000
"""Many where they cost little: chance moves the share by less than a tenth of a percent."""
PEOPLE = 96
"""That a study finds its annotators among: the interval is about all of them."""


def rounders(rng: np.random.Generator, sd: float) -> np.ndarray:
    """Shares of levels of people who round a normal opinion."""
    from scipy.special import ndtr

    truth = rng.uniform(0.5, 3.5, (MANY, 1))
    below = ndtr((np.array([0.5, 1.5, 2.5, 3.5]) - truth) / sd)
    return np.diff(np.hstack([np.zeros((MANY, 1)), below, np.ones((MANY, 1))]), axis=1)


def koniq(rng: np.random.Generator) -> np.ndarray:
    """So steady that few means of whole levels are likely at all: the widest intervals of all panels here."""
    return votes_of_sos(np.clip(rng.normal(2.1, 0.55, MANY), 0.3, 3.7), SOS)


@pytest.mark.parametrize("votes", [7, 9, 15])
@pytest.mark.parametrize("panel", ["rounders .5", "rounders .65", "koniq"])
def test_the_interval_covers_as_it_says(panel: str, votes: int) -> None:
    rng = np.random.default_rng([votes, 9])
    shares = koniq(rng) if panel == "koniq" else rounders(rng, float(panel.split()[1]))
    counts, levels = rng.multinomial(votes, shares), np.arange(5)
    sos = own_sos(table_of_counts(counts), 4)
    kinds, kind = np.unique(counts, axis=0, return_inverse=True)
    means = kinds @ levels / votes
    variances = (kinds @ levels**2 - votes * means**2) / (votes - 1)

    found = [interval(float(m), float(v), votes, 4, sos) for m, v in zip(means, variances, strict=True)]

    ends, truths = np.array([(one.low, one.high) for one in found])[kind.ravel()], shares @ levels
    covered = np.mean((ends[:, 0] <= truths) & (truths <= ends[:, 1]))
    assert 0.935 <= covered <= 0.965
    assert min(one.high - one.low for one in found) > 0


def crowd(
    rng: np.random.Generator, sd: float, spoiled: Callable[[np.ndarray], np.ndarray] | None, bad: int
) -> np.ndarray:
    """Shares of levels (regions x people x 5): rounded opinions with a bias of one's own; `bad` people spoil theirs."""
    from scipy.special import ndtr

    truth, people = rng.uniform(0.3, 3.7, (REGIONS, 1, 1)), (1, PEOPLE, 1)
    bias, spread = rng.normal(0, 0.3, people), sd * np.exp(rng.normal(0, 0.2, people))
    below = ndtr((np.array([0.5, 1.5, 2.5, 3.5]) - truth - bias) / spread)
    ends = np.ones((*below.shape[:2], 1))
    shares = np.diff(np.concatenate([0 * ends, below, ends], axis=2), axis=2)
    if spoiled is not None:
        shares[:, :bad] = spoiled(shares[:, :bad])
    return shares


def at_random(shares: np.ndarray) -> np.ndarray:
    return np.full_like(shares, 0.2)


def always_two(shares: np.ndarray) -> np.ndarray:
    return np.broadcast_to(np.eye(5)[2], shares.shape)


def contrary(shares: np.ndarray) -> np.ndarray:
    return shares[:, :, ::-1]


CROWDS = {
    "ordinary": partial(crowd, sd=0.65, spoiled=None, bad=0),
    "noisy": partial(crowd, sd=1.0, spoiled=None, bad=0),
    "8 % at random": partial(crowd, sd=0.65, spoiled=at_random, bad=8),
    "17 % at random": partial(crowd, sd=0.65, spoiled=at_random, bad=16),
    "8 % constant": partial(crowd, sd=0.65, spoiled=always_two, bad=8),
    "8 % contrary": partial(crowd, sd=0.65, spoiled=contrary, bad=8),
}


def counts_of(rng: np.random.Generator, shares: np.ndarray, votes: int) -> np.ndarray:
    """Of different people on each region."""
    who = rng.random(shares.shape[:2]).argsort(axis=1)[:, :votes]
    chosen = np.take_along_axis(shares, who[:, :, None], axis=1)
    level = (rng.random((*who.shape, 1)) > chosen.cumsum(axis=2)).sum(axis=2)
    return np.asarray((level[:, :, None] == np.arange(5)).sum(axis=1))


@pytest.mark.parametrize("votes", [7, 9, 15])
@pytest.mark.parametrize("name", CROWDS)
def test_labels_intervals_cover_whatever_the_panel(name: str, votes: int) -> None:
    """As labels leave the platform: the noise is estimated from the labels, and each label is made with it."""
    rng = np.random.default_rng([votes, 3])
    shares = CROWDS[name](rng)
    histograms = [tuple(row) for row in counts_of(rng, shares, votes).tolist()]
    kinds = {one: histograms.count(one) for one in set(histograms)}
    noise = noise_of({"quality": kinds}, Rule(), ["quality"])["quality"]
    labels = {one: label_scale("quality", one, Rule(), noise).of_record.interval for one in kinds}
    usual = {one: label_scale("quality", one, Rule()).of_record.interval for one in kinds}

    truths = (shares @ np.arange(5)).mean(axis=1)
    covered, before = (
        np.mean([known[one].low <= truth <= known[one].high for one, truth in zip(histograms, truths, strict=True)])
        for known in (labels, usual)
    )

    assert 0.935 <= covered <= 0.965
    assert before < covered  # the published parameter's are too narrow here
    assert min(one.high - one.low for one in labels.values() if one) > 0


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
