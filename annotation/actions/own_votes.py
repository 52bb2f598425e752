"""Taking back one's own last votes, within the study's window."""

from annotation.actions.votes import retract_vote
from annotation.enums import Purpose
from annotation.errors import Conflict
from annotation.models import Protocol, User, Vote
from annotation.queries.own_votes import last_votes


def take_back(*, vote: Vote, annotator: User) -> Vote:
    """Retracts the vote; its region is the person's again for one lease.

    Raises Conflict for a vote of training or exam, for one outside the protocol's window (a study without a protocol has
    none), and as `retract_vote` does.
    """
    if vote.purpose in {Purpose.TRAINING, Purpose.EXAM}:
        raise Conflict("What you say in training and exam stands.", code="too_late")
    protocol = Protocol.objects.filter(study_id=vote.study_id).first()
    if protocol is not None and vote.retracted_at is None:
        _check_window(vote, annotator, protocol)
    return retract_vote(vote=vote, annotator=annotator)


def _check_window(vote: Vote, annotator: User, protocol: Protocol) -> None:
    if vote.pk not in {one.pk for one in last_votes(vote.study, annotator)}:
        raise Conflict(
            f"Only your last {protocol.undo_votes} votes can be taken back, within {protocol.undo_minutes} minutes.",
            code="too_late",
        )
