import pytest

from annotation.enums import Role
from annotation.models import Study, User
from tests.factories import make_member, make_study, make_user


@pytest.fixture
def study() -> Study:
    return make_study(slug="birds")


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER)


@pytest.fixture
def ben(study: Study) -> User:
    return make_member(study)


@pytest.fixture
def dora(study: Study) -> User:
    return make_member(study, Role.REVIEWER)


@pytest.fixture
def cleo() -> User:
    """A stranger to the study who manages another one."""
    cleo = make_user()
    make_study(slug="fishes").memberships.create(user=cleo, role=Role.MANAGER)
    return cleo
