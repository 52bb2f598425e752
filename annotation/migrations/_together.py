"""Many changes as one operation.

Django renders every related model anew after each operation. Here nearly all models are related, and fifty operations
took most of the time in which a new platform makes its tables.
"""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """Operations none of which builds on the database as another of them left it."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # rendered when it is asked for again, once
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Step by step, as Django does it: nobody waits for this."""
        states = [to_state]
        for operation in self.operations:
            states.append(states[-1].clone())
            operation.state_forwards(app_label, states[-1])
        for at, operation in reversed([*enumerate(self.operations)]):
            operation.database_backwards(app_label, schema_editor, states[at + 1], states[at])

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)


def in_two_steps(operations: Sequence[Operation]) -> list[Operation]:
    """New models first, as makemigrations writes them, then what changes any model."""
    made = next(at for at, operation in enumerate(operations) if not isinstance(operation, CreateModel))
    return [Together(operations[:made]), Together(operations[made:])]
