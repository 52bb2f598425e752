import pytest

from annotation.models import Image, Label
from tests.factories import cast, make_image, make_member, make_region
from tests.webapp.pages.cast import client_of, make_cast

pytestmark = pytest.mark.django_db


def test_what_a_run_lacks_is_said_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """First no label is settled, then one on either side."""
    scene = make_cast()
    Label.objects.update(status="open")
    client = client_of(scene.people["manager"])

    def page() -> str:
        return " ".join(client.get("/studies/gulls/models").content.decode().split())

    train = '<button class="button small"%s>Train now</button>'
    few = page()
    assert (
        "A run needs 50 settled labels on training photographs (there are 0) and 20 photographs of the hold-out" in few
    )
    assert train % ' disabled aria-describedby="lacking"' in few

    Image.objects.filter(pk=scene.image.pk).update(split="train")
    Label.objects.filter(region=scene.region).update(status="settled")
    monkeypatch.setattr("webapp.pages.models.LEAST_TRAIN", 1)
    assert "(there are 1) and 20 photographs of the hold-out with a settled label (there are 0)" in page()

    region = make_region(scene.study, make_image(scene.study, split="test"))
    cast(region, make_member(scene.study))
    Label.objects.filter(region=region).update(status="settled")
    monkeypatch.setattr("webapp.pages.models.LEAST_TEST", 1)
    assert train % "" in page()
