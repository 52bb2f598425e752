from django.core.management import get_commands

from webapp.supervisor.borrowed import BORROWERS

BRING_THEIR_OWN = {"demo", "prepare", "up"}
NEED_NONE = {"analyse_votes"}


def test_every_command_of_ours_has_a_database_while_no_platform_runs() -> None:
    ours = {name for name, app in get_commands().items() if app in {"annotation", "webapp"}}

    assert ours & BORROWERS == ours - BRING_THEIR_OWN - NEED_NONE
