"""What is true: rows, named constraints, queryset verbs. One subject a file."""

from annotation.models.assessments import Assessment, Picture
from annotation.models.assignments import Assignment
from annotation.models.exposures import Exposure
from annotation.models.heartbeats import Heartbeat
from annotation.models.images import Image
from annotation.models.jobs import Export, Import, ImportedFile, Job, Sketch
from annotation.models.labels import Label
from annotation.models.prelabels import Prelabel
from annotation.models.regions import Region
from annotation.models.snapshots import Snapshot
from annotation.models.studies import Study
from annotation.models.training import Evaluation, GateCheck, TrainingRun
from annotation.models.users import AccessToken, Membership, User
from annotation.models.versions import ModelVersion, Promotion
from annotation.models.votes import Vote

__all__ = [
    "AccessToken",
    "Assessment",
    "Assignment",
    "Evaluation",
    "Export",
    "Exposure",
    "GateCheck",
    "Heartbeat",
    "Image",
    "Import",
    "ImportedFile",
    "Job",
    "Label",
    "Membership",
    "ModelVersion",
    "Picture",
    "Prelabel",
    "Promotion",
    "Region",
    "Sketch",
    "Snapshot",
    "Study",
    "TrainingRun",
    "User",
    "Vote",
]
