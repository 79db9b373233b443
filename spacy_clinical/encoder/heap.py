"""Memory that was freed, back to the system: glibc keeps what many small objects leave behind."""

import ctypes
import sys


def trim_heap() -> None:
    """Give freed memory back, where the C library can. It takes milliseconds."""
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        if hasattr(library, "malloc_trim"):  # musl has none
            library.malloc_trim(0)
