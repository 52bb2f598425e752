"""A web server on the tests' database that can be killed, unlike the live server's thread, and soon be there again.

python -m tests.browser.server_process DATABASE PORT

Reads commands, a line each: `start` answers with the id of a process that serves, `kill` once that has gone. Each such
process is a copy of this one, which has read all modules: to read them takes seconds.
"""

import ctypes
import os
import signal
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
PDEATHSIG = 1
"""prctl's PR_SET_PDEATHSIG."""


def main() -> None:
    database, port = sys.argv[1], int(sys.argv[2])
    import django
    from django.conf import settings
    from django.urls import resolve

    settings.DATABASES["default"]["NAME"] = database
    settings.ALLOWED_HOSTS = ["localhost"]
    django.setup()
    resolve("/sign-in")  # reads all views, and what they import
    obey(port)


def obey(port: int) -> None:
    child, keeper = 0, os.getpid()
    try:
        for line in sys.stdin:
            if line == "start\n":
                child = os.fork()
                if child == 0:
                    end_with(keeper)
                    serve(port)
            else:
                end(child)
                child = 0
            print(child, flush=True)
    finally:  # also when whoever gave the commands has gone
        end(child)


def end_with(keeper: int) -> None:
    """Also when that is killed, and cannot end anybody."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:  # it was killed before
        os._exit(1)


def end(child: int) -> None:
    if child:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def serve(port: int) -> None:
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    try:
        server = ThreadedWSGIServer(("localhost", port), WSGIRequestHandler)
        server.set_app(StaticFilesHandler(get_wsgi_application()))
        server.serve_forever()
    finally:
        os._exit(1)  # a copy obeys nobody


if __name__ == "__main__":
    main()
