"""Signatures as the Standard Webhooks have them, so that their libraries can check them.

A secret is not kept anywhere: it follows from the webhook's salt and the platform's own key.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from django.utils.crypto import salted_hmac

PREFIX = "whsec_"


def secret_of(salt: str) -> str:
    """As its receiver gets it, once."""
    return PREFIX + base64.b64encode(_key(salt)).decode()


def headers_for(*, salt: str, key: str, at: datetime, body: bytes) -> dict[str, str]:
    """All that a delivery is sent with; `at` is when it is sent, so that an old one cannot be sent again by somebody else."""
    moment = str(int(at.timestamp()))
    signed = hmac.new(_key(salt), f"{key}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Gullery",
        "Connection": "close",
        "webhook-id": key,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def _key(salt: str) -> bytes:
    return salted_hmac("annotation.webhook", salt, algorithm="sha256").digest()
