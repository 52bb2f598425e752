"""The closed sets of the domain and the words for their members."""

from django.db.models import TextChoices


class Role(TextChoices):
    MANAGER = "manager", "Manager"
    REVIEWER = "reviewer", "Reviewer"
    ANNOTATOR = "annotator", "Annotator"


class StudyStatus(TextChoices):
    OPEN = "open", "Open"
    PAUSED = "paused", "Paused"
    CLOSED = "closed", "Closed"


class PrelabelPolicy(TextChoices):
    NEVER = "never", "Never shown"
    AFTER_VOTE = "after_vote", "Shown after the vote"
    RANDOM_ARM = "random_arm", "Shown in a random arm"


class PrelabelSeen(TextChoices):
    NOTHING = "nothing", "Nothing"
    BEFORE_VOTE = "before_vote", "Before the vote"


class SeverityVotes(TextChoices):
    """Which votes the severity of a distortion is the mean of; the paper leaves it open."""

    AFFECTED = "affected", "Votes 0 to 4 only"
    ALL = "all", "All votes"


class Split(TextChoices):
    TRAIN = "train", "Train"
    TEST = "test", "Test"


class RegionLevel(TextChoices):
    OBJECT = "object", "Object"
    COMPONENT = "component", "Component"


class RegionSource(TextChoices):
    PROPOSED = "proposed", "Proposed"
    DRAWN = "drawn", "Drawn by a person"
    IMPORTED = "imported", "Imported"


class RegionStatus(TextChoices):
    """A candidate waits for a decision, an accepted region has seats, a discarded one is kept for the record."""

    CANDIDATE = "candidate", "Candidate"
    ACCEPTED = "accepted", "Accepted"
    DISCARDED = "discarded", "Discarded"


class LabelStatus(TextChoices):
    OPEN = "open", "Open"
    SETTLED = "settled", "Settled"
    DISPUTED = "disputed", "Disputed"


class JobStatus(TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class ImportVerdict(TextChoices):
    IMPORTED = "imported", "Imported"
    DUPLICATE = "duplicate", "Duplicate"
    REFUSED = "refused", "Refused"


class ExportFormat(TextChoices):
    SEAGULL = "seagull", "SEAGULL JSON with instructions"
    CSV = "csv", "CSV"
    PARQUET = "parquet", "Parquet"
    COCO = "coco", "COCO"
    HF = "hf", "Hugging Face data set"


class TokenScope(TextChoices):
    READ = "read", "Read"
    RATE = "rate", "Rate"
    MANAGE = "manage", "Manage"
