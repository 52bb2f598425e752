"""Every address of the API. The last one answers for all that are not here."""

from django.urls import path, re_path

from webapp.api import (
    assignments,
    exports,
    images,
    imports,
    labels,
    members,
    progress,
    regions,
    schema_view,
    session,
    sketches,
    snapshots,
    studies,
    tokens,
    votes,
)
from webapp.api.views import UnknownRoute

app_name = "api"

urlpatterns = [
    # The two that every vote needs come first: addresses are tried in this order.
    path("votes", votes.Votes.as_view()),
    path("studies/<slug:slug>/assignments", assignments.Assignments.as_view()),
    path("session", session.Session.as_view()),
    path("tokens", tokens.Tokens.as_view()),
    path("tokens/<int:pk>", tokens.TokenOne.as_view()),
    path("studies", studies.Studies.as_view()),
    path("studies/<slug:slug>", studies.StudyOne.as_view()),
    path("studies/<slug:slug>/progress", progress.Progress.as_view()),
    path("studies/<slug:slug>/members", members.Members.as_view()),
    path("studies/<slug:slug>/members/<int:pk>", members.MemberOne.as_view()),
    path("studies/<slug:slug>/images", images.Images.as_view()),
    path("studies/<slug:slug>/labels", labels.Labels.as_view()),
    path("studies/<slug:slug>/exports", exports.Exports.as_view()),
    path("studies/<slug:slug>/imports", imports.Imports.as_view()),
    path("studies/<slug:slug>/snapshots", snapshots.Snapshots.as_view()),
    path("images/<int:pk>", images.ImageOne.as_view()),
    path("images/<int:pk>/file", images.ImageFile.as_view()),
    path("images/<int:pk>/regions", regions.Regions.as_view()),
    path("images/<int:pk>/sketches", sketches.Sketches.as_view()),
    path("regions/<int:pk>", regions.RegionOne.as_view()),
    path("regions/<int:pk>/decision", regions.RegionDecision.as_view()),
    path("exports/<int:pk>", exports.ExportOne.as_view()),
    path("exports/<int:pk>/file", exports.ExportFile.as_view()),
    path("exports/<int:pk>/cancellation", exports.ExportCancellation.as_view()),
    path("imports/<int:pk>", imports.ImportOne.as_view()),
    path("imports/<int:pk>/files", imports.ImportFiles.as_view()),
    path("imports/<int:pk>/cancellation", imports.ImportCancellation.as_view()),
    path("imports/<int:pk>/resumption", imports.ImportResumption.as_view()),
    path("sketches/<int:pk>", sketches.SketchOne.as_view()),
    path("assignments/<int:pk>", assignments.AssignmentOne.as_view()),
    path("assignments/<int:pk>/lease", assignments.AssignmentLease.as_view()),
    path("assignments/<int:pk>/image", assignments.AssignmentImage.as_view()),
    path("studies/<slug:slug>/votes/mine", votes.VotesMine.as_view()),
    path("votes/<int:pk>/retraction", votes.VoteRetraction.as_view()),
    path("schema", schema_view.Schema.as_view()),
    re_path(r"^(?P<rest>.*)$", UnknownRoute.as_view()),
]
