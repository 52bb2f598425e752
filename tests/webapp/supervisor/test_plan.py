from pathlib import Path

import pytest

from webapp.supervisor.plan import whole_platform
from webapp.supervisor.running import Site


def test_paths_mean_to_the_programs_what_they_mean_where_the_platform_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://host/name")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://host")
    monkeypatch.setenv("GULLERY_SAM_CHECKPOINT", "weights.pth")
    monkeypatch.setenv("GULLERY_STATIC_ROOT", "/srv/static")
    monkeypatch.delenv("GULLERY_MODEL", raising=False)

    _, everything = whole_platform(Site(tmp_path / "data", "http://127.0.0.1:8000", 0, 0))

    for program in (*everything.steps, *everything.programs):
        told = {name: program.environment.get(name) for name in ("GULLERY_SAM_CHECKPOINT", "GULLERY_STATIC_ROOT")}
        assert told == {"GULLERY_SAM_CHECKPOINT": f"{tmp_path}/weights.pth", "GULLERY_STATIC_ROOT": "/srv/static"}
        assert "GULLERY_MODEL" not in program.environment
