"""Every address of the API. The last one answers for all that are not here."""

from django.urls import path, re_path

from webapp.api import assignments, session, tokens, votes
from webapp.api.views import UnknownRoute

app_name = "api"

urlpatterns = [
    path("session", session.Session.as_view()),
    path("tokens", tokens.Tokens.as_view()),
    path("tokens/<int:pk>", tokens.TokenOne.as_view()),
    path("studies/<slug:slug>/assignments", assignments.Assignments.as_view()),
    path("assignments/<int:pk>", assignments.AssignmentOne.as_view()),
    path("assignments/<int:pk>/lease", assignments.AssignmentLease.as_view()),
    path("assignments/<int:pk>/image", assignments.AssignmentImage.as_view()),
    path("studies/<slug:slug>/votes/mine", votes.VotesMine.as_view()),
    path("votes", votes.Votes.as_view()),
    path("votes/<int:pk>/retraction", votes.VoteRetraction.as_view()),
    re_path(r"^(?P<rest>.*)$", UnknownRoute.as_view()),
]
