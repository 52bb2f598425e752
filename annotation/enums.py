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


class Arm(TextChoices):
    """Which half of a random-arm study a person's look at a region belongs to."""

    SHOWN = "shown", "Prelabel shown"
    HIDDEN = "hidden", "Prelabel hidden"


class PrelabelSeen(TextChoices):
    NOTHING = "nothing", "Nothing"
    BEFORE_VOTE = "before_vote", "Before the vote"


class SeatReason(TextChoices):
    """Why a seat came when it came: by chance, or because the model was unsure."""

    RANDOM = "random", "Random"
    MODEL = "model", "The model was unsure"


class Purpose(TextChoices):
    """What a seat and its vote are for. Only votes for the label count; the others are about the person who rates."""

    LABEL = "label", "Label"
    WARM_UP = "warm_up", "Warm-up"
    REPEAT = "repeat", "Hidden repeat"
    GOLD = "gold", "Hidden gold"
    TRAINING = "training", "Training"
    EXAM = "exam", "Exam"


class GoldUse(TextChoices):
    """Where a region with a known answer is used: with feedback, in the exam, or hidden among ordinary work."""

    TRAINING = "training", "Training"
    EXAM = "exam", "Exam"
    HIDDEN = "hidden", "Hidden check"


class ExamKind(TextChoices):
    TRAINING = "training", "Training"
    EXAM = "exam", "Exam"


class CheckPolicy(TextChoices):
    """What follows from a viewing check that was not passed."""

    OFF = "off", "No check"
    WARN = "warn", "Warn"
    BLOCK = "block", "Block"


class RemarkKind(TextChoices):
    CANNOT_JUDGE = "cannot_judge", "Cannot judge"
    FLAG = "flag", "Flag"


class RemarkReason(TextChoices):
    PICTURE = "picture", "The picture is broken or does not show"
    REGION = "region", "The outlined region makes no sense"
    SMALL = "small", "Too small to judge"
    CONTENT = "content", "Disturbing or private content"
    OTHER = "other", "Something else"


class ModelKind(TextChoices):
    SEAGULL = "seagull", "SEAGULL network"
    VLM = "vlm", "Vision-language model"
    METRIC = "metric", "No-reference metric"


class PromotionPolicy(TextChoices):
    """Who has the last word on a model that passed the gate."""

    APPROVAL = "approval", "After a person approves"
    AUTOMATIC = "automatic", "At once"


class TrainingTrigger(TextChoices):
    SCHEDULE = "schedule", "Schedule"
    THRESHOLD = "threshold", "Enough new labels"
    PERSON = "person", "A person"


class TrainingStage(TextChoices):
    WAITING = "waiting", "Waiting for a worker"
    SNAPSHOT = "snapshot", "Taking a snapshot"
    TRAINING = "training", "Training"
    COMPARING = "comparing", "Comparing with the active model"
    ENDED = "ended", "Ended"


class Decision(TextChoices):
    """How a training run ended. Nothing is decided while it runs or when it failed."""

    NONE = "", "None yet"
    UNCHANGED = "unchanged", "Nothing new to learn"
    TOO_FEW = "too_few", "Too few labels"
    REFUSED = "refused", "Refused by the gate"
    WAITING = "waiting", "Waits for approval"
    PROMOTED = "promoted", "Promoted"
    DECLINED = "declined", "Declined by a person"


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
    REPORT = "report", "Report for a paper"


DATA_FORMATS = tuple(ExportFormat(name) for name in ExportFormat.values if name != ExportFormat.REPORT)
"""Those that hold the labels and votes themselves."""


class TokenScope(TextChoices):
    READ = "read", "Read"
    RATE = "rate", "Rate"
    MANAGE = "manage", "Manage"


class HookEvent(TextChoices):
    """What other programs may be told. Only a person sends a test."""

    REGIONS_SETTLED = "regions_settled", "Labels of regions settled"
    STUDY_FINISHED = "study_finished", "All regions have their label"
    SNAPSHOT_TAKEN = "snapshot_taken", "Snapshot taken"
    EXPORT_FINISHED = "export_finished", "Export ready or failed"
    IMPORT_FINISHED = "import_finished", "Import done or failed"
    TRAINING_DECIDED = "training_decided", "Training run decided"
    ALARM_RAISED = "alarm_raised", "Alarm of the honest curve"
    TEST = "test", "Test"


