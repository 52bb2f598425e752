"""The scheduler's table in the admin, in words: what a task does, and for which study, instead of its path and JSON."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django_celery_beat.admin import PeriodicTaskAdmin, PeriodicTaskForm
from django_celery_beat.models import PeriodicTask

from annotation.models import Study
from webapp.templatetags.gullery import day

TRAIN = "workers.tasks.training.request_training_task"
TASKS = {
    TRAIN: gettext_lazy("Ask for a training run"),
    "workers.tasks.adaptive.ask_for_more_task": gettext_lazy("Ask for more votes where labels changed"),
    "workers.tasks.adaptive.look_at_all_labels_task": gettext_lazy("Ask for more votes, looking at all labels"),
    "workers.tasks.anchors.make_anchors_task": gettext_lazy("Make examples of levels"),
    "workers.tasks.assessments.answer_assessments_task": gettext_lazy("Answer clicks with the model’s opinion"),
    "workers.tasks.assessments.forget_assessments_task": gettext_lazy("Forget old clicks and pictures"),
    "workers.tasks.evaluations.run_evaluations_task": gettext_lazy("Measure model versions"),
    "workers.tasks.exports.expire_exports_task": gettext_lazy("Remove old files of exports"),
    "workers.tasks.exports.run_exports_task": gettext_lazy("Make exports"),
    "workers.tasks.hooks.send_deliveries_task": gettext_lazy("Send messages to webhooks"),
    "workers.tasks.hooks.tell_alarms_task": gettext_lazy("Tell webhooks of alarms"),
    "workers.tasks.hooks.tell_summaries_task": gettext_lazy("Tell webhooks what has been settled"),
    "workers.tasks.imports.run_imports_task": gettext_lazy("Bring images in"),
    "workers.tasks.prelabels.prelabel_regions_task": gettext_lazy("Prelabel regions"),
    "workers.tasks.proposals.propose_regions_task": gettext_lazy("Propose regions"),
    "workers.tasks.sketches.answer_sketches_task": gettext_lazy("Answer clicks with a mask"),
    "workers.tasks.tidying.tidy_task": gettext_lazy("Remove old sketches, uploads and sessions"),
    "workers.tasks.training.request_due_trainings_task": gettext_lazy("Train where enough labels are new"),
    "workers.tasks.training.run_trainings_task": gettext_lazy("Train"),
    "workers.tasks.training.tidy_trainings_task": gettext_lazy("Remove the scratch of old training runs"),
    "workers.tasks.turns.deal_turns_task": gettext_lazy("Deal turns in the queue"),
    "celery.backend_cleanup": gettext_lazy("Remove the scheduler’s old results"),
}


def words_of(task: str) -> str:
    return str(TASKS.get(task, task))


class ScheduleForm(PeriodicTaskForm):  # type: ignore[misc]  # it has no types
    regtask = None  # a list of paths that only a worker knows
    task = forms.ChoiceField(label=gettext_lazy("What it does"))
    study = forms.ModelChoiceField(
        Study.objects.order_by("name"),
        required=False,
        to_field_name="slug",
        label=gettext_lazy("Study"),
        help_text=gettext_lazy("For a training run alone."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = self.instance.task
        known = {**TASKS, present: words_of(present)} if present else TASKS
        self.fields["task"].choices = [("", ""), *known.items()]
        if present == TRAIN:
            self.initial["study"] = next(iter(json.loads(self.instance.args or "[]")), None)

    def clean(self) -> Any:
        if "task" not in self.cleaned_data:
            return self.cleaned_data  # the scheduler's own check would fall over it
        given = super().clean()
        study = given.get("study")
        if given["task"] == TRAIN and study is not None:
            given["args"] = json.dumps([study.slug])
        elif given["task"] == TRAIN and given.get("args") == "[]" and given.get("kwargs") == "{}":
            self.add_error("study", _("Of which study?"))
        return given


_WHEN = ("interval", "crontab", "crontab_translation", "clocked", "start_time", "last_run_at", "one_off")
_ONE_OF_THREE = gettext_lazy(
    "Fill in one of the first three: every so often (interval), at times of the week (crontab), or at one moment (clocked)."
)
admin.site.unregister(PeriodicTask)


@admin.register(PeriodicTask)
class ScheduleAdmin(PeriodicTaskAdmin):  # type: ignore[misc]  # it has no types
    form = ScheduleForm
    list_display = ("name", "does", "state", "rhythm", "last_run_at")
    list_filter = ("enabled", "last_run_at")
    actions = ("enable_tasks", "disable_tasks")  # to run one is for those who can reach a worker
    fieldsets = (
        (None, {"fields": ("name", "task", "study", "enabled", "description")}),
        (gettext_lazy("When"), {"fields": _WHEN, "description": _ONE_OF_THREE, "classes": ("wide",)}),
        *PeriodicTaskAdmin.fieldsets[2:],
    )

    @admin.display(description=gettext_lazy("What it does"), ordering="task")
    def does(self, row: PeriodicTask) -> str:
        return words_of(row.task)

    @admin.display(description=gettext_lazy("State"), ordering="enabled")
    def state(self, row: PeriodicTask) -> str:
        """The scheduler switches off what was to strike once, and forgets when it struck: that is no fault."""
        if row.enabled:
            return pgettext("a schedule", "on")
        if row.one_off:
            return pgettext("a schedule", "over since {day}").format(day=day(localtime(row.date_changed)))
        return pgettext("a schedule", "off")

    @admin.display(description=gettext_lazy("When"))
    def rhythm(self, row: PeriodicTask) -> str:
        return pgettext("a schedule", "once") if row.one_off and row.interval else str(row.scheduler or "–")
