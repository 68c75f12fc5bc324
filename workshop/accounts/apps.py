"""Accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "workshop.accounts"
    label = "accounts"
