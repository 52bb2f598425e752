"""Scores from outside: which image each is meant for, and all of them or none."""

import pytest

from annotation.actions.deeds import note_scores
from annotation.actions.outside_scores import NO_IMAGE, SEVERAL, Plan, as_csv, bring_scores, plan_scores
from annotation.errors import InvalidInput
from annotation.models import Deed, Image, Study
from tests.factories import make_image, make_member, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """x.png is there twice, in two folders; the twins came in by two imports."""
    study = make_study()
    for name, score in [("a/x.png", None), ("b/x.png", 2.5), ("c/y.png", 4.0), ("z.png", None), ("w.png", None)]:
        make_image(study, name=name, outside_mos=score)
    for _ in range(2):
        make_image(study, name="twin.png")
    return study


def scores(study: Study) -> dict[str, float | None]:
    return dict(Image.objects.filter(study=study).exclude(name="twin.png").values_list("name", "outside_mos"))


def told(plan: Plan) -> tuple[object, ...]:
    fresh, changed = ([(image.name, score) for image, score in rows] for rows in (plan.fresh, plan.changed))
    return fresh, changed, plan.same, plan.unmatched, plan.without


TEXT = "Name;MOS;sd\nb/x.png;3.5;1\ny.png;4;1\ndeep/z.png;1e0;1\nx.png;9;1\ntwin.png;9;1\nnobody.png;9;1\nw.png;;1\n"
FOUND = (
    [("z.png", 1.0)],
    [("b/x.png", 3.5)],
    1,
    [("nobody.png", NO_IMAGE), ("twin.png", SEVERAL), ("x.png", SEVERAL)],
    4,
)


def test_looking_says_what_each_line_would_do_and_changes_nothing(study: Study) -> None:
    before = scores(study)

    assert told(plan_scores(study=study, text="\ufeff" + TEXT)) == FOUND
    assert scores(study) == before


def test_what_is_brought_in_is_what_was_looked_at(study: Study) -> None:
    ada, other = make_member(study, name="ada"), make_study()
    make_image(other, name="z.png")
    looked = as_csv(plan_scores(study=study, text=TEXT))

    plan = bring_scores(study=study, text=looked, source="koniq.csv", by=ada)

    assert (looked, len(plan.news), plan.unmatched) == ("path,score\nz.png,1.0\nb/x.png,3.5\n", 2, [])
    expected = {"a/x.png": None, "b/x.png": 3.5, "c/y.png": 4.0, "z.png": 1.0, "w.png": None}
    assert (scores(study), scores(other)) == (expected, {"z.png": None})
    replaced = Image.objects.get(study=study, name="b/x.png").pk
    said = ("study", "kind", "by__username", "subject", "target", "before", "after")
    assert list(Deed.objects.order_by("pk").values_list(*said)) == [
        (study.pk, "import_ended", "ada", "koniq.csv", None, "", "2"),
        (study.pk, "score_replaced", "ada", "b/x.png", replaced, "2.5", "3.5"),
    ]

    assert bring_scores(study=study, text=looked, source="koniq.csv", by=ada).same == 2
    assert Deed.objects.count() == 2  # nothing was done the second time


def test_one_wrong_line_and_nothing_is_changed(study: Study) -> None:
    text = "path,score\nz.png,1\nw.png,high\na/x.png,nan\nz.png,2\n"
    before = scores(study)

    assert plan_scores(study=study, text=text).wrong == [
        "Line 3 of the CSV: the score 'high' is not a number.",
        "Line 4 of the CSV: the score 'nan' is not a finite number.",
        "Line 5 of the CSV: 'z.png' has another score further up.",
    ]
    with pytest.raises(InvalidInput, match="Line 3"):
        bring_scores(study=study, text=text, source="x.csv")
    assert scores(study) == before


def test_of_many_wrong_lines_the_first_are_listed_and_the_others_counted(study: Study) -> None:
    plan = plan_scores(study=study, text="path,score\n" + "w.png,high\n" * 50)

    assert (len(plan.wrong), plan.more_wrong, plan.news) == (20, 30, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,sharpness\nz.png,1\n", "needs a column score"),
        ("path,score\n", "no line with a name and a score"),
        ("path,score\nz.png,\n", "no line with a name and a score"),
        ("path,score\nz\0.png,1\n", "must be text"),
        ('path,score\n"z.png,1\n' + "x" * 200_000, "cannot be read near line"),
        ("path,score\n" + "z.png,1\n" * 50_001, "more than 50000 lines"),
    ],
)
def test_a_file_that_is_no_table_of_scores_is_refused(study: Study, text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        plan_scores(study=study, text=text)


def test_more_changes_than_one_statement_has_room_for_are_all_written_down() -> None:
    """The server takes 65,535 values in a statement, and a line of the journal has eight."""
    image = make_image(make_study(), outside_mos=3.5)

    note_scores(study_id=image.study_id, by=None, replaced=[(image, 2.5)] * 8_192)

    assert Deed.objects.filter(kind="score_replaced", before="2.5", after="3.5").count() == 8_192
