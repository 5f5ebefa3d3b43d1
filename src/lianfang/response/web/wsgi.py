import os

from django.core.wsgi import get_wsgi_application

from lianfang.response.web.memory import set_aside_what_stays

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianfang.response.settings")
application = get_wsgi_application()
set_aside_what_stays()
