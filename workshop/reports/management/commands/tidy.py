"""Erase what is past its date. Call it once a day."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from workshop.realtime.models import Op
from workshop.reports.operations import erase_overdue


class Command(BaseCommand):
    help = "Erase sessions whose date has passed, and the records of old ops."

    def handle(self, *args: Any, **options: Any) -> None:
        del args, options
        erased = erase_overdue()
        old, _rows = Op.objects.filter(created_at__lt=timezone.now() - timedelta(days=2)).delete()
        self.stdout.write(f"{erased} sessions erased, {old} records of ops removed")
