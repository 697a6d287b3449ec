import pytest

from zhunru.reports import axes, figures


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "—"), (9999, "9999"), (10_000, "10,000"), (-10_000, "-10,000"), (5.0, "5"), (0.1 + 0.2, "0.3"), (float("nan"), "NaN"), (float("-inf"), "-Infinity"),
     (10**400, "2^1328…"), (1e300, "1e+300"), ("TLS 1.3", "TLS 1.3"), (True, "true")],
)  # fmt: skip
def test_a_number_reads_the_same_everywhere(value: figures.Value, shown: str) -> None:
    assert figures.number(value) == shown


def test_a_breach_never_looks_like_its_limit() -> None:
    observed, limit = figures.pair(5.000000000001, 5.0)
    assert observed != limit
    assert figures.pair(5.0, 5) == ("5", "5")
    assert figures.pair(23.4 / 7, 5.0) == ("3.34286", "5")


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x1b", "\x00", "\udc80", "\u00ad", "\u2028", "\U000e0041"])
def test_hidden_characters_are_shown_as_code_points(char: str) -> None:
    assert figures.visible(f"a{char}b") == f"a⟦U+{ord(char):04X}⟧b"


def test_plain_text_stays_and_long_text_is_cut_with_its_count() -> None:
    assert figures.visible("数据\u3000台账\n第二行") == "数据\u3000台账\n第二行"
    assert figures.visible("x" * 20, 10) == "x" * 10 + " … (+10)"


def test_wrapped_paragraphs_join_without_a_space_between_chinese() -> None:
    assert figures.flow("看不到\n的内容\nseen by\nnobody") == "看不到的内容 seen by nobody"


def test_a_time_is_told_in_utc_and_china_time() -> None:
    assert figures.moment(1_767_225_600 * 10**9 + 120_000_000) == ("2026-01-01 00:00:00.12 UTC", "2026-01-01 08:00:00.12 +08:00")
    assert figures.moment(9_020_000_000) == ("+9.02 s", "")
    assert figures.moment(0) == ("+0 s", "")
    assert figures.moment(10**25)[1] == ""


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (1_843_221_004, "1.84 GB"),
        (5 * 10**15, "5,000 TB"),
    ],
)
def test_sizes(count: int, shown: str) -> None:
    assert figures.size(count) == shown


@pytest.mark.parametrize("length_ns", [1, 10**6, 10**9, 7 * 10**9, 119 * 10**9, 3600 * 10**9, 86_400 * 10**9, 400 * 86_400 * 10**9])
def test_time_ticks_are_few_and_inside(length_ns: int) -> None:
    ticks = list(axes.Axis(0, length_ns).ticks())
    assert 1 <= len(ticks) <= 7
    assert all(0 <= share <= 1.000001 for share, _ in ticks)
    assert len({words for _, words in ticks}) == len(ticks)


@pytest.mark.parametrize(("low", "high"), [(0, 0), (5, 5), (-1, 1), (1e-300, 2e-300), (-1e300, 1e300), (38.2, 44.9), (1e16, 1e16 + 4)])
def test_a_scale_holds_its_values(low: float, high: float) -> None:
    scale = axes.Scale(low, high)
    assert -1e-6 <= scale.share(low) <= scale.share(high) <= 1 + 1e-6
    assert 2 <= len(list(scale.ticks())) <= 8


def test_over_months_the_ticks_name_the_first_days_of_months_in_china() -> None:
    start = 1_767_196_800 * 10**9  # 2026-01-01 in China
    day = 86_400 * 10**9
    ticks = list(axes.Axis(start, start + 330 * day).ticks())
    assert [words for _, words in ticks] == ["2026-01", "2026-03", "2026-05", "2026-07", "2026-09", "2026-11"]
    assert ticks[0][0] == 0.0 and abs(ticks[1][0] - 59 / 330) < 1e-9
    assert list(axes.Axis(start, start + 59 * day).ticks())[-1][1].endswith("d")
    long = list(axes.Axis(0, 60 * 365 * day).ticks())
    assert 2 <= len(long) <= 7
