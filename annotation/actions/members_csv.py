"""People from a file: looked at row by row first, then all of them or none."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Upper

from annotation.actions.accounts import make_account
from annotation.actions.first_passwords import first_token
from annotation.actions.members import MOST_VOTES, limit_member
from annotation.actions.studies import add_member
from annotation.enums import Role
from annotation.errors import InvalidInput
from annotation.models import Membership, Study, User

COLUMNS = ("username", "email", "role", "votes_at_most", "votes_per_day")
MOST_ROWS = 1000
ROLES = (Role.ANNOTATOR, Role.REVIEWER)


class Verdict(StrEnum):
    NEW = "new"
    JOINS = "joins"
    STAYS = "stays"
    WRONG = "wrong"


@dataclass(slots=True)
class PersonRow:
    """A line of the file and what would become of it. `line` counts from 1, the heading."""

    line: int
    username: str
    email: str = ""
    role: str = Role.ANNOTATOR
    votes_at_most: int | None = None
    votes_per_day: int | None = None
    verdict: Verdict = Verdict.NEW
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Invited:
    """`token` opens the person's first link; empty for somebody who has an account already."""

    row: PersonRow
    token: str


def plan_people(*, study: Study, text: str) -> list[PersonRow]:
    """What the file would do; nothing is changed. Raises InvalidInput for a file that is none of people at all."""
    rows = [_row(line, cells) for line, cells in _lines(text)]
    names = Counter(row.username.casefold() for row in rows)
    accounts = _accounts([row.username for row in rows])
    inside = set(Membership.objects.filter(study=study, active=True).values_list("user_id", flat=True))
    for row in rows:
        if row.username and names[row.username.casefold()] > 1:
            row.problems.append("The name is in the file more than once.")
        account = accounts.get(row.username.casefold())
        if account is not None and not account.is_active:
            row.problems.append("This account is closed.")
        row.verdict = _verdict(row, account, inside)
    return rows


def invite_people(*, study: Study, text: str, by: User | None = None) -> list[Invited]:
    """Makes the accounts that are missing, without a password, and puts everybody into the study with their limits.

    Raises InvalidInput when a row is wrong; then nobody is added. Who is in the study already stays as they are.
    """
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        rows = plan_people(study=study, text=text)
        wrong = [row for row in rows if row.verdict == Verdict.WRONG]
        if wrong:
            lines = ", ".join(str(row.line) for row in wrong[:10])
            raise InvalidInput(f"Nobody was added: something is wrong in line {lines}.", code="wrong_rows")
        accounts = _accounts([row.username for row in rows])
        return [_invite(study, row, accounts, by) for row in rows if row.verdict != Verdict.STAYS]


def _invite(study: Study, row: PersonRow, accounts: Mapping[str, User], by: User | None) -> Invited:
    user = accounts.get(row.username.casefold())
    token = ""
    if user is None:
        user = make_account(username=row.username, email=row.email, password=None)
        token = first_token(user)
    member = add_member(study=study, user=user, role=row.role, by=by)
    limit_member(membership=member, votes_at_most=row.votes_at_most, votes_per_day=row.votes_per_day, by=by)
    return Invited(row, token)


def _lines(text: str) -> list[tuple[int, dict[str, str]]]:
    if "\0" in text:
        raise InvalidInput("The file must be text.")
    file = io.StringIO(text.lstrip("\ufeff"), newline=None)
    heading = file.readline()
    file.seek(0)
    reader = csv.reader(file, delimiter=";" if ";" in heading else ",")
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise InvalidInput(f"Line {reader.line_num} cannot be read: {error}.") from error
    unknown = [name for name in names if name not in COLUMNS]
    if "username" not in names or unknown or len(set(names)) < len(names):
        said = f" It has {', '.join(names[:8])}." if names else ""
        raise InvalidInput(f"The first line must name the columns, username and any of {', '.join(COLUMNS[1:])}.{said}")
    if not 1 <= len(lines) <= MOST_ROWS:
        raise InvalidInput(f"The file must name 1 to {MOST_ROWS} people, not {len(lines)}.")
    return [(line, dict(zip(names, _padded(cells, len(names)), strict=True))) for line, cells in lines]


def _padded(cells: Sequence[str], width: int) -> list[str]:
    """A row with too many cells keeps the last ones together, so that its check fails in words."""
    head, rest = [cell.strip() for cell in cells[:width]], cells[width:]
    if rest:
        head[-1] = " ".join([head[-1], *rest])
    return head + [""] * (width - len(head))


def _row(line: int, cells: Mapping[str, str]) -> PersonRow:
    name, role = User.normalize_username(cells["username"]), cells.get("role", "").lower() or Role.ANNOTATOR
    row = PersonRow(line, name, cells.get("email", ""), role)
    _check_name(row)
    if row.email:
        try:
            validate_email(row.email)
        except ValidationError:
            row.problems.append("The e-mail address is none.")
    if row.role not in ROLES:
        row.problems.append("The role must be annotator or reviewer.")
    row.votes_at_most = _limit(row, cells.get("votes_at_most", ""))
    row.votes_per_day = _limit(row, cells.get("votes_per_day", ""))
    return row


def _check_name(row: PersonRow) -> None:
    if not row.username or len(row.username) > 150:
        row.problems.append("The user name must have 1 to 150 characters.")
        return
    try:
        User.username_validator(row.username)
    except ValidationError:
        row.problems.append("A user name has letters, digits and @ . + - _ only.")


def _limit(row: PersonRow, text: str) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 11 and 1 <= int(text) <= MOST_VOTES:
        return int(text)
    row.problems.append("A limit must be a whole number above 0, or empty.")
    return None


def _accounts(names: Sequence[str]) -> dict[str, User]:
    """By name without its case, in which no two names are alike."""
    found = User.objects.annotate(loud=Upper("username")).filter(loud__in=[Upper(Value(name)) for name in names])
    return {user.username.casefold(): user for user in found}


def _verdict(row: PersonRow, account: User | None, inside: set[int]) -> Verdict:
    if row.problems:
        return Verdict.WRONG
    if account is None:
        return Verdict.NEW
    return Verdict.STAYS if account.pk in inside else Verdict.JOINS
