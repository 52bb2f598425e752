"""Signing in as `Client.force_login` does, with one statement for a dozen: tests do it thousands of times.

The time of a person's last sign-in stays as it is.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from annotation.models import User


def sign_in(client: Client, user: User) -> None:
    key = secrets.token_hex(16)
    until = timezone.now() + timedelta(days=1)
    told = SessionStore().encode(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )
    Session.objects.create(session_key=key, session_data=told, expire_date=until)
    client.cookies[settings.SESSION_COOKIE_NAME] = key
