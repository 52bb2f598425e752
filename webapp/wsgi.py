"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
django = get_wsgi_application()

from webapp.charsets import Charsets  # noqa: E402  its imports need Django set up
from webapp.short_way import ShortWay  # noqa: E402

application = ShortWay(Charsets(django))

# What is loaded by now stays for ever: the collector need not look through it again and again.
gc.collect()
gc.freeze()
