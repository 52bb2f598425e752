"""The page of the planner: what votes buy, and what is still to come."""

import re

import pytest

from annotation.aggregation.planning import buy, expected_scores
from annotation.enums import Role
from annotation.models import Protocol
from annotation.queries.analyses import forget
from tests.annotation.queries.test_panel import make_panel
from tests.factories import make_member
from tests.webapp.pages.test_statistics import page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget()


def test_the_planner_answers_from_expectations_and_from_votes() -> None:
    study, _ = make_panel(people=4, regions=8)
    dora = make_member(study, Role.REVIEWER)

    own = page(study, dora, "planner")
    guess = page(study, dora, "planner", scale="blur", source="guess", mean="2", sd="0.5", sos="0.1")
    wrong = page(study, dora, "planner", scale="quality", source="guess", mean="9", sd="0.5", sos="0.1")

    assert [text.count("<polyline") for text in (own, guess, wrong)] == [2, 3, 0]
    bought = buy(expected_scores(2.0, 0.5, 0.1, (0.6, 0.85)), 7)
    row = [f"{bought.half_width:.2f}", f"{bought.error:.2f}", f"{bought.wrong_class:.0%}".replace("%", " %")]
    cells = re.findall(r'<td class="end">(.*?)</td>', re.findall(r"<tr><th scope=\"row\">7.*?</tr>", guess)[0])
    assert [cell.replace("\xa0", " ").replace("\u202f", " ") for cell in cells[:3]] == row
    assert "From the votes of this study" in own
    assert [
        text.count("width, distance and class are those of so many votes that see it.") for text in (own, guess)
    ] == [0, 1]
    assert "less than or equal to 3.9" in wrong


def test_the_planner_forecasts_what_the_rules_will_ask_for() -> None:
    study, _ = make_panel(people=4, regions=8)
    Protocol.objects.create(study=study, adaptive=True, votes_cap=8, votes_budget=5)

    found = page(study, make_member(study, Role.REVIEWER), "planner")

    facts = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", found))
    assert facts == {
        "Votes asked for now": "0",
        "Votes the rules will still ask for": "5",
        "Extra votes so far": "0 <small>5 left</small>",
        "Votes a day": "32",
        "Days at this pace": "0.2",
    }


def test_the_votes_that_the_study_wants_have_a_row_of_their_own() -> None:
    study, _ = make_panel(people=4, regions=8)

    found = page(study, make_member(study, Role.REVIEWER), "planner")

    rows = re.findall(r'<tr><th scope="row">(\d+)( <span class="tag accent">this study</span>)?</th>', found)
    assert [int(votes) for votes, _ in rows] == [3, 4, *range(5, 26, 2)]
    assert [votes for votes, tag in rows if tag] == ["4"]
