#!/usr/bin/env python
"""Run Plenary's commands."""

import os
import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("PLENARY_DEMO", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
