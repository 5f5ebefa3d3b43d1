"""Chinese names in Latin letters."""

from pypinyin import Style, lazy_pinyin


def initials(name: str) -> str:
    """Pinyin initials for type-ahead: 李国强 → 'lgq'. Letters stay as they are, everything else is left out."""
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda rest: "".join(c for c in rest if c.isalpha()))
    return "".join(letters).lower()
