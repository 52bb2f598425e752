"""What is true: rows, named constraints, queryset verbs. One subject a file."""

from annotation.models.assessments import Assessment, Picture
from annotation.models.assignments import Assignment
from annotation.models.codebooks import Anchor, AnchorOpening, Codebook
from annotation.models.decisions import Adjudication, Exclusion, SeatRequest
from annotation.models.deeds import Deed
from annotation.models.exams import Exam, Gold
from annotation.models.exposures import Exposure
from annotation.models.heartbeats import Heartbeat
from annotation.models.hooks import Delivery, JustSettled, RaisedAlarm, Webhook
from annotation.models.images import Image
from annotation.models.invitations import Invitation, Message, MessageReading
from annotation.models.jobs import Export, Import, ImportedFile, Job, Sketch
from annotation.models.labels import Label
from annotation.models.prelabels import Prelabel
from annotation.models.protocols import Protocol
from annotation.models.regions import Region
from annotation.models.remarks import Remark
from annotation.models.sittings import Sitting, ViewingCheck
from annotation.models.snapshots import Snapshot
from annotation.models.studies import Study
from annotation.models.training import Evaluation, GateCheck, TrainingRun
from annotation.models.users import AccessToken, Membership, User
from annotation.models.versions import DroppedWeights, ModelVersion, Promotion
from annotation.models.votes import Vote

__all__ = [
    "AccessToken",
    "Adjudication",
    "Anchor",
    "AnchorOpening",
    "Assessment",
    "Assignment",
    "Codebook",
    "Deed",
    "Delivery",
    "DroppedWeights",
    "Evaluation",
    "Exam",
    "Exclusion",
    "Export",
    "Exposure",
    "GateCheck",
    "Gold",
    "Heartbeat",
    "Image",
    "Import",
    "ImportedFile",
    "Invitation",
    "Job",
    "JustSettled",
    "Label",
    "Membership",
    "Message",
    "MessageReading",
    "ModelVersion",
    "Picture",
    "Prelabel",
    "Promotion",
    "Protocol",
    "RaisedAlarm",
    "Region",
    "Remark",
    "SeatRequest",
    "Sitting",
    "Sketch",
    "Snapshot",
    "Study",
    "TrainingRun",
    "User",
    "ViewingCheck",
    "Vote",
    "Webhook",
]
