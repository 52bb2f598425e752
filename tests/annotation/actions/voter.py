"""A process that votes until there is nothing left, printing the key of each acknowledged vote. Made to be killed.

python -m tests.annotation.actions.voter DATABASE STUDY USER
"""

import os
import sys
import time
from uuid import uuid4

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> None:
    database, study_id, user_id = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from annotation.actions.leases import Answer, lease_next
    from annotation.actions.votes import cast_vote
    from annotation.models import Study, User
    from tests.factories import FACTS, make_opinion

    study, person = Study.objects.get(pk=study_id), User.objects.get(pk=user_id)
    while (lease := lease_next(study=study, annotator=person)).answer != Answer.ALL_DONE:
        if lease.assignment is None:
            time.sleep(0.05)
            continue
        key, region = uuid4(), lease.assignment.region_id
        cast_vote(annotator=person, region_id=region, opinion=make_opinion(), idempotency_key=key, facts=FACTS)
        print(key, flush=True)
        time.sleep(0.08)  # leaves room to be killed between and within votes


if __name__ == "__main__":
    main()
