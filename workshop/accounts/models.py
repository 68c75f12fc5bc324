"""Organisations and the people with an account. Learners have none."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """Owns users, plans and sessions; every query passes it, and organisations never mix."""

    name = models.CharField(_("name"), max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A staff member. ``is_organiser`` may read and export every session of the organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="users")
    is_organiser = models.BooleanField(_("organiser"), default=False)
    language = models.CharField(_("language"), max_length=12, default="", blank=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class SignInLink(models.Model):
    """A one-time sign-in link: only the SHA-256 of its token is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
