import pytest
from django.db import connection, models
from django.db.migrations import AddConstraint, AddField, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from annotation.migrations._together import Together, in_two_steps

OPERATIONS: list[Operation] = [
    CreateModel("Nest", [("id", models.BigAutoField(primary_key=True)), ("eggs", models.IntegerField())]),
    CreateModel("Gull", [("id", models.BigAutoField(primary_key=True))]),
    AddField("Nest", "colour", models.CharField(max_length=9, default="")),
    AddField("Nest", "of", models.ForeignKey("birds.Gull", models.CASCADE, null=True)),
    AddConstraint(
        "Nest", models.UniqueConstraint(fields=["eggs"], condition=models.Q(colour="grey"), name="nest_of_a_kind")
    ),
]


def columns() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'birds_nest' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def states_of(operations: list[Operation]) -> list[ProjectState]:
    states = [ProjectState()]
    for operation in operations:
        states.append(states[-1].clone())
        operation.state_forwards("birds", states[-1])
    return states


def test_new_models_come_first_and_the_state_is_that_of_single_steps() -> None:
    steps = in_two_steps(OPERATIONS)

    assert [len(step.operations) for step in steps if isinstance(step, Together)] == [2, 3]
    assert states_of(steps)[-1] == states_of(OPERATIONS)[-1]


@pytest.mark.django_db
def test_what_is_done_together_is_there_and_is_undone() -> None:
    """A constraint on a column of the same step is taken away before the column."""
    steps = in_two_steps(OPERATIONS)
    before, made, changed = states_of(steps)

    with connection.schema_editor() as editor:
        steps[0].database_forwards("birds", editor, before, made)
        steps[1].database_forwards("birds", editor, made, changed)
    there = columns()
    with connection.schema_editor() as editor:
        steps[1].database_backwards("birds", editor, changed, made)
    left = columns()
    with connection.schema_editor() as editor:
        steps[0].database_backwards("birds", editor, made, before)

    assert (there, left, columns()) == (["colour", "eggs", "id", "of_id"], ["eggs", "id"], [])


@pytest.mark.django_db
def test_seats_are_tidied_sooner_than_other_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'annotation_assignment'")
        (options,) = cursor.fetchone()

    assert sorted(options) == [
        "autovacuum_vacuum_cost_delay=0",
        "autovacuum_vacuum_scale_factor=0.02",
        "autovacuum_vacuum_threshold=1000",
    ]
