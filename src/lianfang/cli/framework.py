"""Starting Django for a command."""

import os

from lianfang.cli.speech import chinese


def start() -> None:
    """Load the project in the language of the terminal. A command is the system itself: no user, whole city."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianfang.response.settings")
    import django

    django.setup()
    from django.utils import translation

    translation.activate("zh-hans" if chinese() else "en")
