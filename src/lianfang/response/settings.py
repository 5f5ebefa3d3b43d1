"""Settings. What differs between installations comes from the environment (docs/reference/settings.md)."""

import os
from pathlib import Path

from lianfang.response import databases, keys, words

PACKAGE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("LIANFANG_DATA") or Path.cwd() / "data").resolve()
KEYS_FILE = Path(os.environ.get("LIANFANG_KEYS") or DATA / "keys.json")
ANCHOR_FILE = Path(os.environ.get("LIANFANG_ANCHOR") or DATA / "ledger.anchor")
# Sealed location records, and apart from them the keys that open them: a backup takes the first and never the second.
WARRANTS = DATA / "warrants"
SCRATCH = os.environ.get("LIANFANG_SCRATCH") or ("/dev/shm" if os.access("/dev/shm", os.W_OK) else "")
WARRANT_KEYS = Path(os.environ.get("LIANFANG_WARRANT_KEYS") or KEYS_FILE.parent / "warrant-keys")
_keys = keys.load(KEYS_FILE)

SECRET_KEY = _keys["django"].hex()
LEDGER_KEY = _keys["ledger"]
SEAL_KEY = _keys["seal"]
INDEX_KEY = _keys["index"]

DEBUG = os.environ.get("LIANFANG_DEBUG") == "1"
# A demonstration city holds synthetic people only; its sign-in page may then show the second factor's code.
DEMONSTRATION = (DATA / "DEMONSTRATION").exists()
ALLOWED_HOSTS = os.environ.get("LIANFANG_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("LIANFANG_ORIGINS", "").split(",") if o]
_https = os.environ.get("LIANFANG_HTTPS") == "1"

DATABASES = databases.configure(os.environ.get("DATABASE_URL", ""), DATA)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "lianfang.response.web",
    "lianfang.response.tracing",
    "lianfang.response.cases",
    "lianfang.response.duties",
    "lianfang.response.people",
    "lianfang.response.territory",
    "lianfang.response.accounts",
    "lianfang.response.ledger",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_cotton",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads its answers, so that their length tells nothing of what is secret in them
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lianfang.response.accounts.middleware.signed_in_with_second_factor",
    "lianfang.response.web.sight.own_eyes",
    "lianfang.response.web.refusals.refusals_stay",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "lianfang.response.web.urls"
WSGI_APPLICATION = "lianfang.response.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lianfang.response.web.context.page",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ACCOUNT_ADAPTER = "lianfang.response.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip"}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
MFA_ADAPTER = "lianfang.response.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_VERBOSE = False
# Requests of one account to the API, in one server process.
API_RATE = os.environ.get("LIANFANG_API_RATE", "1200/m")
READS_A_DAY = int(os.environ.get("LIANFANG_READS_A_DAY", "200"))  # people one user may look at
LOOKS_A_DAY = int(os.environ.get("LIANFANG_LOOKS_A_DAY", "40"))  # questions one user may ask of location records
NAMED_A_DAY = int(os.environ.get("LIANFANG_NAMED_A_DAY", "5000"))  # people those may name
WARRANT_DAYS = int(os.environ.get("LIANFANG_WARRANT_DAYS", "14"))  # the longest a warrant lasts
WARRANT_MARGIN_M = int(os.environ.get("LIANFANG_WARRANT_MARGIN_M", "500"))  # positions kept outside the border
IDLE_MINUTES = int(os.environ.get("LIANFANG_IDLE_MINUTES", "15"))

SESSION_COOKIE_AGE = 12 * 3600  # one shift
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = _https
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [words.compiled(PACKAGE, DATA)]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
# No separators by themselves: they would stand in the values of forms as well. Figures ask for them (|number).
USE_THOUSAND_SEPARATOR = False

COUNTY_SHAPES = PACKAGE / "web" / "static" / "dist" / "counties.geojson"
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
