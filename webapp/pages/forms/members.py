"""What a manager may say about people."""

from django import forms
from django.contrib.auth.forms import UsernameField
from django.utils.translation import gettext_lazy as _

from annotation.actions.accounts import is_taken
from annotation.enums import Role
from annotation.models import User


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        choices=[(role.value, _(role.label)) for role in Role], label=_("Role"), initial=Role.ANNOTATOR
    )


class AddMemberForm(RoleForm):
    field_order = ["username", "role"]
    username = forms.CharField(
        max_length=150, label=_("User name"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_username(self) -> User:
        user = User.objects.filter(username__iexact=self.cleaned_data["username"], is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("Nobody with this user name has an account here."))
        return user


class NewPersonForm(RoleForm):
    prefix = "new"
    field_order = ["username", "role"]
    username = UsernameField(max_length=150, label=_("User name"), validators=[User.username_validator])
    username.widget.attrs["autocomplete"] = "off"  # it is somebody else's

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"])
        if is_taken(name):
            raise forms.ValidationError(_("Somebody has this user name already."))
        return name
