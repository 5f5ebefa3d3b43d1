from django.apps import AppConfig


class Config(AppConfig):
    name = "lianfang.response.ledger"
    label = "ledger"
