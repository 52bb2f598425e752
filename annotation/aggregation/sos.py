"""The SOS parameter a of variance = a * (m - low) * (high - m): how noisy a panel is, whatever the means are.

Hossfeld, Schatz and Egger, "SOS: the MOS is not enough" (2011). Least squares through the origin. Yardstick: KonIQ-10k .0907.
"""

from annotation.aggregation.ballots import Floats, divide
from annotation.aggregation.estimates import RESAMPLES, SEED, UNKNOWN, Estimate
from annotation.aggregation.intervals import SOS
from annotation.aggregation.tables import Table, bootstrap


def sos(
    table: Table, top: float, *, low: float = 0.0, ddof: int = 1, resamples: int = RESAMPLES, seed: int = SEED
) -> Estimate:
    """With sample variances (ddof 1); regions with one vote say nothing then. Unknown where all means are at the ends."""
    used = table.where(table.votes > ddof)
    if not len(used.regions):
        return UNKNOWN
    means = used.sums / used.votes
    room = (means - low) * (top - means)
    variance = used.squares / (used.votes - ddof)

    def slope(weights: Floats) -> Floats:
        return divide(weights @ (variance * room), weights @ room**2, empty=float("nan"), least=1e-12)

    return bootstrap(used, slope, resamples, seed)


def own_sos(table: Table, top: float, usual: float = SOS, worth: float = 20.0) -> float:
    """The panel's own parameter for intervals, as if `worth` more regions had the usual one.

    A panel noisier than KonIQ-10k's would get too narrow intervals from the published value: 92 % instead of 95 in simulation.
    """
    found = sos(table, top, resamples=0).value
    regions = float(table.regions[table.votes > 1].sum())
    return usual if found is None else (worth * usual + regions * found) / (worth + regions)
