import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import TransactionTestCase

from annotation.models import Study, User, Vote
from tests.emptying import empty_tables
from tests.factories import cast, make_image, make_member, make_region, make_study


@pytest.mark.django_db(transaction=True)
def test_rows_that_triggers_keep_go_too_and_django_s_own_stay() -> None:
    study = make_study(votes_wanted=1)
    cast(make_region(study, make_image(study)), make_member(study))
    own = [Permission.objects.count(), ContentType.objects.count()]

    empty_tables(TransactionTestCase())

    assert [model._default_manager.count() for model in (Vote, Study, User)] == [0, 0, 0]
    assert [Permission.objects.count(), ContentType.objects.count()] == own
    assert min(own) > 0
