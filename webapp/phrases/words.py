"""Scales, levels, things that are counted, dates, and the choices of the domain."""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

LEVELS = (
    pgettext_lazy("scale", "exposure"),
    pgettext_lazy("scale", "noise"),
    pgettext_lazy("scale", "blur"),
    pgettext_lazy("scale", "contrast"),
    pgettext_lazy("scale", "colorfulness"),
    pgettext_lazy("scale", "compression"),
    pgettext_lazy("scale", "quality"),
    pgettext_lazy("scale", "importance"),
    pgettext_lazy("scale", "all distortions"),
    pgettext_lazy("scale", "clean"),
    pgettext_lazy("scale", "score"),
    pgettext_lazy("severity", "extreme"),
    pgettext_lazy("severity", "severe"),
    pgettext_lazy("severity", "moderate"),
    pgettext_lazy("severity", "minor"),
    pgettext_lazy("severity", "trivial"),
    pgettext_lazy("severity", "non-existent"),
    pgettext_lazy("severity", "without"),
    pgettext_lazy("severity", "none"),
    pgettext_lazy("quality", "bad"),
    pgettext_lazy("quality", "poor"),
    pgettext_lazy("quality", "fair"),
    pgettext_lazy("quality", "good"),
    pgettext_lazy("quality", "excellent"),
    pgettext_lazy("importance", "unimportant"),
    pgettext_lazy("importance", "minor"),
    pgettext_lazy("importance", "normal"),
    pgettext_lazy("importance", "important"),
    pgettext_lazy("importance", "essential"),
    pgettext_lazy("thing", "image"),
    pgettext_lazy("thing", "region"),
    pgettext_lazy("thing", "import"),
    pgettext_lazy("thing", "export"),
    pgettext_lazy("thing", "training run"),
    pgettext_lazy("thing", "measurement"),
    pgettext_lazy("label", "Open"),
    pgettext_lazy("label", "Settled"),
    pgettext_lazy("label", "Disputed"),
    pgettext_lazy("failing", "screen"),
    pgettext_lazy("failing", "window"),
    pgettext_lazy("failing", "brightness"),
    pgettext_lazy("failing", "colours"),
    pgettext_lazy("failing", "night_mode"),
    pgettext_lazy("token", "read"),
    pgettext_lazy("token", "rate"),
    pgettext_lazy("token", "manage"),
)
COUNTED = (
    ngettext_lazy("annotator was", "annotators were"),
    ngettext_lazy("annotator", "annotators"),
    ngettext_lazy("day", "days"),
    ngettext_lazy("exam", "exams"),
    ngettext_lazy("file", "files"),
    ngettext_lazy("image", "images"),
    ngettext_lazy("invitation", "invitations"),
    ngettext_lazy("label waits", "labels wait"),
    ngettext_lazy("label", "labels"),
    ngettext_lazy("line is wrong", "lines are wrong"),
    ngettext_lazy("message", "messages"),
    ngettext_lazy("newly settled label", "newly settled labels"),
    ngettext_lazy("person is", "people are"),
    ngettext_lazy("person", "people"),
    ngettext_lazy("photograph", "photographs"),
    ngettext_lazy("picture is", "pictures are"),
    ngettext_lazy("picture", "pictures"),
    ngettext_lazy("proposal waits", "proposals wait"),
    ngettext_lazy("proposal", "proposals"),
    ngettext_lazy("region", "regions"),
    ngettext_lazy("remark", "remarks"),
    ngettext_lazy("settled label", "settled labels"),
    ngettext_lazy("sitting", "sittings"),
    ngettext_lazy("version", "versions"),
    ngettext_lazy("viewing check", "viewing checks"),
    ngettext_lazy("vote", "votes"),
)
DATES = (
    pgettext_lazy("date format", "j M"),
    pgettext_lazy("date format", "j M Y"),
    pgettext_lazy("date format", "j F Y"),
    pgettext_lazy("date format", "j M, H:i"),
    pgettext_lazy("date format", "j M Y H:i"),
    pgettext_lazy("date format", "j M Y, H:i"),
)
"""The forms that the filter `dated` knows."""
CHOICES = (
    # Role
    _("Manager"),
    _("Reviewer"),
    _("Annotator"),
    # StudyStatus
    _("Open"),
    _("Paused"),
    _("Closed"),
    # PrelabelPolicy
    _("Never shown"),
    _("Shown after the vote"),
    _("Shown in a random arm"),
    # GoldUse
    _("Training"),
    _("Exam"),
    _("Hidden check"),
    # ExamKind
    # CheckPolicy
    _("No check"),
    _("Warn"),
    _("Block"),
    # RemarkKind
    _("Cannot judge"),
    _("Flag"),
    # RemarkReason
    _("The picture is broken or does not show"),
    _("The outlined region makes no sense"),
    _("Too small to judge"),
    _("Disturbing or private content"),
    _("Something else"),
    # ModelKind
    _("SEAGULL network"),
    _("Vision-language model"),
    _("No-reference metric"),
    # PromotionPolicy
    _("After a person approves"),
    _("At once"),
    # TrainingTrigger
    _("Schedule"),
    _("Enough new labels"),
    _("A person"),
    # TrainingStage
    _("Waiting for a worker"),
    _("Taking a snapshot"),
    _("Comparing with the active model"),
    _("Ended"),
    # Decision
    _("None yet"),
    _("Nothing new to learn"),
    _("Too few labels"),
    _("Refused by the gate"),
    _("Waits for approval"),
    _("Promoted"),
    _("Declined by a person"),
    # SeverityVotes
    _("Votes 0 to 4 only"),
    _("All votes"),
    # Split
    _("Train"),
    _("Test"),
    # RegionLevel
    _("Object"),
    _("Component"),
    # RegionSource
    _("Proposed"),
    _("Drawn by a person"),
    _("Imported"),
    # RegionStatus
    _("Candidate"),
    _("Accepted"),
    _("Discarded"),
    # LabelStatus
    _("Settled"),
    _("Disputed"),
    # JobStatus
    _("Queued"),
    _("Running"),
    _("Done"),
    _("Failed"),
    _("Cancelled"),
    # ImportVerdict
    _("Duplicate"),
    _("Refused"),
    # ExportFormat
    _("SEAGULL JSON with instructions"),
    _("CSV"),
    _("Parquet"),
    _("COCO"),
    _("Hugging Face data set"),
    _("Report for a paper"),
    # Study.severity_top
    _("4, clamped"),
    _("5, literal"),
    # TokenScope
    _("Read"),
    _("Rate"),
    _("Manage"),
)
