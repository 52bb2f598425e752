from collections.abc import Iterator

import pytest

from annotation.actions.versions import promote
from annotation.enums import Role
from annotation.models import Image, Study, User
from tests.factories import make_image, make_member, make_study, make_version
from tests.pictures import picture_bytes
from tests.workers.predictors import FakePredictor
from tests.workers.proposers import FakeProposer
from workers import scenes
from workers.tasks import proposals, sketches


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeProposer:
    """What is resident in the worker, instead of the real proposer."""
    proposer = FakeProposer()
    for module in (proposals, sketches):
        monkeypatch.setattr(module, "proposer", lambda: proposer)
    sketches._looking.clear()
    return proposer


@pytest.fixture
def known_scenes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What looks at pictures for clicks, instead of real models; nothing is kept from another test."""
    monkeypatch.setattr(scenes, "proposer", FakeProposer)
    monkeypatch.setattr(scenes, "predictor", lambda version: FakePredictor())
    scenes.forget_all()
    yield
    scenes.forget_all()


@pytest.fixture
def study() -> Study:
    """With a model to ask."""
    study = make_study()
    promote(study=study, version=make_version(), reason="The first.")
    return study


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER)


@pytest.fixture
def image(study: Study) -> Image:
    return make_image(study, picture_bytes("PNG", 64, 48))
