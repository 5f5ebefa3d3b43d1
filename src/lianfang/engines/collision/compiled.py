"""Functions that numba compiles, once a machine: later processes read the compiled code from the cache."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compile on first use and keep. The compiled code lets other Python threads run beside it.

    No fast-math: sums and products are those of the spec, bit by bit. Division by zero gives inf or NaN, as in numpy.
    """
    return _kept(numba.njit(nogil=True, error_model="numpy")(function))


def inlined(function: _Function) -> _Function:
    """The same for a few lines inside another's loop: put there as they stand."""
    return _kept(numba.njit(nogil=True, error_model="numpy", inline="always")(function))


def _kept(dispatcher: Any) -> Any:
    """Have the compiled code cached until any file of this engine changes.

    numba itself looks at the function's own file only, and a function holds the code of those it calls: after a change
    in another file it would go on computing the old way.
    """
    dispatcher.enable_caching()
    dispatcher._cache._cache_file._source_stamp = _stamp()
    return dispatcher


@cache
def _stamp() -> tuple[tuple[str, int, int], ...]:
    here = Path(__file__).parent
    files = sorted(here.rglob("*.py"))
    return tuple((str(file.relative_to(here)), file.stat().st_mtime_ns, file.stat().st_size) for file in files)
