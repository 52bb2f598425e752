"""The admin: people and studies may be put right here; what was said, and what follows from it, may only be looked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from annotation.admin_deeds import DeedAdmin, Noted
from annotation.admin_hooks import DeliveryAdmin, RaisedAlarmAdmin, WebhookAdmin
from annotation.admin_members import MembershipAdmin, ProtocolAdmin
from annotation.admin_people import PeopleAdmin, PersonAdmin
from annotation.admin_tables import Large, ReadOnly
from annotation.models import (
    AccessToken,
    Adjudication,
    Anchor,
    Assessment,
    Assignment,
    Codebook,
    DroppedWeights,
    Evaluation,
    Exam,
    Exclusion,
    Export,
    Exposure,
    GateCheck,
    Gold,
    Image,
    Import,
    ImportedFile,
    Invitation,
    Label,
    Message,
    ModelVersion,
    Picture,
    Prelabel,
    Promotion,
    Region,
    Remark,
    SeatRequest,
    Sitting,
    Sketch,
    Snapshot,
    Study,
    TrainingRun,
    ViewingCheck,
    Vote,
)

__all__ = [
    "DeedAdmin",
    "DeliveryAdmin",
    "MembershipAdmin",
    "PeopleAdmin",
    "PersonAdmin",
    "ProtocolAdmin",
    "RaisedAlarmAdmin",
    "WebhookAdmin",
]

admin.site.site_header = "Gullery"
admin.site.site_title = "Gullery"


@admin.register(Study)
class StudyAdmin(Noted, Large):
    list_display = ["name", "slug", "status", "votes_wanted", "created_at"]
    list_filter = ["status"]
    search_fields = ["name", "slug"]
    fields = [
        "name",
        "slug",
        "guidelines",
        "status",
        "regions_per_image",
        "min_region_area",
        "lease_minutes",
        "votes_wanted",
    ]
    readonly_fields = ["slug", "guidelines", "votes_wanted"]  # these have pages that keep what was before

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a study begins with its manager

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccessToken)
class AccessTokenAdmin(ReadOnly):
    list_display = ["name", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"]
    search_fields = ["name", "user__username"]
    exclude = ["digest"]


@admin.register(Image)
class ImageAdmin(ReadOnly):
    list_display = ["name", "study", "width", "height", "split", "proposed_at", "proposal_error"]
    list_filter = ["split"]
    search_fields = ["name", "sha256"]


@admin.register(Region)
class RegionAdmin(ReadOnly):
    list_display = ["id", "study", "image", "level", "source", "status", "area"]
    list_filter = ["status", "level", "source"]


@admin.register(Assignment)
class AssignmentAdmin(ReadOnly):
    list_display = ["id", "study", "region", "number", "annotator", "leased_until", "vote"]


@admin.register(Vote)
class VoteAdmin(ReadOnly):
    list_display = [
        "id",
        "study",
        "region",
        "annotator",
        "quality",
        "importance",
        "created_at",
        "late",
        "surplus",
        "retracted_at",
    ]
    list_filter = ["late", "surplus"]


@admin.register(Label)
class LabelAdmin(ReadOnly):
    list_display = ["region", "study", "status", "votes", "quality_level", "importance_level", "rule", "updated_at"]
    list_filter = ["status"]


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnly):
    list_display = ["sha256", "study", "images", "regions", "settled", "votes", "created_at"]


@admin.register(Import, Export, Sketch, Assessment, Evaluation)
class JobAdmin(ReadOnly):
    list_display = ["id", "status", "requested_by", "requested_at", "done", "total", "error"]
    list_filter = ["status"]


@admin.register(ImportedFile)
class ImportedFileAdmin(ReadOnly):
    list_display = ["path", "verdict", "message", "job"]
    list_filter = ["verdict"]


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnly):
    list_display = ["name", "sha256", "preset", "study", "parent", "byte_size", "created_at"]
    search_fields = ["name", "sha256"]


@admin.register(DroppedWeights)
class DroppedWeightsAdmin(ReadOnly):
    list_display = ["version", "dropped_by", "created_at"]


@admin.register(Promotion)
class PromotionAdmin(ReadOnly):
    list_display = ["study", "version", "promoted_by", "reason", "created_at"]


@admin.register(Prelabel)
class PrelabelAdmin(ReadOnly):
    list_display = ["id", "region", "version", "uncertainty", "votes_before", "created_at"]


@admin.register(Exposure)
class ExposureAdmin(ReadOnly):
    list_display = ["id", "region", "annotator", "prelabel", "policy", "arm", "created_at"]
    list_filter = ["policy", "arm"]


@admin.register(Picture)
class PictureAdmin(ReadOnly):
    list_display = ["name", "study", "owner", "width", "height", "created_at"]


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnly):
    list_display = ["id", "study", "trigger", "status", "stage", "decision", "candidate", "requested_at", "error"]
    list_filter = ["status", "decision", "trigger"]


@admin.register(GateCheck)
class GateCheckAdmin(ReadOnly):
    list_display = ["run", "measure", "champion", "candidate", "difference", "low", "bound", "decides", "passed"]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        return ["run__study"]  # a run is named with its study


@admin.register(Codebook)
class CodebookAdmin(ReadOnly):
    list_display = ["study", "number", "published_by", "created_at"]


@admin.register(Anchor)
class AnchorAdmin(ReadOnly):
    list_display = ["study", "scale", "level", "made_from", "added_by", "created_at", "replaced_at"]
    list_filter = ["scale"]


@admin.register(Sitting)
class SittingAdmin(ReadOnly):
    list_display = ["study", "annotator", "number", "started_at", "ended_at", "seats", "votes"]


@admin.register(ViewingCheck)
class ViewingCheckAdmin(ReadOnly):
    list_display = ["study", "annotator", "passed", "failings", "screen_width", "screen_height", "created_at"]
    list_filter = ["passed"]


@admin.register(Gold)
class GoldAdmin(ReadOnly):
    list_display = ["region", "study", "use", "added_by", "created_at", "retired_at"]
    list_filter = ["use"]


@admin.register(Exam)
class ExamAdmin(ReadOnly):
    list_display = ["study", "annotator", "kind", "answered", "regions", "within", "balanced", "passed", "started_at"]
    list_filter = ["kind", "passed"]


@admin.register(Remark)
class RemarkAdmin(ReadOnly):
    list_display = ["study", "region", "annotator", "kind", "reason", "text", "created_at", "handled_at"]
    list_filter = ["kind", "reason"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    list_display = ["study", "role", "note", "uses", "uses_at_most", "expires_at", "revoked_at"]
    exclude = ["digest"]


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ["study", "sender", "recipient", "text", "created_at"]


@admin.register(Exclusion)
class ExclusionAdmin(ReadOnly):
    list_display = ["study", "annotator", "reason", "made_by", "created_at", "lifted_at"]


@admin.register(Adjudication)
class AdjudicationAdmin(ReadOnly):
    list_display = ["study", "region", "made_by", "reason", "created_at", "withdrawn_at"]


@admin.register(SeatRequest)
class SeatRequestAdmin(ReadOnly):
    list_display = ["study", "region", "seats", "votes", "reasons", "created_at"]
