"""What is loaded once and stays is not looked through again and again for garbage."""

import gc


def set_aside_what_stays() -> None:
    """Take modules, addresses and models out of the collector's sight, once they are loaded.

    A full collection walks every object there is: of a server a tenth of a second, in the middle of somebody's request.
    """
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018  # loads every view
    gc.collect()
    gc.freeze()
