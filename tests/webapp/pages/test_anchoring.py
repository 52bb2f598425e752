import re

import pytest

from annotation.enums import PrelabelPolicy, Role
from annotation.models import Study
from annotation.scales import SCALES
from tests.annotation.queries.test_anchoring import make_experiment
from tests.factories import make_member, make_study
from tests.webapp.pages.cast import client_of
from webapp.pages.anchoring import x_of

pytestmark = pytest.mark.django_db


def shown(study: Study, role: Role = Role.REVIEWER) -> str:
    response = client_of(make_member(study, role)).get(f"/studies/{study.slug}/models/anchoring")
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_each_scale_is_said_in_words_and_drawn() -> None:
    study = make_experiment()[0]

    response = client_of(make_member(study, Role.MANAGER)).get(f"/studies/{study.slug}/models/anchoring")

    rows = response.context["rows"]
    assert [row.scale for row in rows] == ["quality", "importance", *SCALES[:-2]]
    assert rows[0].said == "Shown guesses pulled quality votes by 0.58 of the way [0.28, 0.89]."
    assert (rows[0].line.low, rows[0].line.middle, rows[0].line.high) == (155.2, 216.7, 278.1)
    assert [row.line is None for row in rows[2:]] == [True] * 6
    assert response.content.decode().count('<rect class="interval"') == sum(row.line is not None for row in rows)


def test_too_little_data_is_said_for_each_scale() -> None:
    assert shown(make_experiment(3)[0]).count("Too little data to say whether shown guesses pulled") == len(SCALES)


def test_a_study_without_votes_in_arms_says_how_to_get_them() -> None:
    assert "At present it is never shown." in shown(make_study())
    running = make_study(prelabel_policy=PrelabelPolicy.RANDOM_ARM)
    assert "Numbers appear here with the first votes." in shown(running)


def test_a_pull_lies_where_it_belongs_and_never_outside_the_picture() -> None:
    assert [x_of(pull) for pull in (-0.5, 0, 0.25, 1, 1.4, -2)] == [0, 100, 150, 300, 300, 0]
