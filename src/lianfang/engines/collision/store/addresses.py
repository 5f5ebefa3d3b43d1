"""Arrays by their address, so that one compiled loop runs over any number of segments at once.

A table has a row a segment; its columns hold the addresses of the mapped arrays and the numbers of the layout. Whoever
makes a table keeps the arrays alive as long as it is used.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray  # type: ignore[attr-defined]
from numba.core import cgutils, types
from numba.extending import intrinsic

from lianfang.engines.collision.compiled import compiled

(
    WORD, ACCURACY, LON, LAT, STARTS, BUCKETS, STRIPS, STRIP_COUNT, STRIP_BITS, X_BITS, PERSON0, PEOPLE, CODES,
    PERSON_STARTS, STEPS, BLOCK_SHIFT, X0, Y0, ROWS, UNLISTED, COLUMNS,
) = range(21)  # fmt: skip


@intrinsic
def _pointer_to(typing_context: Any, address: Any) -> Any:
    """An address as a pointer to bytes."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), code


@intrinsic
def _bare(typing_context: Any, array: Any) -> Any:
    """The same array without an owner: loops need not count references to it. Its owner must outlive it."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        one = context.make_array(signature.args[0])(context, builder, value=arguments[0])
        one.meminfo = ir.Constant(one.meminfo.type, None)
        one.parent = ir.Constant(one.parent.type, None)
        return one._getvalue()

    return array(array), code


@intrinsic
def _fetch(typing_context: Any, address: Any) -> Any:
    """Have the line of memory at an address fetched while other work goes on. Any address will do: none is read."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        functions: Any = cgutils
        fetch = functions.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(fetch, [builder.inttoptr(arguments[0], byte), number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(types.int64), code


bare: Any = _bare
fetch: Any = _fetch
_pointer: Any = _pointer_to  # to its callers it takes an address only


@compiled
def int64_at(address: Any, length: Any) -> Any:
    return carray(_pointer(address), (length,), np.int64)


@compiled
def float64_at(address: Any, length: Any) -> Any:
    return carray(_pointer(address), (length,), np.float64)


@compiled
def uint32_at(address: Any, length: Any) -> Any:
    return carray(_pointer(address), (length,), np.uint32)


@compiled
def uint16_at(address: Any, length: Any) -> Any:
    return carray(_pointer(address), (length,), np.uint16)


@compiled
def uint8_at(address: Any, length: Any) -> Any:
    return carray(_pointer(address), (length,), np.uint8)
