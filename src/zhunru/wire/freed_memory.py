"""Memory that arrays have freed stays with the process, for the next arrays."""

import numpy as np

_LARGEST_BYTE = 31 << 20


def keep_freed_memory() -> None:
    """Make the C library keep what arrays of up to 31 MB free.

    glibc gives an array above 128 KB back to the system as soon as it is freed and asks for new pages, all of which
    fault, for the next one: half the time of a loop over blocks. Its limit rises to the largest such array freed so
    far, at most 32 MB. This one is never written to, so it takes no memory. Other C libraries do not mind.
    """
    np.empty(_LARGEST_BYTE, np.uint8)
