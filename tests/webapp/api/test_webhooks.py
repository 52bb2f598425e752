"""Webhooks by the API, and the receiver of docs/webhooks.md run as it stands."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import Settings

from annotation.actions.deliveries import send_due
from annotation.enums import DeliveryState, HookEvent
from annotation.models import Deed, Delivery, Study, User, Webhook
from tests.annotation.hooks import ADDRESS, make_delivery, make_hook
from tests.factories import make_study
from tests.operations.servers import free_port
from tests.webapp.api.client import Api, error_of, program
from tests.workers.test_killed_workers import wait_for

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).resolve().parents[3] / "docs" / "webhooks.md"
NEW = {"address": ADDRESS, "events": ["export_finished"]}


def test_a_program_registers_an_address_and_gets_the_secret_once(study: Study, ada: User) -> None:
    made = program(ada, "manage").post("studies/birds/webhooks", NEW).json()

    assert made.pop("secret").startswith("whsec_")
    assert (made["address"], made["events"], made["active"]) == (ADDRESS, ["export_finished"], True)
    assert Api(ada).get("studies/birds/webhooks").json()["results"] == [made]
    assert Api(ada).get(f"webhooks/{made['id']}").json() == made
    assert Deed.objects.get(kind="webhook_made").by == ada


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"address": "http://hooks.example.org"}, "invalid"),
        ({"address": "https://127.0.0.1"}, "invalid"),
        ({"events": ["test"]}, "invalid"),
        ({"events": ["vote_cast"]}, "invalid"),
        ({"events": []}, "invalid"),
        ({"salt": "x"}, "unknown_field"),
    ],
)
def test_what_makes_no_sense_is_refused(study: Study, ada: User, wrong: dict[str, object], code: str) -> None:
    assert error_of(Api(ada).post("studies/birds/webhooks", NEW | wrong)) == (400, code)
    assert Webhook.objects.count() == 0


def test_it_is_changed_silenced_renewed_and_taken_away(study: Study, ada: User) -> None:
    path = f"webhooks/{make_hook(study).pk}"

    changed = Api(ada).patch(path, {"events": ["study_finished", "alarm_raised"]}).json()
    silent = Api(ada).patch(path, {"active": False}).json()
    refused = error_of(Api(ada).post(f"{path}/test"))
    secrets = {Api(ada).post(f"{path}/secret").json()["secret"] for _ in range(2)}
    gone = [Api(ada).delete(path).status_code for _ in range(2)]

    assert (changed["events"], changed["active"]) == (["study_finished", "alarm_raised"], True)
    assert (silent["events"], silent["active"]) == (changed["events"], False)
    assert (refused, len(secrets), gone) == ((409, "silent"), 2, [204, 404])
    assert Api(ada).get("studies/birds/webhooks").json()["results"] == []


def test_deliveries_are_listed_and_sent_again(study: Study, ada: User) -> None:
    hook = make_hook(study)
    ended = {"state": "failed", "ended_at": "2026-01-01T00:00Z"}
    row = make_delivery(hook, event=HookEvent.ALARM_RAISED, status=500, answer="Sorry.", tries=3, **ended)
    make_delivery(hook)
    make_delivery(make_hook(make_study()))
    path = f"webhooks/{hook.pk}/deliveries"

    (found,) = Api(ada).get(path, {"state": "failed", "event": "alarm_raised"}).json()["results"]
    again = Api(ada).post(f"deliveries/{row.pk}/redelivery").json()

    assert len(Api(ada).get(path).json()["results"]) == 2
    assert (found["key"], found["status"], found["answer"], found["tries"]) == (str(row.key), 500, "Sorry.", 3)
    assert (again["id"], again["state"], again["tries"]) == (row.pk, "waiting", 0)
    assert error_of(Api(ada).get(path, {"state": "lost"})) == (400, "bad_filter")


def test_webhooks_of_another_study_are_not_there(study: Study, ada: User) -> None:
    hook = make_hook(make_study())
    delivery = make_delivery(hook)

    for path in (f"webhooks/{hook.pk}", f"webhooks/{hook.pk}/deliveries"):
        assert Api(ada).get(path).status_code == 404
    for path in (f"webhooks/{hook.pk}/test", f"webhooks/{hook.pk}/secret", f"deliveries/{delivery.pk}/redelivery"):
        assert Api(ada).post(path).status_code == 404


@pytest.mark.slow
def test_the_guide_s_receiver_knows_ours_from_others_and_a_repetition(
    study: Study, ada: User, settings: Settings, tmp_path: Path
) -> None:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    (example,) = re.findall(r"```python receiver\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL)
    (tmp_path / "receiver.py").write_text(example)
    port = free_port()
    new = {"address": f"http://127.0.0.1:{port}/", "events": ["export_finished"]}
    made = Api(ada).post("studies/birds/webhooks", new).json()
    stranger = make_hook(study, address=f"http://127.0.0.1:{port}/other")
    row = Api(ada).post(f"webhooks/{made['id']}/test").json()
    environment = os.environ | {"PORT": str(port), "WEBHOOK_SECRET": made["secret"]}
    command = [sys.executable, str(tmp_path / "receiver.py")]

    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(lambda: answers(port), process)
            send_due(seconds=30)
            Api(ada).post(f"deliveries/{row['id']}/redelivery")
            send_due(seconds=30)
            foreign = make_delivery(stranger)
            send_due(seconds=30)
        finally:
            process.terminate()
        printed = process.stdout.read() if process.stdout else b""

    ours, theirs = Delivery.objects.get(pk=row["id"]), Delivery.objects.get(pk=foreign.pk)
    assert (ours.state, ours.status, theirs.state, theirs.status) == (DeliveryState.DELIVERED, 204, "waiting", 403)
    assert printed == b"test\n"


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port)):
            return True
    except ConnectionRefusedError:
        return False
