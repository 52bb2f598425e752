"""Django's own, but one connection that the server has ended is news of all: a server started anew costs one request, and not
one for each connection that waits in the pool.
"""

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def _close(self) -> None:
        broken = self.connection is not None and self.connection.broken
        super()._close()  # type: ignore[misc]  # the stubs overlook it
        if broken and self.pool:
            self.pool.drain()
