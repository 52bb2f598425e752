"""The product's settings with what tests change.

Each of xdist's workers has a database and a store of its own: the same number or hash names a row and a file of each.
"""

import os

from tests import cluster

cluster.choose_environment()
os.environ["GULLERY_SECRET_KEY"] = "tests-only-" + "x" * 40

from webapp.settings import *  # noqa: E402, F403
from webapp.settings import DATA_DIR, REST_FRAMEWORK, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_LOCAL = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {"default": _LOCAL}
_OWN = DATA_DIR / os.environ.get("PYTEST_XDIST_WORKER", "alone")
STORAGES = STORAGES | {
    "default": STORAGES["default"] | {"OPTIONS": {"location": _OWN / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
VERSIONS_DIR, TRAINING_DIR = _OWN / "versions", _OWN / "training"
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"user": None, "stranger": None, "sign-in": None}}
BROKER_URL = "memory://"
