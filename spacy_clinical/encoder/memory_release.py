"""Memory that isn't needed: what glibc keeps of many small objects, and oneDNN of many shapes."""

import ctypes
import os
import sys

PRIMITIVES = 256
LARGE = 1 << 16  # tokens, or wordpieces, of a batch whose leftovers are worth giving back


def bound_primitive_cache() -> None:
    """Let oneDNN, which multiplies for torch on CPUs, keep few of the programs that it makes for
    the shapes of batches: with its default of 1024 a service grows by tens of megabytes, note by
    note. It reads the number at its first product; one that the user has set stays.
    """
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(PRIMITIVES))


def trim_heap() -> None:
    """Give freed memory back, where the C library can. It takes milliseconds."""
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        if hasattr(library, "malloc_trim"):  # musl has none
            library.malloc_trim(0)


def trim_after(n_tokens: int) -> None:
    """Give memory back after work on a batch, if that was large.

    n_tokens (int): Tokens or wordpieces of the batch.
    """
    if n_tokens > LARGE:
        trim_heap()
