"""An S3-compatible store on loopback, one for each process of the tests, and buckets in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

_numbers = count(1)
KEY = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}


@cache
def _endpoint() -> str:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()  # in a daemon's thread: it ends with the process
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


@contextmanager
def bucket() -> Iterator[str]:
    """The address of a new one, as GULLERY_FILES_URL has it; nothing of it is left afterwards."""
    name, client = f"birds-{next(_numbers)}", client_of()
    client.create_bucket(Bucket=name)
    yield f"s3://key:secret@{name}/gulls?endpoint={_endpoint()}&region=us-east-1"
    for key in keys_in(name):
        client.delete_object(Bucket=name, Key=key)
    client.delete_bucket(Bucket=name)


def client_of() -> Any:
    return boto3.client("s3", endpoint_url=_endpoint(), region_name="us-east-1", **KEY)


def keys_in(name: str) -> list[str]:
    return sorted(one["Key"] for one in client_of().list_objects_v2(Bucket=name).get("Contents", ()))
