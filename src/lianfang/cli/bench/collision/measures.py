"""Every row of the table by which the engine is judged, as a race or a figure."""

import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module

from lianfang.cli.bench.collision.city import twice
from lianfang.cli.bench.collision.question import Ask, Missing, Peer, Question, Sums
from lianfang.cli.bench.collision.racing import Race, race
from lianfang.engines.collision import Index, Store, build_store, open_store

FAMILIES = ("polars", "duckdb", "sedonadb", "postgis", "spark")
WHAT = ("query", "k1", "build", "one-off", "doubling", "size", "second-order", "per-core")
_RAW = ("polars-streaming", "duckdb-parquet")  # peers that keep nothing between two questions
_FOR_ONE = ("duckdb-clustered", "duckdb", "polars", "postgis")

Said = Callable[[str], None]


class Bench:
    """One question, our store of it, and the peers it is raced against."""

    def __init__(self, question: Question, families: Sequence[str], rounds: int, say: Said) -> None:
        self.question, self.rounds, self.say = question, rounds, say
        self.peers = [peer for name in families for peer in import_module(f"{__package__}.{name}").PEERS]
        self.missing: dict[str, str] = {}
        self.figures: dict[str, float] = {}
        self.store_at = question.folder / "store"
        build_store([question.pings], self.store_at, origin=question.origin)
        self.store = open_store(self.store_at)

    def run(self, what: str) -> Iterator[Race]:
        yield from getattr(self, what.replace("-", "_"))()

    def query(self) -> Iterator[Race]:
        yield from self._against("query", self.question, [peer.name for peer in self.peers])

    def k1(self) -> Iterator[Race]:
        yield from self._against("k1", self.question.of_first(1), _FOR_ONE)

    def _against(self, what: str, question: Question, names: Sequence[str]) -> Iterator[Race]:
        ours = _ours(self.store, question)
        for peer in self.peers:
            if peer.name in names:
                yield from self._raced(what, peer, question, ours)

    def _raced(
        self, what: str, peer: Peer, question: Question, ours: Ask, between: Callable[[], None] = lambda: None
    ) -> Iterator[Race]:
        self.say(f"{what}: {peer.name} …")
        try:
            with peer.opened(question) as theirs:
                yield race(what, peer.name, peer.form, ours, theirs, self.rounds, between)
        except Missing as why:
            self.missing[peer.name] = str(why)
            self.say(f"{peer.name}: {why}")

    def build(self) -> Iterator[Race]:
        """From Parquet to a store on disk, and to Parquet that DuckDB has sorted by the same key."""
        from lianfang.cli.bench.collision.duckdb import connected
        from lianfang.cli.bench.collision.sorting import copied

        try:
            connection = connected(":memory:")
        except Missing as why:
            self.missing["duckdb"] = str(why)
            return
        new, file = self.question.folder / "new", self.question.folder / "sorted.parquet"

        def ours() -> Sums:
            return build_store([self.question.pings], new, origin=self.question.origin).rows, 0, 0

        def between() -> None:
            shutil.rmtree(new, ignore_errors=True)
            file.unlink(missing_ok=True)

        self.say("build …")
        theirs = copied(connection, self.question, file)
        yield race("build", "duckdb", "COPY (… ORDER BY bucket, cell) TO Parquet", ours, theirs, self.rounds, between)

    def one_off(self) -> Iterator[Race]:
        """From Parquet to the answer, with nothing kept."""
        question, new = self.question, self.question.folder / "new"

        def ours() -> Sums:
            build_store([question.pings], new, origin=question.origin)
            return open_store(new).contacts(question.index, question.rule).check_sums()

        for peer in self.peers:
            if peer.name in _RAW:
                yield from self._raced("one-off", peer, question, ours, lambda: shutil.rmtree(new, ignore_errors=True))

    def doubling(self) -> Iterator[Race]:
        """Another city just like it, next to it: what the same question costs then. The ratio of a figure below 1."""
        self.say("doubling …")
        doubled = replace(self.question, pings=self.question.folder / "doubled.parquet")
        at = self.question.folder / "doubled"
        if not doubled.pings.exists():
            twice(self.question.pings, doubled.pings)
        build_store([doubled.pings], at, origin=doubled.origin)
        store = open_store(at)
        once, twofold = _ours(self.store, self.question), _ours(store, doubled)
        found = race("doubling", "ourselves", "twice the city, the same cases", once, twofold, 3 * self.rounds)
        self.figures["doubling"] = found.ratio
        yield found

    def size(self) -> Iterator[Race]:
        size = sum(file.stat().st_size for file in self.store_at.rglob("*") if file.is_file())
        self.figures["bytes_a_record"] = size / max(self.question.rows, 1)
        yield from ()

    def second_order(self) -> Iterator[Race]:
        self.say("second-order …")
        index, times, rows = self.question.index, [], 0
        for _ in range(min(self.rounds, 3)):
            began = time.perf_counter()
            found = self.store.contacts(index, self.question.rule, order=2)
            times.append(time.perf_counter() - began)
            rows = len(found)
        self.figures["second_order_s"], self.figures["second_order_rows"] = statistics.median(times), rows
        yield from ()

    def per_core(self) -> Iterator[Race]:
        """What ``lianfang bench capacity`` reckons with: work a core does in a second, all cores at it."""
        self.say("per-core …")
        question, new = self.question, self.question.folder / "new"
        cores, rows = os.cpu_count() or 1, question.rows
        size = sum(segment.bytes for segment in self.store.manifest.segments)

        def build() -> None:
            build_store([question.pings], new, origin=question.origin)

        built_s = self._median(build, lambda: shutil.rmtree(new, ignore_errors=True))
        opened_s = self._median(lambda: open_store(self.store_at))
        pairs = _ours(self.store, question)()[1]
        asked_s = self._median(_ours(self.store, question))
        self.figures |= {
            "rows_built_a_core_s": rows / built_s / cores,
            "bytes_checked_a_core_s": size / opened_s / cores,
            "pairs_a_core_s": pairs / asked_s / cores,
            "pairs_an_index_person": pairs / max(len(question.index), 1),
            "days": (self.store.last_t - min(s.bounds["t"][0] for s in self.store.manifest.segments)) / 86_400,
            "bytes_a_record": size / rows,
            "bytes_a_raw_record": question.pings.stat().st_size / rows,
        }
        yield from ()

    def _median(self, work: Callable[[], object], after: Callable[[], None] = lambda: None) -> float:
        times = []
        for _ in range(self.rounds + 1):
            began = time.perf_counter()
            work()
            times.append(time.perf_counter() - began)
            after()
        return statistics.median(times[1:])


def _ours(store: Store, question: Question) -> Ask:
    index: Index = question.index
    return lambda: store.contacts(index, question.rule).check_sums()


def machine() -> dict[str, object]:
    """On what it ran: figures of another machine are other figures."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"cores": os.cpu_count(), "memory_gib": round(memory, 1), "load": round(os.getloadavg()[0], 2)}
