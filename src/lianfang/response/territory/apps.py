from django.apps import AppConfig
from django.db.backends.signals import connection_created


class Config(AppConfig):
    name = "lianfang.response.territory"
    label = "territory"

    def ready(self) -> None:
        from lianfang.response.territory import sight

        connection_created.connect(sight.apply, dispatch_uid="sight")
