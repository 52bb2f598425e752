"""Studies: those one is in, one's own settings of them, and a new one."""

from datetime import datetime
from typing import Any, TypedDict, cast

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.codebooks import LONGEST
from annotation.actions.likeness import create_like
from annotation.actions.settings import change_settings
from annotation.actions.studies import create_study
from annotation.enums import PrelabelPolicy, PromotionPolicy, Role, SeverityVotes, StudyStatus
from annotation.errors import Forbidden, InvalidInput
from annotation.models import Membership, Study
from annotation.models.studies import LEAST_RANDOM
from webapp import access
from webapp.api.filters import one_of
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class StudySettings(serializers.Serializer[Study]):
    name = serializers.CharField(max_length=120, required=False)
    guidelines = serializers.CharField(max_length=LONGEST, allow_blank=True, required=False)
    status = serializers.ChoiceField(StudyStatus.choices, required=False)
    votes_wanted = serializers.IntegerField(min_value=1, max_value=99, required=False)
    regions_per_image = serializers.IntegerField(min_value=1, max_value=50, required=False)
    min_region_area = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    lease_minutes = serializers.IntegerField(min_value=1, max_value=240, required=False)
    severity_votes = serializers.ChoiceField(SeverityVotes.choices, required=False)
    severity_top = serializers.ChoiceField([4, 5], required=False)
    prelabel_policy = serializers.ChoiceField(PrelabelPolicy.choices, required=False)
    arm_share = serializers.FloatField(min_value=0, max_value=1, required=False)
    random_share = serializers.FloatField(min_value=LEAST_RANDOM, max_value=1, required=False)
    retrain_after = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False, allow_null=True)
    promotion_policy = serializers.ChoiceField(PromotionPolicy.choices, required=False)


class NewStudy(StudySettings):
    name = serializers.CharField(max_length=120)
    slug = serializers.SlugField(max_length=60)
    like = serializers.SlugField(
        max_length=60, required=False, help_text="A study I manage: what is not named is as there."
    )
    with_people = serializers.BooleanField(default=False, help_text="Only with `like`.")


class Settings(TypedDict):
    votes_wanted: int
    regions_per_image: int
    min_region_area: int
    lease_minutes: int
    severity_votes: SeverityVotes
    severity_top: int
    prelabel_policy: PrelabelPolicy
    arm_share: float
    random_share: float
    retrain_after: int | None
    promotion_policy: PromotionPolicy


class StudyFacts(TypedDict):
    """`settings` are null for annotators."""

    slug: str
    name: str
    status: StudyStatus
    role: Role
    created_at: datetime
    settings: Settings | None


class StudyWhole(StudyFacts):
    guidelines: str


class Studies(Route):
    paged = True
    filters = {"status": one_of("study__status", StudyStatus), "role": one_of("role", Role)}

    @describe("The studies I am in", Page(StudyFacts))
    def get(self, request: Request) -> Response:
        mine = access.memberships_of(self.person).filter(**self.chosen)
        return Response(paginate(request, mine, study_shape))

    @describe("Make a study; its maker manages it", StudyWhole, status=201, body=NewStudy, errors=(404, 409))
    def post(self, request: Request) -> Response:
        if not self.person.is_staff:
            raise Forbidden("Only staff make studies; ask an administrator.")
        given = parse(NewStudy, request)
        study = self._made_like(given.pop("like"), given) if "like" in given else self._made(given)
        return Response(whole_shape(access.membership_for(self.person, study.slug)), status=201)

    def _made(self, given: dict[str, Any]) -> Study:
        if given.pop("with_people"):
            raise InvalidInput("with_people needs `like`, the study whose people are meant.")
        return create_study(by=self.person, **given)

    def _made_like(self, slug: str, given: dict[str, Any]) -> Study:
        return create_like(by=self.person, pattern=access.study_for(self.person, slug, access.MANAGERS), **given)


class StudyOne(Route):
    @describe("A study I am in", StudyWhole, errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        return Response(whole_shape(access.membership_for(self.person, slug)))

    @describe("Change settings: all that are named, or none", StudyWhole, body=StudySettings, errors=(404, 409))
    def patch(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        change_settings(study=study, changes=parse(StudySettings, request, partial=True), by=self.person)
        return Response(whole_shape(access.membership_for(self.person, slug)))


def study_shape(member: Membership) -> StudyFacts:
    study = member.study
    return {
        "slug": study.slug,
        "name": study.name,
        "status": StudyStatus(study.status),
        "role": Role(member.role),
        "created_at": study.created_at,
        "settings": settings_shape(study) if member.role in access.OVERSEERS else None,
    }


def whole_shape(member: Membership) -> StudyWhole:
    return {**study_shape(member), "guidelines": member.study.guidelines}


def settings_shape(study: Study) -> Settings:
    return cast(Settings, {name: getattr(study, name) for name in Settings.__annotations__})
