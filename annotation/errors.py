"""What can go wrong in the domain. Each error carries a code for programs, a sentence for people and an HTTP status."""


class DomainError(Exception):
    """A rule said no; nothing was changed."""

    code = "refused"
    status = 400

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code


class InvalidInput(DomainError):
    """The words do not make sense, whatever the state of the study."""

    code = "invalid"
    status = 400


class Conflict(DomainError):
    """The words make sense, but not in the present state."""

    code = "conflict"
    status = 409


class Forbidden(DomainError):
    """The person may see the thing but not do this with it."""

    code = "forbidden"
    status = 403


class Unavailable(DomainError):
    """What is needed does not answer; repeating may help."""

    code = "unavailable"
    status = 503
