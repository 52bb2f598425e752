"""A process that votes once and stops in the middle of it, to be killed there. It says "held" when it has stopped.

python -m tests.annotation.actions.held_voter DATABASE STUDY USER KEY before|after, that is of the COMMIT.
"""

import os
import sys
import time
from uuid import UUID

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> None:
    database, study_id, user_id, key, moment = sys.argv[1:]
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from annotation.actions import votes
    from annotation.actions.leases import lease_next
    from annotation.models import Study, User
    from tests.factories import FACTS, make_opinion

    really_commit = votes.commit

    def hold() -> None:
        if moment == "after":
            really_commit()
        print("held", flush=True)
        time.sleep(600)

    votes.commit = hold
    person = User.objects.get(pk=user_id)
    seat = lease_next(study=Study.objects.get(pk=study_id), annotator=person).assignment
    assert seat is not None
    votes.cast_vote(
        annotator=person, region_id=seat.region_id, opinion=make_opinion(), idempotency_key=UUID(key), facts=FACTS
    )


if __name__ == "__main__":
    main()
