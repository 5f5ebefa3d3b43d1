"""A small epidemic among the people of the synthetic city: who infects whom, where and when, and who was near."""

import heapq
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.outbreak.disease import DETECTION, DISEASE, Detection, Disease

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SETTINGS = ("index", "household", "meal", "workplace")
INDEX, HOUSEHOLD, MEAL, WORKPLACE = range(4)
_ADULT, _RETIRED = 18, 62
_TRIES = 40


@dataclass(frozen=True)
class Society:
    """Who can meet whom. One entry per person: household, community, workplace (−1: none), all int64."""

    household: Ints
    community: Ints
    workplace: Ints

    def __post_init__(self) -> None:
        if not len(self.household) == len(self.community) == len(self.workplace):
            raise ValueError("household, community and workplace must name the same people")


def draw_workplaces(
    age: Ints, community: Ints, random: np.random.Generator, *, size: float = 12, working: float = 0.7
) -> Ints:
    """Workplaces of about ``size`` people: ``working`` of those aged 18 to 61, most of one place from one community."""
    at_work = np.flatnonzero((age >= _ADULT) & (age < _RETIRED) & (random.random(len(age)) < working))
    near = community[at_work] + random.normal(0, 0.6, len(at_work))  # some work in the next community
    workplace = np.full(len(age), -1, np.int64)
    workplace[at_work[np.argsort(near, kind="stable")]] = np.arange(len(at_work)) // max(1, round(size))
    return workplace


@dataclass(frozen=True)
class Epidemic:
    """What happened, in order of infection. Times in days since the index case was infected.

    Per case: person (index into the society), source (index of a case, −1 for the index), generation, setting (index
    into SETTINGS), infected_at, onset_at (NaN without symptoms), sampled_at; int64 and float64, shape (cases,). Per
    contact, ordered by case: contact_case (index of a case), contact_person, contact_setting, contact_at (exposure),
    infected (bool: by this case in this contact).
    """

    person: Ints
    source: Ints
    generation: Ints
    setting: Ints
    infected_at: Floats
    onset_at: Floats
    sampled_at: Floats
    contact_case: Ints
    contact_person: Ints
    contact_setting: Ints
    contact_at: Floats
    infected: NDArray[np.bool_]

    def contacts_of(self, case: int) -> Ints:
        """Indices of the contacts of one case."""
        return np.flatnonzero(self.contact_case == case)


@dataclass(frozen=True)
class _Case:
    """``onset`` is also kept of those without symptoms: their course is timed by it."""

    person: int
    source: int
    generation: int
    setting: int
    infected_at: float
    onset: float
    asymptomatic: bool
    sampled_at: float


def run_epidemic(
    society: Society,
    index: int,
    *,
    days: float,
    random: np.random.Generator,
    disease: Disease = DISEASE,
    detection: Detection = DETECTION,
    most: int = 10_000,
) -> Epidemic:
    """Let an epidemic run from one person, infected at time 0.

    days: infections up to this time are followed. most: stop after so many cases. The same arguments make the same
    epidemic. Raises ValueError for an index that is not a person, or a time or number not above 0.
    """
    if not 0 <= index < len(society.household):
        raise ValueError(f"index: no person {index} among {len(society.household)}")
    if days <= 0 or most < 1:
        raise ValueError("days and most: above 0")
    return _Run(society, random, disease, detection).until(index, days, most)


