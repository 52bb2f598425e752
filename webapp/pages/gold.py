"""Regions with a known answer: given by those who oversee the study, seen by nobody who rates."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.actions.gold import LEAST_VOTES, LONGEST, mark_gold, opinion_of, retire_gold
from annotation.enums import GoldUse, RegionStatus
from annotation.errors import DomainError
from annotation.models import Gold, Label, Region, Study
from annotation.opinion import parse_opinion
from annotation.queries.exams import gold_in_use, protocol_of, short_exam
from annotation.scales import SCALES, WORDS
from webapp.access import OVERSEERS
from webapp.pages.page import Request, act, member, page
from webapp.spoken import spoken
from webapp.teaching_access import gold_in

PER_PAGE = 24
CANDIDATES = 24


class GoldForm(forms.Form):
    """The answer in eight choices, what it is used for, and why it is the answer."""

    use = forms.ChoiceField(
        choices=[(use.value, gettext_lazy(use.label)) for use in GoldUse], label=gettext_lazy("Used for")
    )
    explanation = forms.CharField(
        required=False,
        max_length=LONGEST,
        label=gettext_lazy("Explanation"),
        help_text=gettext_lazy("Shown after the answer in training: what there is to see, and where."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for scale in SCALES:
            words = enumerate(spoken(word, scale) for word in WORDS[scale])
            choices = [("", _("Choose")), *[(str(level), f"{level} {word}") for level, word in words]]
            self.fields[scale] = forms.TypedChoiceField(
                choices=choices, coerce=int, label=spoken(scale, "scale").capitalize()
            )

    def scales(self) -> list[forms.BoundField]:
        return [self[scale] for scale in SCALES]


@page("GET")
def gold(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    use = request.GET.get("use", "")
    rows = Gold.objects.filter(study=study).select_related("region__image", "added_by").order_by("-created_at", "-pk")
    shown = rows.filter(retired_at=None, use=use) if use in GoldUse.values else rows
    context = {
        "membership": membership,
        "study": study,
        "tab": "guidelines",
        "part": "gold",
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "query": f"use={use}" if use in GoldUse.values else "",
        "use": use,
        "counts": _counts(study),
        "short": short_exam(study),
        "candidates": _candidates(study),
        "least_votes": LEAST_VOTES,
    }
    return render(request, "pages/gold.html", context)


@page("GET", "POST")
def gold_region(request: Request, slug: str, pk: int) -> HttpResponseBase:
    membership = member(request, slug, OVERSEERS)
    regions = Region.objects.select_related("image", "gold")
    region = get_object_or_404(regions, pk=pk, study=membership.study, status=RegionStatus.ACCEPTED)
    form = GoldForm(request.POST if request.method == "POST" else None, initial=_first(region))
    if request.method == "POST" and form.is_valid():
        try:
            _mark(request, region, form)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The answer is kept. Nobody rates this region as ordinary work any more."))
            return redirect("gold", slug)
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "guidelines",
        "part": "gold",
        "region": region,
        "form": form,
        "gold": getattr(region, "gold", None),
        "settled": opinion_of(Label.objects.filter(region=region).first()) is not None,
    }
    return render(request, "pages/gold_region.html", context, status=400 if form.errors else 200)


@page("POST")
def retire(request: Request, slug: str, pk: int) -> HttpResponseBase:
    found = gold_in(member(request, slug, OVERSEERS).study, pk)
    return act(request, lambda: retire_gold(gold=found, by=request.user), _("It is out of use."), "gold", slug)


def _mark(request: Request, region: Region, form: GoldForm) -> None:
    answer = parse_opinion({scale: form.cleaned_data[scale] for scale in SCALES})
    mark_gold(
        region=region,
        by=request.user,
        use=form.cleaned_data["use"],
        opinion=answer,
        explanation=form.cleaned_data["explanation"],
    )


def _first(region: Region) -> dict[str, object]:
    """What is known already: the answer there is, else the settled label."""
    known: Gold | None = getattr(region, "gold", None)
    opinion = known.opinion if known else opinion_of(Label.objects.filter(region=region).first())
    answer = {scale: str(getattr(opinion, scale)) for scale in SCALES} if opinion else {}
    use, why = (known.use, known.explanation) if known else (GoldUse.TRAINING.value, "")
    return {**answer, "use": use, "explanation": why}


def _counts(study: Study) -> list[dict[str, object]]:
    protocol = protocol_of(study)
    wanted = {
        GoldUse.TRAINING: protocol.training_regions if protocol else 0,
        GoldUse.EXAM: protocol.exam_regions if protocol and protocol.exam_wanted else 0,
        GoldUse.HIDDEN: 0,
    }
    return [
        {"use": use.value, "label": use.label, "there": gold_in_use(study.pk, use), "wanted": wanted[use]}
        for use in GoldUse
    ]


def _candidates(study: Study) -> list[Region]:
    """Regions whose label would do as an answer, those with most votes first."""
    ready = Region.objects.accepted().filter(
        study=study, gold=None, label__votes__gte=LEAST_VOTES, label__status="settled"
    )
    return list(ready.select_related("image", "label").order_by("-label__votes", "pk")[:CANDIDATES])
