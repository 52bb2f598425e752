"""Files in a bucket of an S3-compatible store: settings.STORAGES names this where GULLERY_FILES_URL does."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any, Self

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from annotation.store_errors import StoreAwayError

IN_MEMORY = 8 * 2**20
"""Bytes of a file beyond which it is read by way of a temporary one on the disk."""
_FILE_IS_MISSING = {"404", "NoSuchKey", "NotFound"}


class ObjectStore(S3Storage):  # type: ignore[misc]  # it has no types
    """Whole files under names that are never given twice, so that one is saved without asking what is there.

    Raises FileNotFoundError for a file that is not there, and StoreAwayError for whatever else the store says or does not.
    """

    def __init__(self, *, addressing_style: str, **place: Any) -> None:
        # Of checksums that newer clients add unasked many stores know nothing.
        client = Config(
            connect_timeout=3,
            read_timeout=20,
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=32,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": addressing_style},
        )
        super().__init__(
            client_config=client,
            transfer_config=TransferConfig(use_threads=False),  # most files are small, and readers have threads
            file_overwrite=True,
            **place,
        )

    def check(self) -> None:
        """Raises StoreAwayError when the bucket is not there, or not ours to read."""
        with _told("the bucket"):
            try:
                self._client.head_bucket(Bucket=self.bucket_name)
            except ClientError as error:
                raise StoreAwayError(f"the bucket answered {_code(error)}") from error

    def _open(self, name: str, mode: str = "rb") -> "StoredFile":
        """The library's own keeps all of a file in memory, and asks three times for it."""
        return StoredFile(self, name)

    def fetched(self, name: str) -> "SpooledTemporaryFile[bytes]":
        file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  the caller closes it
        try:
            with _told(name):
                self._client.download_fileobj(self.bucket_name, self._key(name), file, Config=self.transfer_config)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def _save(self, name: str, content: Any) -> str:
        with _told(name):
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _told(name):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _told(name):
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _told(path):
            folders, files = super().listdir(path)
            return folders, files

    def size(self, name: str) -> int:
        with _told(name):
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        with _told(name):
            found: datetime = super().get_modified_time(name)
            return found

    def url(self, name: str | None, *_: Any, **__: Any) -> str:
        raise NotImplementedError("Files go out by views that look at who asks.")

    @property
    def _client(self) -> Any:
        return self.connection.meta.client

    def _key(self, name: str) -> str:
        return str(self._normalize_name(clean_name(name)))


class StoredFile(File):  # type: ignore[type-arg]
    """Fetched when it is opened, and again when it is opened after it was closed."""

    def __init__(self, store: ObjectStore, name: str) -> None:
        super().__init__(store.fetched(name), name)
        self.store = store

    def open(self, *_: Any, **__: Any) -> Self:
        if self.closed:
            self.file = self.store.fetched(str(self.name))
        self.seek(0)
        return self


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What the client raises, in the words of files."""
    try:
        yield
    except ClientError as error:
        if _code(error) in _FILE_IS_MISSING:
            raise FileNotFoundError(errno.ENOENT, "the store has no such file", name) from error
        raise StoreAwayError(f"the store of files answered {_code(error)}") from error
    except (BotoCoreError, Boto3Error, RetriesExceededError) as error:
        raise StoreAwayError(f"the store of files does not answer ({error})") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "nothing"))
