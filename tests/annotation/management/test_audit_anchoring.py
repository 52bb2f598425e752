import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotation.scales import SCALES
from tests.annotation.queries.test_anchoring import make_experiment
from tests.factories import make_study

pytestmark = pytest.mark.django_db


def audit(slug: str, **options: object) -> str:
    out = StringIO()
    call_command("audit_anchoring", slug, stdout=out, **options)
    return out.getvalue()


def test_it_says_in_words_how_far_votes_were_pulled() -> None:
    lines = audit(make_experiment()[0].slug).splitlines()

    assert lines[0] == "20 votes with the guess shown, 40 with it hidden; 20 regions have both, 3 people."
    assert [line for line in lines if "quality" in line] == [
        "Shown guesses pulled quality votes by 0.58 of the way [0.28, 0.89]."
    ]
    assert len(lines) == 2 + len(SCALES)


def test_json_has_the_numbers() -> None:
    found = json.loads(audit(make_experiment()[0].slug, json=True))

    assert [scale["scale"] for scale in found["scales"]] == list(SCALES)
    assert found["scales"][6]["pull"] == pytest.approx(
        {"value": 7 / 12, "low": 0.276223, "high": 0.890444, "compared": 20}, rel=1e-5
    )
    assert (found["shown"], found["hidden"], found["time"]) == (20, 40, None)


def test_an_unknown_study_is_named_with_those_there_are() -> None:
    make_study(slug="birds")

    with pytest.raises(CommandError, match=r"There is no study 'brids'; there is birds\."):
        audit("brids")
