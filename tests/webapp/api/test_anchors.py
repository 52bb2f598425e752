import hashlib

import pytest

from annotation.actions.anchors import put_anchor
from annotation.actions.leases import lease_next
from annotation.actions.seat_numbers import number_of
from annotation.models import AnchorOpening, Study, User
from tests.factories import make_member, make_region, make_study
from tests.pictures import picture_bytes
from tests.webapp.api.client import Api, error_of

pytestmark = pytest.mark.django_db
DATA = picture_bytes("PNG", 64, 48)


def put(study: Study, scale: str = "blur", level: int = 2, by: User | None = None) -> int:
    return put_anchor(study=study, scale=scale, level=level, name="a.png", data=DATA, by=by).pk


def test_all_members_see_the_examples_in_order() -> None:
    study = make_study()
    for scale, level in (("quality", 0), ("blur", 3), ("blur", 2), ("exposure", 5)):
        put(study, scale, level)

    answer = Api(make_member(study)).get(f"studies/{study.slug}/anchors").json()["anchors"]

    assert [(one["scale"], one["level"], one["word"]) for one in answer] == [
        ("exposure", 5, "non-existent"),
        ("blur", 2, "moderate"),
        ("blur", 3, "minor"),
        ("quality", 0, "bad"),
    ]
    assert (answer[1]["width"], answer[1]["height"]) == (64, 48)
    assert answer[1]["note"] == "Edges are wide and texture is smeared."


def test_the_bytes_are_the_original_ones_and_never_changed_on_the_way() -> None:
    study = make_study()
    pk = put(study)
    api = Api(make_member(study))

    answer = api.get(f"anchors/{pk}/file")

    assert b"".join(answer.streaming_content) == DATA
    assert answer["ETag"] == f'"{hashlib.sha256(DATA).hexdigest()}"'
    assert (answer["Content-Length"], answer["Content-Type"]) == (str(len(DATA)), "image/png")
    assert answer["Cache-Control"] == "private, max-age=3600, no-transform, immutable"
    assert Api(make_member(make_study())).get(f"anchors/{pk}/file").status_code == 404


def test_openings_are_kept_with_the_region_on_screen() -> None:
    study = make_study()
    region, ben = make_region(study), make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment
    assert seat is not None
    api = Api(ben)

    api.post(
        f"studies/{study.slug}/anchor-openings",
        {"scale": "blur", "shown_ms": 1200, "assignment": number_of(seat.pk)},
    )
    api.post(f"studies/{study.slug}/anchor-openings", {"scale": "noise", "shown_ms": 0})

    rows = AnchorOpening.objects.order_by("pk").values_list("annotator", "scale", "region", "shown_ms")
    assert list(rows) == [(ben.pk, "blur", region.pk, 1200), (ben.pk, "noise", None, 0)]


@pytest.mark.parametrize(
    "body",
    [
        {"scale": "beauty", "shown_ms": 1},
        {"scale": "blur"},
        {"scale": "blur", "shown_ms": -1},
        {"scale": "blur", "x": 1},
    ],
)
def test_odd_openings_are_refused(body: dict[str, object]) -> None:
    study = make_study()

    assert Api(make_member(study)).post(f"studies/{study.slug}/anchor-openings", body).status_code == 400
    assert AnchorOpening.objects.count() == 0


def test_a_seat_of_somebody_else_is_not_there() -> None:
    study = make_study()
    make_region(study)
    seat = lease_next(study=study, annotator=make_member(study)).assignment
    assert seat is not None
    body = {"scale": "blur", "shown_ms": 1, "assignment": number_of(seat.pk)}

    assert error_of(Api(make_member(study)).post(f"studies/{study.slug}/anchor-openings", body)) == (404, "not_found")
