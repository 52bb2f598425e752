import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from webapp.files_url import SHAPE, bucket_of

SETTINGS = Path(__file__).resolve().parents[2] / "webapp" / "settings.py"
PLAIN: dict[str, Any] = {
    "bucket_name": "birds",
    "location": "",
    "access_key": None,
    "secret_key": None,
    "endpoint_url": None,
    "region_name": None,
    "addressing_style": "auto",
}
GIVEN: dict[str, dict[str, Any]] = {
    "s3://birds": {},
    "s3://birds/": {},
    "s3://birds/gulls/2026": {"location": "gulls/2026"},
    "s3://ada:a%2Fb%2Bc@birds": {"access_key": "ada", "secret_key": "a/b+c"},
    "s3://birds?region=eu-central-1": {"region_name": "eu-central-1"},
    "s3://birds?endpoint=http://10.0.0.7:9000": {
        "endpoint_url": "http://10.0.0.7:9000",
        "addressing_style": "path",
    },
    "s3://birds?endpoint=https://store.lan&addressing=virtual": {
        "endpoint_url": "https://store.lan",
        "addressing_style": "virtual",
    },
}


@pytest.mark.parametrize("url", GIVEN)
def test_a_bucket_is_taken_apart(url: str) -> None:
    assert bucket_of(url) == PLAIN | GIVEN[url]


@pytest.mark.parametrize(
    "url",
    [
        "birds",
        "https://birds",
        "s3://",
        "s3://b",
        "s3://Birds",
        "s3://birds:9000",
        "s3://birds:port",
        "s3://ada@birds",
        "s3://ada:a/b@birds",
        "s3://birds/../others",
        "s3://birds/my files",
        "s3://birds#gulls",
        "s3://birds?endpoint",
    ],
)
def test_what_makes_no_sense_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        bucket_of(url)

    assert str(refused.value).startswith("GULLERY_FILES_URL must look like s3://bucket/folder or ")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("bucket=birds", "the parameter 'bucket' is unknown; use one of endpoint, region, addressing."),
        ("endpoint=ftp://store", "endpoint='ftp://store' makes no sense."),
        ("region=", "region='' makes no sense."),
        ("addressing=auto", "addressing='auto' makes no sense."),
    ],
)
def test_a_wrong_parameter_is_named(query: str, told: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        bucket_of(f"s3://birds?{query}")

    assert str(refused.value).removeprefix("GULLERY_FILES_URL: ").removesuffix(f" {SHAPE}.") == told


def test_without_it_files_lie_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GULLERY_DATA", str(tmp_path))
    stores = []
    for url in ("", "s3://birds"):
        monkeypatch.setenv("GULLERY_FILES_URL", url)
        stores.append(runpy.run_path(str(SETTINGS))["STORAGES"]["default"])

    assert stores == [
        {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}},
        {"BACKEND": "annotation.object_store.ObjectStore", "OPTIONS": PLAIN},
    ]
