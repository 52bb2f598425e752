"""The product's settings with what tests change."""

import os

from tests import cluster

cluster.choose_environment()
os.environ["GULLERY_SECRET_KEY"] = "tests-only-" + "x" * 40

from webapp.settings import *  # noqa: E402, F403
from webapp.settings import REST_FRAMEWORK, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_LOCAL = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {"default": _LOCAL}
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"user": None, "stranger": None, "sign-in": None}}
BROKER_URL = "memory://"
