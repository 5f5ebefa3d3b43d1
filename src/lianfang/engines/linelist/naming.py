"""Which case a text names: the number as it stands, or written with other case, zeros, prefix or blanks."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice

from lianfang.engines.linelist.dates import is_missing

_BEFORE = re.compile(
    r"^(?:(?:case|patient|pt|no|nr|id|number|病例|患者|编号|确诊|第)[\s.:：#_-]*)+(?=\d)|^(?:case|patient)\s+|^[#＃]+"
)
_USUAL = re.compile(r"([A-Za-z]{0,9})[_-]?0*(\d+)", re.ASCII)
_WORDS = frozenset(["case", "patient", "pt", "no", "nr", "id", "number"])
_AFTER = re.compile(r"(?:\.0+|[号例])+$")
_BETWEEN = re.compile(r"(?<=[^\W\d_])[\s_-]+(?=\d)")
_ZEROS = re.compile(r"(?<![\d.])0+(?=\d)")
_LISTED = re.compile(r"[,;，；、|\n]+|\s+(?:and|or|und|et|y)\s+|\s*(?:以及|和|及|与|或)\s*")
_LOOSELY = re.compile(r"[\s/&+]+")
_MORE = r"(?:\s*(?:/|&|、|and|和|及)\s*\d+(?=\s*(?:$|[,;，；。.()（）/&、的]|and\b|和|及)))*"  # 'cases 20/35', 'TJ14 and 25'
_SPOKEN = re.compile(
    rf"(?:cases?|patients?|病例|患者|第)\s*(?:no\.?|number|#|号)?\s*#?(\d+{_MORE})(?![\d.%])|([A-Za-z]+[_-]?\d+)", re.I
)
_RANGE = re.compile(r"((?:[A-Za-z]+[_-]?)?\d+)\s*[-–~～至到]\s*((?:[A-Za-z]+[_-]?)?\d+)")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_LABEL = re.compile(r"\w[\w.#-]*", re.UNICODE)
_SAMPLE = 5_000
_MANY_SHAPES = 20  # numbers drawn at random (a1b2c3) have no common shape


def plain(said: str) -> str:
    """A number without what typists vary: 'Case sk-014 ' and 'SK_14' are the same. Two plain texts may still be two people."""
    if (usual := _USUAL.fullmatch(said)) and usual[1].lower() not in _WORDS:
        return usual[1].lower() + usual[2]  # nearly every number, without the way round
    text = unicodedata.normalize("NFKC", said).strip().casefold()
    text = _AFTER.sub("", _BEFORE.sub("", text))
    return _ZEROS.sub("", _BETWEEN.sub("", text))


def shape(said: str) -> str:
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "A", said))


class Names:
    """The case numbers of a list, found as they stand or, where only one can be meant, as somebody else wrote them."""

    def __init__(self, ids: Mapping[str, int]):
        self.ids = ids

    @cached_property
    def _alike(self) -> dict[str, str]:
        """plain number → the one case that has it; '' where several have."""
        found: dict[str, str] = {}
        for one in self.ids:
            key = plain(one)
            found[key] = "" if key in found else one
        return found

    @cached_property
    def _shapes(self) -> frozenset[str]:
        return frozenset(shape(one) for one in islice(self.ids, _SAMPLE))

    @cached_property
    def _by_number(self) -> dict[str, str]:
        """Number → case, where every number of the list has the same letters before it: '14' is SK_14."""
        parts = {one: re.fullmatch(r"([^\W\d_]+[_\s.-]?)0*(\d+)", one) for one in self.ids}
        if not all(parts.values()) or len({match[1] for match in parts.values() if match}) != 1:
            return {}
        return {match[2]: one for one, match in parts.items() if match}

    @cached_property
    def _prefixed(self) -> re.Pattern[str] | None:
        """Numbers of this list inside a sentence, even grown together with a word: 'ofTJ93'."""
        before = {
            match[1] for one in islice(self.ids, _SAMPLE) if (match := re.fullmatch(r"([^\W\d_]{2,})[_-]?\d+", one))
        }
        if not before or len(before) > _MANY_SHAPES:
            return None
        return re.compile("(" + "|".join(map(re.escape, sorted(before))) + rf")([_\s-]?\d+{_MORE})")

    def find(self, said: str) -> str | None:
        if said in self.ids:
            return said
        key = plain(said)
        return self._alike.get(key) or (self._by_number.get(key) if key.isdigit() and key not in self._alike else None)

    def looks_like_one(self, said: str) -> bool:
        """Whether a text is written as the numbers of this list are, so that a person is meant who is not in it."""
        if not _LABEL.fullmatch(said) or not any(letter.isdigit() for letter in said):
            return False
        known = self._shapes
        return said.isdigit() or shape(said) in known or (len(known) > _MANY_SHAPES and said.isalnum())

    def ranges_in(self, text: str) -> Iterator[str]:
        """'TJ1-TJ3', 'cases 1-3': what may mean the cases between two ends as well."""
        if self.find(text):
            return
        for match in _RANGE.finditer(text):
            if self.find(match[1]) and self.find(match[2]):
                yield match[0]

    def in_text(self, text: str) -> Iterator[str]:
        """Yield what names a case, as it is written: the whole text, the parts of a list, or numbers in a sentence.

        In a sentence only numbers that carry letters ('TJ17', 'SK_14') or follow a word for a case ('case 3') are taken;
        a bare '3' may be anything.
        """
        if is_missing(text):
            return
        if self.find(text):
            yield text
            return
        parts = [part.strip() for part in _LISTED.split(text) if part.strip()]
        for split in (parts, [one for part in parts for one in _LOOSELY.split(part) if one]):
            if split and all(self.find(part) or self.looks_like_one(part) for part in split):
                yield from split
                return
        yield from dict.fromkeys(self._in_sentence(text))

    def _in_sentence(self, text: str) -> Iterator[str]:
        text = _URL.sub(" ", text)
        if self._prefixed:
            for letters, numbers in self._prefixed.findall(text):
                yield from (letters + number for number in re.findall(r"[_\s-]?\d+", numbers))
            text = self._prefixed.sub(" ", text)
        for spoken, lettered in _SPOKEN.findall(text):
            if spoken:
                yield from re.findall(r"\d+", spoken)
            elif self.find(lettered) or self.looks_like_one(lettered):
                yield lettered
