"""The pages around teaching: guidelines, examples, known answers, training and exam."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation.actions.anchors import put_anchor
from annotation.actions.codebooks import publish_codebook
from annotation.actions.exams import start_exam
from annotation.actions.gold import mark_gold
from annotation.enums import ExamKind
from annotation.models import Anchor, Codebook, Exam, Gold, Protocol, Study, User
from annotation.scales import SCALES
from tests.annotation.actions.teaching import answer_next, sit, teaching_study
from tests.factories import cast, make_member, make_opinion, make_region, make_study
from tests.pictures import picture_bytes
from tests.webapp.pages.cast import client_of

pytestmark = pytest.mark.django_db
ANSWER = {"use": "exam", "explanation": "Soft.", **dict.fromkeys(SCALES, "3")}


def text_of(user: User, path: str) -> str:
    return client_of(user).get(path).content.decode()


def test_guidelines_name_their_number_and_managers_see_the_history() -> None:
    study = make_study(slug="gulls", guidelines="Look **well**.")
    ada, ben = make_member(study, "manager", "ada"), make_member(study)
    cast(make_region(study), ben)
    answer = {"guidelines": "Look twice.", "number": "1", "how": "version"}

    assert client_of(ada).post("/studies/gulls/guidelines/edit", answer).status_code == 302

    seen = text_of(ben, "/studies/gulls/guidelines")
    assert ("Number 2" in seen, "Look twice." in seen, "History" in seen) == (True, True, False)
    assert "published by ada" in text_of(ada, "/studies/gulls/guidelines")
    assert "<strong>well</strong>" in text_of(ada, "/studies/gulls/guidelines/1")
    assert client_of(ada).get("/studies/gulls/guidelines/7").status_code == 404


def test_a_draft_is_previewed_and_nothing_is_published() -> None:
    study = make_study(slug="gulls", guidelines="Old.")
    ada = make_member(study, "manager")

    answer = client_of(ada).post(
        "/studies/gulls/guidelines/edit", {"guidelines": "*New*.", "number": "1", "how": "preview"}
    )

    study.refresh_from_db()
    assert (answer.status_code, "<em>New</em>." in answer.content.decode()) == (200, True)
    assert (study.guidelines, Codebook.objects.count()) == ("Old.", 0)


@pytest.mark.parametrize(("number", "how"), [("1", ""), ("2", "version"), ("x", "correction")])
def test_what_cannot_be_published_keeps_the_draft(number: str, how: str) -> None:
    study = make_study(slug="gulls", guidelines="Old.")
    answer = {"guidelines": "My long draft.", "number": number, "how": how}

    page = client_of(make_member(study, "manager")).post("/studies/gulls/guidelines/edit", answer)

    study.refresh_from_db()
    assert (page.status_code, "My long draft." in page.content.decode(), study.guidelines) == (400, True, "Old.")


def test_guidelines_that_nobody_wrote_have_no_number_and_lead_to_the_page_where_they_are_written() -> None:
    study = make_study(slug="gulls")
    ada, ben = make_member(study, "manager"), make_member(study)

    pages = [text_of(who, "/studies/gulls/guidelines") for who in (ada, ben)]

    assert ["Number 1" in page for page in pages] == [False, False]
    assert ['href="/studies/gulls/guidelines/edit"' in page for page in pages] == [True, False]
    assert "Number 1" not in text_of(ben, "/studies/gulls/exams")
    client_of(ada).post("/studies/gulls/guidelines/edit", {"guidelines": "Look.", "number": 1, "how": "version"})
    assert "The manager has not written" not in text_of(ada, "/studies/gulls/guidelines/1")


def test_without_any_example_the_levels_are_words_and_a_manager_is_led_to_the_protocol() -> None:
    study = make_study(slug="gulls")
    ada, ben = make_member(study, "manager"), make_member(study)

    empty = [text_of(who, "/studies/gulls/anchors") for who in (ada, ben)]
    put_anchor(study=study, scale="blur", level=2, name="a.png", data=picture_bytes("PNG", 64, 48), by=None)
    begun = text_of(ada, "/studies/gulls/anchors")

    assert [(page.count('class="no-anchor"'), page.count('class="level-words"')) for page in empty] == [(0, 8)] * 2
    assert ["Begin with a protocol" in page for page in empty] == [True, False]
    assert (begun.count('class="no-anchor"'), begun.count('class="level-words"')) == (5, 7)
    assert "45 examples are missing." in begun


def test_an_example_is_replaced_and_the_old_one_is_kept() -> None:
    study = make_study(slug="gulls")
    ada = make_member(study, "manager")
    old = put_anchor(study=study, scale="blur", level=2, name="a.png", data=picture_bytes("PNG", 64, 48), by=None)
    file = SimpleUploadedFile("b.jpg", picture_bytes("JPEG", 200, 240), "image/jpeg")

    client_of(ada).post("/studies/gulls/anchors/blur/2", {"file": file, "note": "Look at the beak."})

    old.refresh_from_db()
    new = Anchor.objects.get(replaced_at=None)
    assert (old.replaced_at is None, new.added_by, new.note, new.media_type) == (
        False,
        ada,
        "Look at the beak.",
        "image/jpeg",
    )
    assert "Look at the beak." in text_of(make_member(study), "/studies/gulls/anchors")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"no picture", "This is not an image"),
        ("a.png", picture_bytes("PNG", 1300, 40), "each side may have 1200"),
        ("a.png", picture_bytes("PNG", 64, 20), "each side needs at least 32"),
    ],
)
def test_an_unfit_example_is_refused_with_the_reason(name: str, data: bytes, said: str) -> None:
    make_study(slug="gulls").memberships.create(user=(ada := make_member(make_study(), "manager")), role="manager")
    client = client_of(ada)

    page = client.post("/studies/gulls/anchors/blur/2", {"file": SimpleUploadedFile(name, data)}, follow=True)

    assert (said in page.content.decode(), Anchor.objects.count()) == (True, 0)


def test_only_words_change_without_a_file() -> None:
    study = make_study(slug="gulls")
    row = put_anchor(study=study, scale="blur", level=2, name="a.png", data=picture_bytes("PNG", 64, 48), by=None)

    client_of(make_member(study, "manager")).post("/studies/gulls/anchors/blur/2", {"note": "<b>Edges</b>"})

    new = Anchor.objects.get(replaced_at=None)
    assert (new.pk != row.pk, new.file.name, new.sha256) == (True, row.file.name, row.sha256)
    assert "&lt;b&gt;Edges&lt;/b&gt;" in text_of(make_member(study), "/studies/gulls/anchors")


def test_a_reviewer_gives_a_known_answer_and_takes_it_out_of_use() -> None:
    study = make_study(slug="gulls")
    region, dora = make_region(study), make_member(study, "reviewer")
    client = client_of(dora)

    client.post(f"/studies/gulls/gold/{region.pk}", ANSWER)
    gold = Gold.objects.get()
    assert (gold.region, gold.use, gold.quality, gold.added_by) == (region, "exam", 3, dora)
    assert "Soft." in client.get("/studies/gulls/gold?use=exam").content.decode()

    client.post(f"/studies/gulls/gold/{region.pk}/retire")
    gold.refresh_from_db()
    assert gold.retired_at is not None


def test_a_settled_label_fills_the_form() -> None:
    study = make_study(slug="gulls", votes_wanted=7)
    region, dora = make_region(study), make_member(study, "reviewer")
    for _ in range(7):
        cast(region, make_member(study), blur=1)

    page = text_of(dora, f"/studies/gulls/gold/{region.pk}")

    assert "settled label" in page
    assert '<option value="1" selected>1 severe</option>' in page
    assert f"Region {region.pk}, 7 votes" in text_of(dora, "/studies/gulls/gold")


def test_an_answer_that_lacks_a_scale_is_refused() -> None:
    study = make_study(slug="gulls")
    region = make_region(study)
    client = client_of(make_member(study, "manager"))

    assert client.post(f"/studies/gulls/gold/{region.pk}", ANSWER | {"noise": ""}).status_code == 400
    assert client.post(f"/studies/gulls/gold/{region.pk}", ANSWER | {"noise": "6"}).status_code == 400
    assert Gold.objects.count() == 0


def test_the_way_from_training_to_the_exam() -> None:
    study = teaching_study(training=2, exam=3)
    ben = make_member(study)
    home = f"/studies/{study.slug}"
    client = client_of(ben)
    assert (
        "Start the training" in text_of(ben, f"{home}/exams"),
        "Start the exam" in text_of(ben, f"{home}/exams"),
    ) == (
        True,
        False,
    )

    answer = client.post(f"{home}/exams/start", {"kind": "training"})
    training = Exam.objects.get()
    assert answer["Location"] == f"{home}/exams/{training.pk}"
    page = text_of(ben, answer["Location"])
    assert (f'data-next="/api/v1/exams/{training.pk}/assignments"' in page, 'data-mode="training"' in page) == (
        True,
        True,
    )
    answer_next(training, ben)
    assert "Go on with the training, 1 of 2 done" in text_of(ben, f"{home}/exams")

    sit(study, ben, ExamKind.TRAINING)
    assert client.get(f"{home}/exams/{training.pk}")["Location"] == f"{home}/exams/{training.pk}/result"
    assert "Training done" in text_of(ben, f"{home}/exams/{training.pk}/result")
    exam = sit(study, ben)
    assert "You are qualified until" in text_of(ben, f"{home}/exams/{exam.pk}/result")
    assert "Start the exam" not in text_of(ben, f"{home}/exams")


def test_what_newer_guidelines_overtook_is_neither_gone_on_with_nor_said_to_hold() -> None:
    study = teaching_study(training=2, exam=3)
    ben = make_member(study)
    home = f"/studies/{study.slug}/exams"
    sit(study, ben, ExamKind.TRAINING)
    exam = sit(study, ben)
    training = start_exam(study=study, annotator=ben, kind=ExamKind.TRAINING)
    answer_next(training, ben)
    publish_codebook(study=study, guidelines="New.", by=ben, correction=False, number=1)

    assert "You are qualified until" not in text_of(ben, f"{home}/{exam.pk}/result")
    assert "You had passed, but that has run out" in text_of(ben, f"{home}/{exam.pk}/result")
    assert client_of(ben).get(f"{home}/{training.pk}")["Location"] == home
    assert "Start the training" in text_of(ben, home)
    start_exam(study=Study.objects.get(), annotator=ben, kind=ExamKind.TRAINING)
    page = text_of(ben, f"{home}/{training.pk}/result")
    assert ("<h1>Given up</h1>" in page, "Training done" in page) == (True, False)
    assert "<td>given up</td>" in text_of(ben, home)


def test_who_ends_a_training_that_newer_guidelines_overtook_is_told_why_it_is_due_again() -> None:
    study = teaching_study(training=2, exam=3)
    ben = make_member(study)
    home = f"/studies/{study.slug}/exams"
    training = start_exam(study=study, annotator=ben, kind=ExamKind.TRAINING)
    publish_codebook(study=study, guidelines="New.", by=ben, correction=False, number=1)
    while answer_next(training, ben) is not None:  # in a page that was open
        pass

    assert "Please read them and begin anew." in text_of(ben, f"{home}/{training.pk}/result")
    due = text_of(ben, home)
    assert ("due again" in due, "You trained under earlier guidelines; please train once more." in due) == (True, True)

    sit(Study.objects.get(), ben, ExamKind.TRAINING)
    assert "Please read them and begin anew." not in text_of(ben, f"{home}/{training.pk}/result")
    assert "due again" not in text_of(ben, home)


def test_a_training_that_is_not_asked_for_is_not_due_again_with_newer_guidelines() -> None:
    study = teaching_study(training=1, exam_wanted=False)
    ben = make_member(study)
    sit(study, ben, ExamKind.TRAINING)
    publish_codebook(study=study, guidelines="New.", by=ben, correction=False, number=1)

    assert "due again" not in text_of(ben, f"/studies/{study.slug}/exams")


def test_a_failed_exam_says_which_rule_and_never_an_answer() -> None:
    study = teaching_study(training=1, exam=10)
    ben = make_member(study)
    Gold.objects.update(explanation="a hidden word")
    sit(study, ben, ExamKind.TRAINING)
    exam = sit(study, ben, quality=4)

    page = text_of(ben, f"/studies/{study.slug}/exams/{exam.pk}/result")

    assert "The levels were too far off too often." in page
    assert "<td>higher</td>" in page.replace("\n      ", "")
    assert "hidden word" not in page


def test_somebody_elses_exam_is_not_there() -> None:
    study = teaching_study(training=0)
    exam = sit(study, make_member(study))

    for path in (f"exams/{exam.pk}", f"exams/{exam.pk}/result"):
        assert client_of(make_member(study)).get(f"/studies/{study.slug}/{path}").status_code == 404


def test_the_page_warns_where_the_exam_has_too_few_regions() -> None:
    study = teaching_study(training=1, exam=2)
    ada = study.memberships.get(role="manager").user
    region = Gold.objects.filter(use="exam").first().region
    mark_gold(region=region, by=ada, use="hidden", opinion=make_opinion())

    for page in ("gold", "settings/protocol", ""):
        assert "The exam needs 2 regions and has 1." in text_of(ada, f"/studies/{study.slug}/{page}".rstrip("/"))
    Protocol.objects.update(exam_wanted=False)
    for page in ("gold", "settings/protocol", ""):
        assert "The exam needs" not in text_of(ada, f"/studies/{study.slug}/{page}".rstrip("/"))
