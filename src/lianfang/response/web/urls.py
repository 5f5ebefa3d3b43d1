"""Root of all addresses. Every one of them stands in the checked route table (tests/laws/routes.toml)."""

from allauth.account import views as account_views
from django.http import HttpResponse
from django.urls import include, path
from django.views.i18n import set_language

from lianfang.response.web.api import api
from lianfang.response.web.views import accounts, areas, duties, gallery, grants, ledger, protocols, wall


def alive(request):
    return HttpResponse("ok", content_type="text/plain")


signing_in = [
    path("sign-in/", account_views.login, name="account_login"),
    path("sign-out/", account_views.logout, name="account_logout"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("password-again/", account_views.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("", accounts.account, name="account"),
]

urlpatterns = [
    path("", duties.home, name="home"),
    path("alive/", alive, name="alive"),
    path("language/", set_language, name="set_language"),
    path("account/", include(signing_in)),
    path("wall/", wall.wall, name="wall"),
    path("wall/<str:code>/", wall.wall, name="wall_of"),
    path("wall/<str:code>/map.json", wall.map_data, name="wall_map"),
    path("areas/<str:code>/", areas.area, name="area"),
    path("not-done/", duties.not_done, name="not_done"),
    path("duties/<int:pk>/", duties.duty, name="duty"),
    path("duties/<int:pk>/<str:step>/", duties.step, name="duty_step"),
    path("protocols/", protocols.protocols_page, name="protocols"),
    path("protocols/override/", protocols.override_value, name="protocol_override"),
    path("grants/", grants.grants, name="grants"),
    path("grants/give/", grants.give, name="grant_give"),
    path("grants/emergency/", grants.emergency, name="grant_emergency"),
    path("grants/<int:pk>/<str:step>/", grants.step, name="grant_step"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("components/", gallery.gallery, name="gallery"),
    path("api/v1/", api.urls),
]
