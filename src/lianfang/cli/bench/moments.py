"""Moments of the past weeks, whole minutes: few distinct values, so that writing them costs little."""

from datetime import date, datetime, timedelta


class Moments:
    """Moments counted in minutes before ``now``; negative minutes lie ahead."""

    def __init__(self, now: datetime) -> None:
        self.now = now.replace(second=0, microsecond=0)
        self._known: dict[int, datetime] = {}

    def before(self, minutes: int) -> datetime:
        moment = self._known.get(minutes)
        if moment is None:
            moment = self._known[minutes] = self.now - timedelta(minutes=minutes)
        return moment

    def day(self, minutes: int) -> date:
        """The city's calendar day of a moment."""
        return self.before(minutes).astimezone().date()
