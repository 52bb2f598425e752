import pytest
from django.apps import apps
from django.db.models.signals import post_init, pre_init

from annotation.models import Region, Study
from annotation.queries.rows import row_of
from tests.factories import make_region, make_study

pytestmark = pytest.mark.django_db


def test_a_row_read_by_hand_is_as_the_orm_would_have_read_it() -> None:
    region = make_region(make_study())
    columns = ("study_id", "status", "id")  # in any order

    row = row_of(Region, columns, (region.study_id, region.status, region.pk))

    orm = Region.objects.only("study_id", "status").get(pk=region.pk)
    assert row == orm
    assert row.get_deferred_fields() == orm.get_deferred_fields()
    assert (row._state.adding, row._state.db) == (orm._state.adding, orm._state.db)
    assert (row.rle, row.study) == (region.rle, region.study)


def test_it_can_be_changed_and_saved_like_any_other() -> None:
    study = make_study()
    row = row_of(Study, ("id",), (study.pk,))

    row.name = "Renamed"
    row.save(update_fields=["name"])

    assert Study.objects.values_list("name", "slug").get() == ("Renamed", study.slug)


def test_a_column_too_few_is_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        row_of(Region, ("id", "status"), (1,))


def test_nothing_listens_to_the_making_of_rows() -> None:
    """A listener would never hear of rows read by hand."""
    models = apps.get_app_config("annotation").get_models()

    assert [model for model in models if pre_init.has_listeners(model) or post_init.has_listeners(model)] == []
