"""What a look at stored data tells, also when it breaks off."""

from collections.abc import Iterable, Iterator

from zhunru.core.errors import ZhunruError
from zhunru.core.evidence import Noted
from zhunru.readers.stored.tally import Tally
from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting


def told(tally: Tally, look: Iterable[Noted]) -> Iterator[Sighting | Examined | Noted]:
    """Yield the notes of a look, then the tally; an error of the look is raised after it, so that what was seen is kept."""
    failed: ZhunruError | None = None
    try:
        yield from look
    except ZhunruError as error:
        failed = error
    yield from tally.tables()
    if failed:
        raise failed
