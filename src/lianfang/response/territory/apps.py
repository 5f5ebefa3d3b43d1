from django.apps import AppConfig


class Config(AppConfig):
    name = "lianfang.response.territory"
    label = "territory"
