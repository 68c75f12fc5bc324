"""Forms of accounts."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    """Name and password; the limits keep a 4,096-character password from costing a hash."""

    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "current-password"}),
    )


class ProfileForm(forms.Form):
    """Name, language and, if wanted, a new password."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "family-name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the browser says")), *settings.LANGUAGES],
        widget=forms.Select(attrs={"class": "input"}),
    )
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        max_length=256,
        strip=False,
        help_text=_("At least 10 characters. Leave it empty to keep the one you have."),
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "new-password"}),
    )

    def clean_new_password(self) -> str:
        """Refuse what is too short or too common."""
        password = str(self.cleaned_data["new_password"])
        if password:
            password_validation.validate_password(password)
        return password