class DeliveryState(TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"


class DeedTopic(TextChoices):
    STUDY = "study", "Study"
    PEOPLE = "people", "People"
    REGIONS = "regions", "Images and regions"
    LABELS = "labels", "Labels"
    MODEL = "model", "Model"
    EXPORTS = "exports", "Exports"


class DeedKind(TextChoices):
    """What people do in a study, as its journal says it. Some are rows of their own, the others rows of Deed."""

    STUDY_MADE = "study_made", "Study made"
    STATUS_CHANGED = "status_changed", "Status changed"
    SETTING_CHANGED = "setting_changed", "Setting changed"
    PROTOCOL_GIVEN = "protocol_given", "Protocol given"
    PROTOCOL_CHANGED = "protocol_changed", "Protocol changed"
    PROTOCOL_DROPPED = "protocol_dropped", "Protocol taken away"
    GUIDELINES_PUBLISHED = "guidelines_published", "Guidelines published"
    GUIDELINES_CORRECTED = "guidelines_corrected", "Guidelines corrected"
    ANCHOR_PUT = "anchor_put", "Example chosen"
    GOLD_MARKED = "gold_marked", "Known answer given"
    GOLD_RETIRED = "gold_retired", "Known answer taken out of use"
    WEBHOOK_MADE = "webhook_made", "Webhook made"
    WEBHOOK_CHANGED = "webhook_changed", "Webhook changed"
    WEBHOOK_RENEWED = "webhook_renewed", "Webhook’s secret made anew"
    WEBHOOK_REMOVED = "webhook_removed", "Webhook taken away"

    MEMBER_ADDED = "member_added", "Person added"
    MEMBER_JOINED = "member_joined", "Came in by invitation"
    ROLE_CHANGED = "role_changed", "Role changed"
    MEMBER_REMOVED = "member_removed", "Person taken out"
    MEMBER_PAUSED = "member_paused", "Person paused"
    MEMBER_RESUMED = "member_resumed", "Person goes on"
    LIMIT_CHANGED = "limit_changed", "Limit changed"
    FIRST_LINK_MADE = "first_link_made", "First link made anew"
    INVITATION_MADE = "invitation_made", "Invitation made"
    INVITATION_REVOKED = "invitation_revoked", "Invitation taken back"
    MESSAGE_SENT = "message_sent", "Message sent"
    EXCLUDED = "excluded", "Votes excluded"
    EXCLUSION_LIFTED = "exclusion_lifted", "Exclusion lifted"

    IMPORT_REQUESTED = "import_requested", "Import asked for"
    IMPORT_STOPPED = "import_stopped", "Import stopped"
    IMPORT_RESUMED = "import_resumed", "Import resumed"
    IMPORT_ENDED = "import_ended", "Import ended"
    SCORE_REPLACED = "score_replaced", "Outside score replaced"
    PROPOSED_AGAIN = "proposed_again", "Proposals asked for again"
    REGION_DRAWN = "region_drawn", "Region drawn"
    REGION_ACCEPTED = "region_accepted", "Regions accepted"
    REGION_DISCARDED = "region_discarded", "Region discarded"
    REGION_REDECIDED = "region_redecided", "Earlier decision replaced"

    ADJUDICATED = "adjudicated", "Label decided"
    ADJUDICATION_WITHDRAWN = "adjudication_withdrawn", "Decision withdrawn"
    VOTES_ASKED = "votes_asked", "More votes asked for"
    REMARK_HANDLED = "remark_handled", "Remark seen to"

    TRAINING_REQUESTED = "training_requested", "Training run asked for"
    TRAINING_STOPPED = "training_stopped", "Training run stopped"
    TRAINING_RESUMED = "training_resumed", "Training run resumed"
    TRAINING_ENDED = "training_ended", "Training run ended"
    CANDIDATE_DECLINED = "candidate_declined", "Candidate declined"
    PROMOTED = "promoted", "Version promoted"
    EVALUATION_REQUESTED = "evaluation_requested", "Measurement asked for"
    WEIGHTS_DROPPED = "weights_dropped", "Weights dropped"

    EXPORT_REQUESTED = "export_requested", "Export asked for"
    EXPORT_STOPPED = "export_stopped", "Export stopped"
    EXPORT_REPEATED = "export_repeated", "Export asked for again"
    EXPORT_ENDED = "export_ended", "Export ended"
    SNAPSHOT_TAKEN = "snapshot_taken", "Snapshot taken"
