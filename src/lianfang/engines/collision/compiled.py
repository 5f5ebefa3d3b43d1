"""Functions that numba compiles, once a machine: later processes read the compiled code from the cache."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compile on first use and keep. The compiled code lets other Python threads run beside it.

    No fast-math: sums and products are those of the spec, bit by bit. Division by zero gives inf or NaN, as in numpy.
    """
    result: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast(_Function, result)
