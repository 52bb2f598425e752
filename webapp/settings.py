"""One settings file; everything that differs between machines is read strictly from the environment (`.env.example`)."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from webapp import database_url, files_url
from webapp import environment as env
from webapp.embedded import locations
from webapp.languages import ENGLISH, FOLDER, offered
from webapp.rating_threads import AT_MOST

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("GULLERY_DATA", BASE_DIR / "var")

DEBUG = env.boolean("GULLERY_DEBUG", False)
SECRET_KEY = env.secret("GULLERY_SECRET_KEY", kept_in=DATA_DIR / "secret_key", debug=DEBUG)
ALLOWED_HOSTS = env.hosts("GULLERY_ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env.origins("GULLERY_TRUSTED_ORIGINS")
HTTPS = env.boolean("GULLERY_HTTPS", False)
PROXIES = env.integer("GULLERY_PROXIES", 0)  # of our own, between the caller and us

INSTALLED_APPS = [
    "annotation",
    "webapp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_celery_beat",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "webapp.policy.PolicyMiddleware",
    "webapp.middleware.LanguageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "webapp.middleware.NoticeMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "webapp.middleware.FragmentMiddleware",
]

ROOT_URLCONF = "webapp.urls"
WSGI_APPLICATION = "webapp.wsgi.application"
AUTH_USER_MODEL = "annotation.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "studies"
LOGOUT_REDIRECT_URL = "sign-in"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "webapp" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]


# The rating threads keep theirs between votes; all others need at least one.
DATABASE_POOL = env.integer("GULLERY_DATABASE_POOL", 8 + AT_MOST, least=AT_MOST + 1)


def _database(url: str) -> dict[str, object]:
    """PostgreSQL by URL, or the embedded server's socket when no URL is given."""
    # Begun with none: one that is asked while its first is on its way opens a second. While a server is away the pauses between
    # attempts double until the pool gives up, and only then whoever asks begins anew: after five minutes, if nothing is said.
    # Its last attempt comes before those who wait are answered, so that the answer is also the last thing it says.
    pool = {"min_size": 0, "max_size": DATABASE_POOL, "timeout": 10, "reconnect_timeout": 9}
    # The driver keeps no plans: each time it forgets them it would forget those of annotation/queries/statements.py too.
    options: dict[str, object] = {"pool": pool, "server_side_binding": True, "prepare_threshold": None}
    common = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0, "OPTIONS": options}
    if not url:
        try:
            host = str(locations.postgres_socket_dir(DATA_DIR))
        except LookupError as error:  # of GULLERY_POSTGRES_USER
            raise ImproperlyConfigured(str(error)) from error
        return common | {
            "NAME": locations.DATABASE_NAME,
            "USER": locations.DATABASE_USER,
            "HOST": host,
            "PORT": locations.DATABASE_PORT,  # or PGPORT would count
        }
    return common | database_url.place_of(url) | {"OPTIONS": {**database_url.parameters_of(url), **options}}


DATABASE_URL = env.text("DATABASE_URL")
DATABASES = {"default": _database(DATABASE_URL)}

CELERY_BROKER_URL = env.server_url("CELERY_BROKER_URL", ("redis", "rediss", "redis+socket"))
BROKER_URL = CELERY_BROKER_URL or f"redis+socket://{locations.redis_socket(DATA_DIR)}"
_CACHE_URL = env.server_url("GULLERY_CACHE_URL", ("redis", "rediss", "unix")) or BROKER_URL.replace(
    "redis+socket://", "unix://"
)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _CACHE_URL,
        "KEY_PREFIX": "gullery",
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600


def _files(url: str) -> dict[str, object]:
    """The store of photographs, snapshots, exports and model versions: a bucket, or the data folder."""
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}}
    return {"BACKEND": "annotation.object_store.ObjectStore", "OPTIONS": files_url.bucket_of(url)}


FILES_URL = env.text("GULLERY_FILES_URL")
STORAGES = {
    "default": _files(FILES_URL),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "static/"
STATIC_ROOT = env.folder("GULLERY_STATIC_ROOT", DATA_DIR / "static")
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
UPLOAD_LIMIT = env.integer("GULLERY_UPLOAD_MEGABYTES", 2048, least=1) * 1024 * 1024

WEBHOOK_HOSTS = [host.lower().strip("[]") for host in env.hosts("GULLERY_WEBHOOK_HOSTS")]
EXPORTS_KEPT_DAYS = env.integer("GULLERY_EXPORTS_KEPT_DAYS", 30, least=1, most=36_500)

SAM_CHECKPOINT = env.existing("GULLERY_SAM_CHECKPOINT", what="file")
VERSIONS_DIR = DATA_DIR / "versions"  # used only where the store of files is on another machine
TRAINING_DIR = DATA_DIR / "training"  # of the worker that trains: what it learns from, checkpoints
TRAINING_PROCESSES = env.integer("GULLERY_TRAINING_PROCESSES", 1, least=1)
SHIPPED_VERSION = env.existing("GULLERY_MODEL", what="directory") or str(BASE_DIR / "ml" / "shipped" / "tiny")
"""A model version's directory; new studies are pre-labelled by it."""

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 14 * 24 * 3600  # of the links by which people choose their first password

LANGUAGE_CODE = ENGLISH[0]
LOCALE_PATHS = [DATA_DIR / "locale", FOLDER]
LANGUAGES = offered(*LOCALE_PATHS)
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = env.time_zone("GULLERY_TIME_ZONE", "UTC")
USE_TZ = True

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],  # the nonce admits the import map alone
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "webapp.api.authentication.TokenAuthentication",
        "webapp.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "webapp.api.negotiation.JsonNegotiation",
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["webapp.api.throttling.UserThrottle", "webapp.api.throttling.StrangerThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "user": env.rate("GULLERY_THROTTLE_USER", "6000/min"),
        "stranger": env.rate("GULLERY_THROTTLE_STRANGER", "60/min"),
        "sign-in": env.rate("GULLERY_THROTTLE_SIGN_IN", "20/min"),
    },
    "EXCEPTION_HANDLER": "webapp.api.errors.answer_error",
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Gullery",
    "DESCRIPTION": "People rate regions of photographs; the votes become labels.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

LOG_FORMAT = env.choice("GULLERY_LOG_FORMAT", ("text", "json"), "text")
LOG_FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "pythonjsonlogger.json.JsonFormatter", "fmt": LOG_FIELDS},
        "text": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
        },
    },
    "root": {
        "handlers": ["console"],
        "level": env.choice("GULLERY_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    },
}
