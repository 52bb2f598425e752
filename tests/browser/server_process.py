"""A web server on the tests' database that can be killed, unlike the live server's thread.

python -m tests.browser.server_process DATABASE PORT
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> None:
    database, port = sys.argv[1], int(sys.argv[2])
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.ALLOWED_HOSTS = ["localhost"]
    django.setup()
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    server = ThreadedWSGIServer(("localhost", port), WSGIRequestHandler)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    server.serve_forever()


if __name__ == "__main__":
    main()
