"""A study on a running platform, and people who vote in it over HTTP until all is done or the platform is gone.

Run as a program in the platform's own settings it makes the study, and prints a token for each of the people.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

from annotation.opinion import SCALES
from webapp.demo.client import ApiClient, ApiError

STUDY, REGIONS, PEOPLE = "crowded", 60, 8


class Crowd:
    """`acknowledged` are the keys of the votes that the server has confirmed."""

    def __init__(self, address: str, tokens: list[str]) -> None:
        self.acknowledged: list[str] = []
        self._address = address
        self._threads = [threading.Thread(target=self._vote, args=(token,)) for token in tokens]

    @contextmanager
    def voting(self) -> Iterator["Crowd"]:
        """Until the last of them has nothing to do, or nobody to say it to."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            for thread in self._threads:
                thread.join()

    def _vote(self, token: str) -> None:
        client = ApiClient(self._address, token)
        with suppress(ApiError, OSError):
            while (answer := client.next_assignment(STUDY))["answer"] != "all_done":
                if answer["answer"] == "seat":
                    self._cast(client, answer["assignment"]["lease"])
                else:
                    time.sleep(0.1)
        client.close()

    def _cast(self, client: ApiClient, lease: str) -> None:
        key = str(uuid4())
        client.cast_vote(lease, key, dict.fromkeys(SCALES, 2), {"duration_ms": 5000})
        self.acknowledged.append(key)


def main() -> None:
    import django

    django.setup()
    from annotation.models import AccessToken
    from tests.factories import make_image, make_member, make_region, make_study

    study = make_study(slug=STUDY)
    for _ in range(REGIONS):
        make_region(study, make_image(study))
    for number in range(PEOPLE):
        person = make_member(study, name=f"voter-{number}")
        print(AccessToken.issue(user=person, name="crowd", scopes=["rate", "read"], days=1)[1])


if __name__ == "__main__":
    main()
