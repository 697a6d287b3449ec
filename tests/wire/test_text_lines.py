"""Blocks to lines, wherever the blocks are cut."""

from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.wire.text_lines import LONGEST_BYTE, whole_lines


def lines(content: bytes, size: int) -> list[tuple[int, str]]:
    blocks = (content[i : i + size] for i in range(0, len(content), size))
    return [(first + i, line) for first, part in whole_lines(blocks) for i, line in enumerate(part)]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_characters="\n\r\ufeff", exclude_categories=["Cs"]), max_size=6), max_size=8), st.integers(1, 9)
)
def test_any_block_size_gives_the_same_lines(texts: list[str], size: int) -> None:
    content = "".join(t + "\n" for t in texts).encode()
    assert lines(content, size) == list(enumerate(texts, 1))


def test_line_ends_marks_and_a_last_line_without_end() -> None:
    assert lines(b"\xef\xbb\xbfa\r\nb\n\nc", 2) == [(1, "a"), (2, "b"), (3, ""), (4, "c")]


def test_a_file_without_line_ends_is_cut() -> None:
    found = lines(b"x" * (3 * LONGEST_BYTE), 1 << 14)
    assert sum(len(line) for _, line in found) == 3 * LONGEST_BYTE
    assert max(len(line) for _, line in found) <= LONGEST_BYTE
