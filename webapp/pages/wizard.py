"""Setting up a study step by step. Every step is a page of its own: it can be left, come back to, and done in any order."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from annotation.actions.accepting import accept_all
from annotation.actions.codebooks import publish_codebook
from annotation.actions.protocols import Preset, choose_preset
from annotation.enums import JobStatus, RegionStatus, Role
from annotation.errors import Conflict
from annotation.models import Image, Import, Invitation, Membership, Protocol, Region, Study
from annotation.queries.exams import ShortExam, short_exam
from webapp.access import MANAGERS
from webapp.doorbell import ring_prelabels
from webapp.pages.forms.people import InvitationForm
from webapp.pages.forms.wizard import GuidelinesForm, PresetForm
from webapp.pages.imports import newest_imports
from webapp.pages.invitations import make_link
from webapp.pages.page import Request, member, page
from webapp.pages.protocol import form_for, save_protocol

LIVE = ("images", "regions")
"""Steps with a part that renews itself."""
STEPS = {
    "images": gettext_noop("Pictures"),
    "regions": "Regions",
    "protocol": "Protocol",
    "guidelines": "Guidelines",
    "people": "People",
    "done": "Done",
}
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Facts:
    """How far a study is set up."""

    images: int
    waiting: int
    failed: int
    accepted: int
    candidates: int
    importing: bool
    protocol: bool
    guidelines: bool
    people: int
    links: int
    short_exam: ShortExam | None

    @property
    def proposed_percent(self) -> int:
        return 100 * (self.images - self.waiting) // self.images if self.images else 0

    @property
    def ready(self) -> bool:
        """There is something to rate, and somebody who may, at once or after an exam there is."""
        return self.images > 0 and self.accepted > 0 and self.people + self.links > 0 and self.short_exam is None

    def done(self) -> set[str]:
        """The steps that need nothing more."""
        found = {
            "images": self.images > 0,
            "regions": self.accepted > 0 and not self.waiting,
            "protocol": self.protocol,
            "guidelines": self.guidelines,
            "people": self.people + self.links > 0,
        }
        return {step for step, is_done in found.items() if is_done}


@dataclass(frozen=True, slots=True)
class Pictured:
    image: Image
    regions: tuple[Region, ...]


def facts_of(study: Study) -> Facts:
    images = Image.objects.filter(study=study).aggregate(
        all=Count("pk"),
        waiting=Count("pk", Q(proposed_at=None, proposal_error="")),
        failed=Count("pk", ~Q(proposal_error="")),
    )
    regions = Region.objects.filter(study=study).aggregate(
        accepted=Count("pk", Q(status=RegionStatus.ACCEPTED)), candidates=Count("pk", Q(status=RegionStatus.CANDIDATE))
    )
    under_way = Import.objects.filter(study=study, status__in=(JobStatus.QUEUED, JobStatus.RUNNING))
    return Facts(
        images=images["all"],
        waiting=images["waiting"],
        failed=images["failed"],
        accepted=regions["accepted"],
        candidates=regions["candidates"],
        importing=under_way.exists(),
        protocol=Protocol.objects.filter(study=study).exists(),
        guidelines=bool(study.guidelines.strip()),
        people=Membership.objects.filter(study=study, active=True, role=Role.ANNOTATOR).count(),
        links=Invitation.objects.filter(
            study=study, revoked_at=None, expires_at__gt=timezone.now(), uses__lt=F("uses_at_most")
        ).count(),
        short_exam=short_exam(study),
    )


@page("GET")
def resume(request: Request, slug: str) -> HttpResponseBase:
    """To the first step that needs something."""
    done = facts_of(member(request, slug, MANAGERS).study).done()
    left = [step for step in ("images", "regions", "people") if step not in done]
    step = "protocol" if left == ["people"] else (left or ["done"])[0]
    return redirect(f"setup-{step}", slug)


@never_cache
@page("GET")
def images(request: Request, slug: str) -> HttpResponse:
    study = member(request, slug, MANAGERS).study
    context: dict[str, object] = {
        "imports": newest_imports(study)[:3],
        "shown": Image.objects.filter(study=study).order_by("-pk")[:SHOWN],
        "then": reverse("setup-images", args=[slug]),
    }
    return _step(request, study, "images", context)


@never_cache
@page("GET", "POST")
def regions(request: Request, slug: str) -> HttpResponseBase:
    """What was proposed, with pictures; all of it may be taken at once."""
    study = member(request, slug, MANAGERS).study
    if request.method == "POST":
        accept_all(study=study, by=request.user)
        ring_prelabels()
        return redirect("setup-regions", slug)
    return _step(request, study, "regions", {"pictured": pictured(study)})


def pictured(study: Study) -> list[Pictured]:
    """Two queries."""
    some = list(Image.objects.filter(study=study, proposed_at__isnull=False).order_by("-proposed_at", "-pk")[:SHOWN])
    of: dict[int, list[Region]] = {}
    for region in Region.objects.filter(image__in=some).exclude(status=RegionStatus.DISCARDED).order_by("-area"):
        of.setdefault(region.image_id, []).append(region)
    return [Pictured(image, tuple(of.get(image.pk, []))) for image in some]


@page("GET", "POST")
def protocol(request: Request, slug: str) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study
    has = Protocol.objects.filter(study=study).exists()
    form = PresetForm(request.POST if request.method == "POST" else None, initial={"way": "own" if has else Preset.LAB})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["way"] == "own":
            return redirect("setup-own-protocol", slug)
        choose_preset(study=study, preset=Preset(form.cleaned_data["way"]), by=request.user)
        return redirect("setup-guidelines", slug)
    return _step(request, study, "protocol", {"form": form}, form)


@page("GET", "POST")
def own_protocol(request: Request, slug: str) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study
    form = form_for(study, request)
    if save_protocol(study, request, form):
        return redirect("setup-guidelines", slug)
    return _step(request, study, "protocol", {"form": form, "own": True}, form)


@page("GET", "POST")
def guidelines(request: Request, slug: str) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study
    form = GuidelinesForm(request.POST if request.method == "POST" else None, study=study)
    if request.method == "POST" and form.is_valid():
        text, number = str(form.cleaned_data["guidelines"]), int(form.cleaned_data["number"])
        try:
            # Nobody has rated by an earlier text while the study is being set up, so the number stays.
            publish_codebook(study=study, guidelines=text, by=request.user, correction=True, number=number)
        except Conflict as error:
            if error.code != "unchanged":
                messages.error(request, error.message)
                return redirect("setup-guidelines", slug)
        return redirect("setup-people", slug)
    return _step(request, study, "guidelines", {"form": form}, form)


@never_cache
@page("GET", "POST")
def people(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, MANAGERS)
    first = {"uses_at_most": 24, "note": _("The first group")}
    form = InvitationForm(request.POST if request.method == "POST" else None, initial=first)
    link = make_link(request, membership, form)
    context = {"form": InvitationForm(initial=first) if link else form, "link": link}
    return _step(request, membership.study, "people", context, form)


@page("GET")
def done(request: Request, slug: str) -> HttpResponse:
    return _step(request, member(request, slug, MANAGERS).study, "done", {})


def _step(
    request: Request, study: Study, step: str, context: dict[str, object], form: object | None = None
) -> HttpResponse:
    names = list(STEPS)
    place = names.index(step)
    facts = facts_of(study)
    frame = {
        "study": study,
        "step": step,
        "facts": facts,
        "steps": [(name, words, reverse(f"setup-{name}", args=[study.slug])) for name, words in STEPS.items()],
        "done": facts.done(),
        "before": reverse(f"setup-{names[place - 1]}", args=[study.slug]) if place else "",
        "after": reverse(f"setup-{names[place + 1]}", args=[study.slug]) if place + 1 < len(names) else "",
    }
    where = "fragments" if request.headers.get("HX-Request") and step in LIVE else "pages"
    return render(
        request, f"{where}/wizard_{step}.html", frame | context, status=400 if getattr(form, "errors", None) else 200
    )
