"""The demonstration's people. Passwords are made at the first run and kept in the data folder, for its owner alone."""

import json
import os
import secrets
from pathlib import Path

from django.conf import settings

from annotation.actions.studies import add_member
from annotation.enums import Role
from annotation.models import AccessToken, Study, User

ANNOTATORS = 24
SHOWN = {"manager": Role.MANAGER, "reviewer": Role.REVIEWER, "annotator": Role.ANNOTATOR}


def _kept() -> Path:
    return Path(settings.DATA_DIR) / "demo-logins.json"


def make_logins(study: Study) -> dict[str, str]:
    """The three people one can sign in as, with their passwords."""
    path = _kept()
    passwords: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    for name in SHOWN:
        password = passwords.setdefault(name, f"{secrets.token_hex(3)}-{secrets.token_hex(3)}")
        user, _ = User.objects.get_or_create(username=name, defaults={"is_staff": name == "manager"})
        if name == "manager" and not user.is_superuser:
            user.is_staff = user.is_superuser = True  # the admin is part of what the demonstration shows
            user.save(update_fields=["is_staff", "is_superuser"])
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
    add_shown_people(study)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(passwords, file, indent=1)
    return passwords


def add_shown_people(study: Study) -> None:
    for name, role in SHOWN.items():
        add_member(study=study, user=User.objects.get(username=name), role=role)


def make_annotators(study: Study, count: int = ANNOTATORS) -> list[tuple[User, str]]:
    """Simulated annotators with a token each for one day."""
    people = []
    for number in range(1, count + 1):
        user, created = User.objects.get_or_create(username=f"simulated-{number:02}")
        if created:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        add_member(study=study, user=user, role=Role.ANNOTATOR)
        AccessToken.objects.filter(user=user, name="demo").delete()
        _, text = AccessToken.issue(user=user, name="demo", scopes=["rate", "read"], days=1)
        people.append((user, text))
    return people
