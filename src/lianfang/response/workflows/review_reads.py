"""Looks at people that no task explains are judged by a second person the next day (S12)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from lianfang.response import clock
from lianfang.response.duties.actions import finish_about, open_duty
from lianfang.response.ledger.actions import decide_review, open_reviews
from lianfang.response.ledger.models import Review
from lianfang.response.ledger.rules import AT_ONCE, REVIEWED
from lianfang.response.territory.permissions import require, require_somewhere
from lianfang.response.territory.queries import root


def owe_reviews(at: datetime) -> int:
    """Open what is to be reviewed: of the day that ended everything, of today what cannot wait. Safe to repeat."""
    today = timezone.localtime(at).date()
    return _owe(today - timedelta(days=1), REVIEWED, at) + _owe(today, AT_ONCE, at)


@transaction.atomic
def _owe(day: date, actions: tuple[str, ...], at: datetime) -> int:
    city = root()
    new = open_reviews(day, actions, at=at) if city else 0
    if city and new:
        due_at = timezone.make_aware(datetime.combine(day + timedelta(days=2), time()))
        number = Review.objects.filter(day=day).count()  # a day whose list was finished and grew again owes again
        open_duty(
            "review_access", city, key=f"review_access:{day}:{number}", due_at=due_at, at=at, subject=_subject(day),
            about=f"{day:%Y-%m-%d}",
        )  # fmt: skip
    return new


def reviews_in_reach(user: Any) -> QuerySet[Review]:
    """Reviews of the user's territory; whoever audits the whole city also sees those that lie nowhere in particular."""
    mine = require_somewhere(user, "reads.review", "page:reviews")
    whole = any(path.count("/") == 1 for path in mine.paths)
    return Review.objects.filter(Q() if whole else mine.q("area_path"))


def judge_looks(review: Review, state: str, *, by: Any, why: str = "", at: datetime | None = None) -> None:
    """Decide about one review; the last one of a day does the duty of that day."""
    require(by, "reads.review", review.area_path or _everywhere(), subject=f"ledger.review:{review.pk}")
    at = at or clock.now()
    with transaction.atomic():
        decide_review(review, state, by=by, why=why, at=at)
        if not Review.objects.filter(day=review.day, state=Review.State.OPEN).exists():
            finish_about(_subject(review.day), "review_access", {"note": f"{review.day}"}, by=by, at=at)


def _subject(day: date) -> str:
    return f"ledger.review:{day}"


def _everywhere() -> str:
    city = root()
    return city.path if city else "/"
