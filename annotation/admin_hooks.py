"""Webhooks and what was sent to them, to be looked at."""

from django.contrib import admin

from annotation.admin_tables import ReadOnly
from annotation.models import Delivery, RaisedAlarm, Webhook


@admin.register(Webhook)
class WebhookAdmin(ReadOnly):
    list_display = ["study", "address", "events", "active", "made_by", "created_at", "removed_at"]
    list_filter = ["active"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ["webhook", "event", "state", "tries", "status", "reason", "created_at", "due_at", "ended_at"]
    list_filter = ["state", "event"]


@admin.register(RaisedAlarm)
class RaisedAlarmAdmin(ReadOnly):
    list_display = ["study", "scale", "part", "raised_at", "cleared_at"]
