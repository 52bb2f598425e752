"""What a restored platform does by itself: messages that waited, schedules, sessions, tokens."""

import base64
import hashlib
import hmac
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_celery_beat.models import ClockedSchedule, PeriodicTask

from annotation.actions.deliveries import claim_deliveries, take_answer
from annotation.actions.webhooks import make_webhook
from annotation.exchange.hooks.post import Answer
from annotation.models import AccessToken, Delivery
from tests.annotation.exchange.hooks.receiver import HOST, receiving
from tests.annotation.hooks import make_delivery, make_hook
from tests.factories import make_study, make_user
from tests.webapp.backup.empty import restore, rows
from webapp.backup.archive import make_backup
from webapp.management.commands.restore import UNSETTLED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STATES = "SELECT key, state, tries FROM annotation_delivery ORDER BY id"
SESSIONS = "SELECT count(*) FROM django_session"
ANOTHER_KEY = "another-key-" + "y" * 40


def back_up(folder: Path) -> Path:
    make_backup(folder / "backup", lambda name: None)
    return folder / "backup"


def signed(secret: str, headers: dict[str, str], body: bytes) -> str:
    """As the receiver works it out, who knows the secret from when the webhook was made."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    words = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, words, hashlib.sha256).digest()).decode()


def test_a_restore_whose_tables_cannot_be_brought_up_to_date_says_what_is_left_to_do(
    tmp_path: Path, empty_database: str
) -> None:
    make_hook(make_study())
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("sessions", "0001_initial")  # and its table is there
    try:
        back_up(tmp_path)
    finally:
        recorder.record_applied("sessions", "0001_initial")

    done = restore(empty_database, tmp_path / "files", tmp_path / "backup", "--silent")

    assert (done.returncode, done.stdout, done.stderr.splitlines()[0]) == (1, "", UNSETTLED)
    assert rows(empty_database, "SELECT active FROM annotation_webhook") == [(True,)]


def test_what_waited_is_sent_with_its_key_and_secret_and_the_rest_is_not(
    tmp_path: Path, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "WEBHOOK_HOSTS", [HOST])
    with receiving() as receiver:
        hook, secret = make_webhook(
            study=make_study(slug="gulls"), address=receiver.address(), events=["snapshot_taken"], by=None
        )
        done, waiting, on_its_way = (make_delivery(hook, body=f'{{"n": {n}}}') for n in range(3))
        (claimed,) = claim_deliveries(limit=1)
        take_answer(delivery=claimed, answer=Answer(204))
        Delivery.objects.filter(pk=on_its_way.pk).update(claimed_at=timezone.now() - timedelta(minutes=3), tries=1)

        finished = restore(empty_database, tmp_path / "files", back_up(tmp_path), "--send")

    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.splitlines() == [
        "The database and 0 files are back.",
        "Everybody has to sign in again.",
        "Webhooks: 1; messages that waited: 2. They are sent when the platform starts; what was sent since the backup is"
        " sent again.",
        "gulls: 0 labels verified, 0 files read",
        "Tried: 2",
    ]
    assert claimed == done
    assert [got.headers["webhook-id"] for got in receiver.got] == [str(waiting.key), str(on_its_way.key)]
    assert [got.headers["webhook-signature"] for got in receiver.got] == [
        signed(secret, got.headers, got.body) for got in receiver.got
    ]
    assert rows(empty_database, STATES) == [
        (done.key, "delivered", 1),
        (waiting.key, "delivered", 1),
        (on_its_way.key, "delivered", 2),
    ]


def test_a_silent_copy_under_another_key_sends_nothing_and_says_what_receivers_would_refuse(
    tmp_path: Path, empty_database: str
) -> None:
    study = make_study()
    with receiving() as receiver:
        waiting = make_delivery(make_hook(study, address=receiver.address()))
        backup = back_up(tmp_path)

        done = restore(empty_database, tmp_path / "files", backup, "--silent", "--send", "--key", ANOTHER_KEY)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[2:4] == [
        "Webhooks: 1; messages that waited: 1. All are silent; nothing is sent.",
        "The backup was made under another GULLERY_SECRET_KEY: receivers will refuse messages until the old key is back,"
        " or each webhook has a new secret.",
    ]
    assert settings.SECRET_KEY not in (backup / "manifest.json").read_text()
    assert (done.stdout.splitlines()[-1], receiver.got) == ("Tried: 0", [])
    assert rows(empty_database, STATES) == [(waiting.key, "waiting", 0)]
    assert rows(empty_database, "SELECT kind, before, after, by_id FROM annotation_deed") == [
        ("webhook_changed", "active", "silent", None)
    ]


def test_sessions_end_tokens_and_schedules_stay(tmp_path: Path, empty_database: str) -> None:
    ada = make_user()
    for days in (1, 2):
        AccessToken.issue(user=ada, name=f"{days}", scopes=["read"], days=days)
    AccessToken.objects.filter(name="2").update(revoked_at=timezone.now())
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["_auth_user_id"] = str(ada.pk)
    session.save()
    once = ClockedSchedule.objects.create(clocked_time=timezone.now())
    PeriodicTask.objects.create(
        name="once", task="workers.tasks.training.request_training_task", clocked=once, one_off=True
    )

    done = restore(empty_database, tmp_path / "files", back_up(tmp_path))

    assert done.stdout.splitlines()[1:3] == [
        "Everybody has to sign in again.",
        "Tokens that work: 1, also such as were revoked after the backup.",
    ]
    here = str(connection.settings_dict["NAME"])
    assert (rows(here, SESSIONS), rows(empty_database, SESSIONS)) == ([(1,)], [(0,)])
    for statement in (
        "SELECT name, digest, revoked_at FROM annotation_accesstoken ORDER BY id",
        "SELECT name, task, enabled, one_off, clocked_id, last_run_at FROM django_celery_beat_periodictask",
    ):
        assert rows(empty_database, statement) == rows(here, statement) != []
