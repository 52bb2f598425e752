"""What a manager may say to and about the people who rate: links, limits, messages, a file of names."""

from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from annotation.actions.accounts import is_taken
from annotation.actions.invitations import MOST_DAYS, MOST_USES, ROLES
from annotation.actions.members import MOST_VOTES
from annotation.actions.messages import LONGEST
from annotation.models import User
from webapp.spoken import spoken

MOST_BYTES = 2**20
"""Of a file of people, which has a thousand lines at most."""
_NO_AUTOFILL = {"autocomplete": "off"}


class InvitationForm(forms.Form):
    role = forms.ChoiceField(choices=[(role.value, _(role.label)) for role in ROLES], label=_("They come as"))
    uses_at_most = forms.IntegerField(
        min_value=1,
        max_value=MOST_USES,
        initial=1,
        label=_("For how many people"),
        help_text=_("One link for a whole class."),
    )
    days = forms.IntegerField(min_value=1, max_value=MOST_DAYS, initial=14, label=_("Works for, days"))
    note = forms.CharField(
        max_length=120, required=False, label=_("Note"), help_text=_("For you: whom it is meant for."),
        widget=forms.TextInput(attrs=_NO_AUTOFILL),
    )  # fmt: skip


class JoinForm(forms.Form):
    """A new account for somebody with an invitation."""

    username = UsernameField(
        max_length=150,
        label=_("User name"),
        validators=[User.username_validator],
        help_text=_("Letters, digits and @ . + - _"),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, help_text=_("At least ten characters that nobody would guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("The password again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"])
        if is_taken(name):
            raise forms.ValidationError(_("Somebody has this user name already. Is it you? Then sign in instead."))
        return name

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        check_pair(self, User(username=cleaned.get("username", "")))
        return cleaned


class FirstPasswordForm(forms.Form):
    """For an account that a manager made from a file."""

    password = JoinForm.base_fields["password"]
    again = JoinForm.base_fields["again"]

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        check_pair(self, self.user)
        return cleaned


def check_pair(form: forms.Form, user: User) -> None:
    """The two entries of a password agree and it is no bad one."""
    password, again = form.cleaned_data.get("password"), form.cleaned_data.get("again")
    if not password or not again:
        return
    if password != again:
        form.add_error("again", _("The two entries differ."))
        return
    try:
        validate_password(password, user)
    except forms.ValidationError as error:
        form.add_error("password", error)


class LimitsForm(forms.Form):
    votes_at_most = forms.IntegerField(
        min_value=1,
        max_value=MOST_VOTES,
        required=False,
        label=_("Votes in the study"),
        help_text=_("Empty for no limit."),
    )
    votes_per_day = forms.IntegerField(
        min_value=1, max_value=MOST_VOTES, required=False, label=_("Votes in a day"), help_text=_("Empty for no limit.")
    )


class MessageForm(forms.Form):
    to = forms.ChoiceField(label=_("To"), required=False)
    text = forms.CharField(
        max_length=LONGEST, label=_("Message"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Plain text.")
    )

    def __init__(self, *args: object, people: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["to"].choices = [("", _("All annotators")), *people]  # type: ignore[attr-defined]


class TableFileForm(forms.Form):
    most_bytes = MOST_BYTES

    file = forms.FileField(
        required=False, label=_("A CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )
    text = forms.CharField(
        required=False,
        label=_("or paste it here"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            if file.size > self.most_bytes:
                raise forms.ValidationError(spoken(f"The file has more than {self.most_bytes // 2**20} MiB."))
            cleaned["text"] = read_text(file.read())
        elif not self.errors and not str(cleaned.get("text") or "").strip():
            raise forms.ValidationError(_("Choose a file or paste its lines."))
        return cleaned


def read_text(data: bytes) -> str:
    """Raises ValidationError for what is no text."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise forms.ValidationError(_("The file must be text in UTF-8; save it as “CSV UTF-8”.")) from error
