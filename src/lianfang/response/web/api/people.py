"""People: nobody is looked up here without a task or a purpose."""

from ninja import Router

router = Router(tags=["people"])
