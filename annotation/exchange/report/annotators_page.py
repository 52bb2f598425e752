"""The pages about annotators: everybody as dots and rows, and one person with every signal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotation.exchange.report.lines import axis_of, line_of, widest
from annotation.exchange.report.scatter import Person, Scatter, scatter_of
from annotation.exchange.report.words import WORDS

if TYPE_CHECKING:
    from annotation.aggregation.seen import Seen


@dataclass(frozen=True, slots=True)
class Listed:
    """`code` is the name in exports, empty where there is no other; `link` is the address of the person's page."""

    name: str
    code: str
    link: str
    votes: int
    seen: "tuple[Seen, ...]"
    excluded: bool

    @property
    def flags(self) -> list[str]:
        """The rules that speak against the person on any scale."""
        return sorted({flag for one in self.seen for flag in one.signals.flags})

    @property
    def words(self) -> list[str]:
        return [WORDS[flag][0] for flag in self.flags]


def annotators_page(people: Sequence[Listed]) -> dict[str, object]:
    """What the template `panel/annotators.html` needs."""
    scales = [one.scale for one in people[0].seen] if people else []
    return {"people": people, "scatters": [(scale, _scatter(scale, people)) for scale in scales]}


def person_page(person: Listed, people: Sequence[Listed]) -> dict[str, object]:
    """What the template `panel/person.html` needs: one person among all."""
    return {"person": person, "scales": [_details(seen, people) for seen in person.seen]}


def _scatter(scale: str, people: Sequence[Listed]) -> Scatter:
    return scatter_of(
        [
            Person(one.name, one.link, seen.bias, seen.inconsistency, _kind(one))
            for one in people
            for seen in one.seen
            if seen.scale == scale
        ]
    )


def _kind(one: Listed) -> str:
    return "excluded" if one.excluded else "flagged" if one.flags else ""


def _details(seen: "Seen", people: Sequence[Listed]) -> dict[str, object]:
    """One scale of one person: bias and inconsistency among the others', and each signal with its words."""
    from annotation.aggregation.estimates import Estimate  # slow import

    same = [other for one in people for other in one.seen if other.scale == seen.scale]
    reach = widest([other.bias for other in same], 0.5)
    most = widest([other.inconsistency for other in same], 1.0)
    wide, up = axis_of(-reach, reach), axis_of(0.0, most)
    bias = Estimate(seen.bias, seen.bias_low, seen.bias_high)
    spread = Estimate(seen.inconsistency, seen.inconsistency_low, seen.inconsistency_high)
    return {
        "scale": seen.scale,
        "bias": line_of("Bias", bias, wide),
        "bias_axis": wide,
        "inconsistency": line_of("Inconsistency", spread, up),
        "inconsistency_axis": up,
        "signals": [(*WORDS[signal.name], signal) for signal in seen.signals.told],
    }
