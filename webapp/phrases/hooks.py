"""What the admin says of webhooks: tables, columns and notes, as in columns.py and admin.py."""

from django.utils.translation import gettext_noop as _
from django.utils.translation import pgettext_lazy

TABLES = (
    pgettext_lazy("column", "deliveries"),
    pgettext_lazy("column", "delivery"),
    pgettext_lazy("column", "just settled"),
    pgettext_lazy("column", "raised alarm"),
    pgettext_lazy("column", "raised alarms"),
    pgettext_lazy("column", "webhook"),
    pgettext_lazy("column", "webhooks"),
)
COLUMNS = (
    pgettext_lazy("column", "address"),
    pgettext_lazy("column", "answer"),
    pgettext_lazy("column", "body"),
    pgettext_lazy("column", "claimed at"),
    pgettext_lazy("column", "cleared at"),
    pgettext_lazy("column", "due at"),
    pgettext_lazy("column", "event"),
    pgettext_lazy("column", "events"),
    pgettext_lazy("column", "finished"),
    pgettext_lazy("column", "give up at"),
    pgettext_lazy("column", "key"),
    pgettext_lazy("column", "part"),
    pgettext_lazy("column", "raised at"),
    pgettext_lazy("column", "removed at"),
    pgettext_lazy("column", "salt"),
    pgettext_lazy("column", "state"),
)
NOTES = (
    _("Whether its study was finished at the last look."),
    _("Of the last answer, as 200 or 500."),
    _("Its beginning."),
    _("Why there was no answer."),
    _("Since when a worker sends it."),
)
