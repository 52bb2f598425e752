"""What a backup raises."""


class BackupError(RuntimeError):
    """A backup cannot be made or restored; the message says why."""