@dataclass
class _Run:
    society: Society
    random: np.random.Generator
    disease: Disease
    detection: Detection
    taken: set[int] = field(default_factory=set)
    cases: list[_Case] = field(default_factory=list)
    contacts: list[tuple[int, int, int, float]] = field(default_factory=list)
    drawn: int = 0

    def until(self, index: int, days: float, most: int) -> Epidemic:
        """Follow infections in order of time; whoever is infected first stays with their first source."""
        self.places = _Places(self.society)
        waiting: list[tuple[float, int, _Case]] = []
        self._wait(waiting, self._course(index, -1, 0, INDEX, 0.0, None, None))
        while waiting and len(self.cases) < most:
            _, _, case = heapq.heappop(waiting)
            if case.infected_at > days:
                break
            if case.person in self.taken:
                continue
            self.taken.add(case.person)
            self.cases.append(case)
            for infected in self._infect(len(self.cases) - 1, case):
                self._wait(waiting, infected)
        return self._told()

    def _wait(self, waiting: list[tuple[float, int, _Case]], case: _Case) -> None:
        self.drawn += 1  # of two at one time the one drawn first goes first
        heapq.heappush(waiting, (case.infected_at, self.drawn, case))

    def _course(
        self, person: int, source: int, generation: int, setting: int, infected_at: float, onset: float | None,
        found_from: float | None,
    ) -> _Case:  # fmt: skip
        """The course of one infection: onset, symptoms, and when it is sampled."""
        random = self.random
        if onset is None:
            onset = infected_at + float(self.disease.incubations(1, random)[0])
        asymptomatic = bool(random.random() < self.disease.asymptomatic_share)
        sampled = onset + float(self.detection.delays(1, random)[0]) * (2 if asymptomatic else 1)
        if found_from is not None and random.random() < self.detection.found_share:
            traced = max(found_from + self.detection.found_after, infected_at + self.detection.detectable_after)
            sampled = min(sampled, traced)
        return _Case(person, source, generation, setting, infected_at, onset, asymptomatic, sampled)

    def _infect(self, number: int, case: _Case) -> list[_Case]:
        """Draw everybody this case meets while infectious, and those of them it infects."""
        random, disease = self.random, self.disease
        weaker = disease.asymptomatic_factor if case.asymptomatic else 1.0
        outside = weaker * float(random.gamma(disease.dispersion, 1 / disease.dispersion))
        rates = {HOUSEHOLD: disease.household_rate * weaker, MEAL: disease.meal_rate * outside}
        rates[WORKPLACE] = disease.workplace_rate * outside
        new = []
        for person, setting in self.places.met(case.person, disease, random):
            exposed, onset = self._exposure(case)
            if exposed >= case.sampled_at:
                continue  # isolated before they would have met
            self.contacts.append((number, person, setting, exposed))
            if person not in self.taken and random.random() < min(1.0, rates[setting]):
                new.append(
                    self._course(person, number, case.generation + 1, setting, exposed, onset, case.sampled_at)
                )  # fmt: skip
        return new

    def _exposure(self, case: _Case) -> tuple[float, float]:
        """(when exposed, when ill if infected): serial interval and incubation drawn together, as far as they agree.

        An exposure lies inside the infectious time. Pairs that do not are drawn again, so that both keep their shape
        as nearly as the case allows; where none agrees, exposure is the beginning of that time.
        """
        incubation = self.disease.incubations(_TRIES, self.random)
        onset = case.onset + self.disease.serial_intervals(_TRIES, self.random)
        begins = max(case.infected_at, case.onset - self.disease.infectious_before)
        agree = np.flatnonzero(onset - incubation > begins)
        if not len(agree):
            return begins, begins + float(incubation[0])
        first = int(agree[0])
        return float(onset[first] - incubation[first]), float(onset[first])

    def _told(self) -> Epidemic:
        cases, number = self.cases, {case.person: at for at, case in enumerate(self.cases)}
        met = self.contacts
        by = [
            (at := number.get(person)) is not None
            and cases[at].source == case
            and cases[at].infected_at == when
            and cases[at].setting == setting
            for case, person, setting, when in met
        ]
        return Epidemic(
            person=np.array([case.person for case in cases], np.int64),
            source=np.array([case.source for case in cases], np.int64),
            generation=np.array([case.generation for case in cases], np.int64),
            setting=np.array([case.setting for case in cases], np.int64),
            infected_at=np.array([case.infected_at for case in cases]),
            onset_at=np.array([np.nan if case.asymptomatic else case.onset for case in cases]),
            sampled_at=np.array([case.sampled_at for case in cases]),
            contact_case=np.array([row[0] for row in met], np.int64),
            contact_person=np.array([row[1] for row in met], np.int64),
            contact_setting=np.array([row[2] for row in met], np.int64),
            contact_at=np.array([row[3] for row in met], np.float64),
            infected=np.array(by, bool),
        )


class _Places:
    """Who is in a household, community or workplace: the people sorted by each, and where each begins."""

    def __init__(self, society: Society) -> None:
        self._of = (society.household, society.community, society.workplace)
        self._order = tuple(np.argsort(group, kind="stable") for group in self._of)
        self._sorted = tuple(group[order] for group, order in zip(self._of, self._order, strict=True))

    def _inside(self, which: int, person: int) -> Ints:
        place = self._of[which][person]
        if place < 0:
            return np.zeros(0, np.int64)
        low, high = np.searchsorted(self._sorted[which], [place, place + 1])
        people = self._order[which][low:high]
        return people[people != person]

    def met(self, person: int, disease: Disease, random: np.random.Generator) -> list[tuple[int, int]]:
        """(person, setting) of everybody met, each once: the household, guests at meals, colleagues."""
        household, neighbours, colleagues = (self._inside(which, person) for which in range(3))
        guests = random.poisson(disease.guests, random.poisson(disease.meals)).sum()
        found = dict.fromkeys(household.tolist(), HOUSEHOLD)
        for people, wanted, setting in (
            (neighbours, int(guests), MEAL),
            (colleagues, int(random.poisson(disease.colleagues)), WORKPLACE),
        ):
            for other in random.permutation(people)[:wanted].tolist():
                found.setdefault(other, setting)
        return list(found.items())
