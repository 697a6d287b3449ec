"""Each rule of the comparison, just beside its boundary."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.core.record import Origin
from zhunru.range.configurations import APPROVED, Fields, configuration, digest
from zhunru.tables.difference.change import RANK, Change, needed, weightiest
from zhunru.tables.difference.compare import compare
from zhunru.tables.difference.configuration import SETS, whole_sets

Row = tuple[str, str, str, str]


def seen(changes: list[Change]) -> set[Row]:
    return {(c.matter, c.id, c.change, c.procedure) for c in changes}


def differ(before: dict[str, Any] | None = None, **after: Mapping[str, Fields]) -> list[Change]:
    return compare(configuration("B0", **(before or {})), configuration("B1", **after))


def test_equal_configurations_do_not_differ() -> None:
    assert differ() == []
    assert needed([]) == ("file",)


CASES: list[tuple[str, dict[str, Any], set[Row]]] = [
    ("new version", {"units": {"IVI": {"version": "1.1", "digest": digest(9)}}}, {("unit", "IVI", "changed", "file")}),
    ("digest alone", {"units": {"IVI": {"digest": digest(9)}}}, {("unit", "IVI", "changed", "file")}),
    ("version alone", {"units": {"IVI": {"version": "1.1"}}}, {("unit", "IVI", "unknown", "unknown")}),
    ("digest gone", {"units": {"IVI": {"digest": ""}}}, {("unit", "IVI", "unknown", "unknown")}),
    (
        "digest gone, new version",
        {"units": {"IVI": {"digest": "", "version": "1.1"}}},
        {("unit", "IVI", "changed", "file"), ("unit", "IVI", "unknown", "unknown")},
    ),
    ("digest gone, no version", {"units": {"IVI": {"digest": "", "version": ""}}}, {("unit", "IVI", "unknown", "unknown")}),
    ("digest in capitals", {"units": {"IVI": {"digest": digest(2).upper()}}}, set()),
    ("hardware", {"units": {"IVI": {"hardware": "H9"}}}, {("unit", "IVI", "unknown", "unknown")}),
    ("driving ECU", {"units": {"ADC": {"version": "1.1", "digest": digest(9)}}}, {("unit", "ADC", "changed", "approve")}),
    (
        "driving ECU said not to drive",
        {"units": {"ADC": {"automated_driving": "否", "digest": digest(9)}}},
        {("unit", "ADC", "changed", "approve")},
    ),
    ("ECU added", {"units": {"NEW": {"version": "1", "automated_driving": "否"}}}, {("unit", "NEW", "added", "file")}),
    ("ECU removed", {"units": {"IVI": None}}, {("unit", "IVI", "removed", "file")}),
    (
        "recall relevant",
        {"units": {"BMS": {"digest": digest(9), "recall_relevant": "是"}}},
        {("unit", "BMS", "changed", "file"), ("unit", "BMS", "changed", "recall")},
    ),
    ("SWIN", {"units": {"ADC": {"swin": "S2"}}}, {("swin", "ADC", "changed", "file")}),
    (
        "dependency met",
        {"units": {"IVI": {"depends_on": "BMS>=1.0"}}},
        {("dependency", "IVI", "changed", "file")},
    ),
    (
        "dependency one version short",
        {"units": {"IVI": {"depends_on": "BMS>=1.1"}}},
        {("dependency", "IVI", "changed", "file"), ("dependency", "IVI -> BMS>=1.1", "removed", "unknown")},
    ),
    (
        "dependency on nobody",
        {"units": {"IVI": {"depends_on": "TBOX"}}},
        {("dependency", "IVI", "changed", "file"), ("dependency", "IVI -> TBOX", "removed", "unknown")},
    ),
    (
        "dependency on a version that cannot be compared",
        {"units": {"IVI": {"depends_on": "BMS>=1.0-rc1"}}},
        {("dependency", "IVI", "changed", "file"), ("dependency", "IVI -> BMS>=1.0-rc1", "unknown", "unknown")},
    ),
    ("announced parameter", {"parameters": {"P-power": {"value": "151"}}}, {("parameter", "P-power", "changed", "permit")}),
    ("same number", {"parameters": {"P-power": {"value": "150.0"}}}, set()),
    ("hardly another number", {"parameters": {"P-power": {"value": "150.0000000001"}}}, {("parameter", "P-power", "changed", "permit")}),
    ("safety parameter", {"parameters": {"P-brake": {"value": "0.31"}}}, {("parameter", "P-brake", "changed", "verify")}),
    ("other unit", {"parameters": {"P-brake": {"value": "30", "unit": "%"}}}, {("parameter", "P-brake", "changed", "verify")}),
    ("other unit, equal digits", {"parameters": {"P-brake": {"unit": "%"}}}, {("parameter", "P-brake", "changed", "verify")}),
    ("other parameter", {"parameters": {"P-sound": {"value": "8"}}}, {("parameter", "P-sound", "changed", "file")}),
    ("blank value", {"parameters": {"P-sound": {"value": ""}}}, {("parameter", "P-sound", "unknown", "unknown")}),
    ("family blank", {"parameters": {"P-sound": {"value": "8", "family": ""}}}, {("parameter", "P-sound", "changed", "unknown")}),
    ("Announcement blank", {"parameters": {"P-sound": {"value": "8", "announced": ""}}}, {("parameter", "P-sound", "changed", "unknown")}),
    ("reclassed", {"parameters": {"P-brake": {"family": "none"}}}, {("parameter", "P-brake", "unknown", "unknown")}),
    (
        "reclassed and changed",
        {"parameters": {"P-brake": {"family": "none", "value": "1"}}},
        {("parameter", "P-brake", "changed", "verify")},
    ),
    (
        "off the Announcement",
        {"parameters": {"P-power": {"announced": "否", "value": "1"}}},
        {("parameter", "P-power", "changed", "permit")},
    ),
    ("parameter removed", {"parameters": {"P-power": None}}, {("parameter", "P-power", "removed", "permit")}),
    (
        "parameter in a driving ECU",
        {"parameters": {"P-sound": {"value": "8", "ecus": "ADC"}}},
        {("parameter", "P-sound", "changed", "approve")},
    ),
    (
        "announced parameter in a driving ECU",
        {"parameters": {"P-power": {"value": "8", "ecus": "ADC"}}},
        {("parameter", "P-power", "changed", "approve"), ("parameter", "P-power", "changed", "permit")},
    ),
    (
        "theft parameter added",
        {"parameters": {"X": {"value": "1", "family": "theft", "announced": "否"}}},
        {("parameter", "X", "added", "verify")},
    ),
    (
        "L3 function added, off",
        {"functions": {"TJP": {"level": 3, "enabled": "否", "safety_relevant": "否"}}},
        {("function", "TJP", "added", "approve")},
    ),
    (
        "L2 function added",
        {"functions": {"LCC": {"level": 2, "enabled": "是", "safety_relevant": "是"}}},
        {("function", "LCC", "added", "verify")},
    ),
    ("function added, level blank", {"functions": {"X": {"safety_relevant": "否"}}}, {("function", "X", "added", "unknown")}),
    ("function added, level 2.5", {"functions": {"X": {"level": 2.5, "safety_relevant": "否"}}}, {("function", "X", "added", "unknown")}),
    ("function added, level 6", {"functions": {"X": {"level": 6, "safety_relevant": "否"}}}, {("function", "X", "added", "unknown")}),
    ("function added, safety blank", {"functions": {"X": {"level": 2}}}, {("function", "X", "added", "unknown")}),
    ("raised to 3", {"functions": {"ACC": {"level": 3}}}, {("function", "ACC", "changed", "approve")}),
    ("raised to 2", {"functions": {"ACC": {"level": 2}}}, {("function", "ACC", "changed", "verify")}),
    ("lowered to 2 in name", {"functions": {"HWP": {"level": 2}}}, {("function", "HWP", "changed", "approve")}),
    ("enabled again", {"functions": {"HWP": {"enabled": "是"}}}, {("function", "HWP", "re_enabled", "approve")}),
    ("name", {"functions": {"HWP": {"name": "领航"}}}, {("function", "HWP", "changed", "approve")}),
    ("ECUs", {"functions": {"HWP": {"ecus": "ADC; IVI"}}}, {("function", "HWP", "changed", "approve")}),
    ("switches", {"functions": {"WALL": {"flags": "wall=on"}}}, {("function", "WALL", "changed", "file")}),
    ("comfort off", {"functions": {"WALL": {"enabled": "否", "flags": ""}}}, {("function", "WALL", "changed", "file")}),
    (
        "L3 removed",
        {"functions": {"HWP": None}},
        {("function", "HWP", "removed", "verify")},
    ),
    ("one switch of two", {"flags": {"hwp_a": {"value": "1"}}}, {("flag", "hwp_a", "changed", "file")}),
    (
        "both switches, still said to be off",
        {"flags": {"hwp_a": {"value": "1"}, "hwp_b": {"value": "1.0"}}},
        {("function", "HWP", "re_enabled", "approve"), ("flag", "hwp_a", "changed", "approve"), ("flag", "hwp_b", "changed", "approve")},
    ),
    (
        "switch gone",
        {"flags": {"hwp_a": None}},
        {("flag", "hwp_a", "removed", "file")},
    ),
    ("switch of a comfort function", {"flags": {"wall": {"value": "off"}}}, {("flag", "wall", "changed", "file")}),
    (
        "switch of a safety function said to be on",
        {"flags": {"acc": {"value": "off"}}},
        {("flag", "acc", "changed", "verify")},
    ),
    ("switch that nobody cites", {"flags": {"x": {"value": "1"}}}, {("flag", "x", "added", "unknown")}),
    ("switch that cites nobody known", {"flags": {"x": {"value": "1", "functions": "?"}}}, {("flag", "x", "added", "unknown")}),
    ("switch that shapes comfort", {"flags": {"x": {"value": "1", "functions": "WALL"}}}, {("flag", "x", "added", "file")}),
    ("switch blank", {"flags": {"wall": {"value": ""}}}, {("flag", "wall", "changed", "unknown")}),
    ("switch moved", {"flags": {"wall": {"ecu": "BMS"}}}, {("flag", "wall", "changed", "file")}),
    (
        "renamed comfort switch, uncited",
        {"flags": {"wall": None, "w2": {"value": "on", "ecu": "IVI"}}},
        {("flag", "wall", "removed", "file"), ("flag", "w2", "added", "file")},
    ),
    ("speed up", {"odc": {"HWP/speed": {"maximum": 61}}}, {("odc", "HWP/speed", "widened", "approve")}),
    ("speed down", {"odc": {"HWP/speed": {"maximum": 59}}}, {("odc", "HWP/speed", "narrowed", "file")}),
    ("least speed up", {"odc": {"HWP/speed": {"minimum": 1}}}, {("odc", "HWP/speed", "narrowed", "file")}),
    ("least speed down", {"odc": {"HWP/speed": {"minimum": -1}}}, {("odc", "HWP/speed", "widened", "approve")}),
    ("upper end dropped", {"odc": {"HWP/speed": {"maximum": ""}}}, {("odc", "HWP/speed", "widened", "approve")}),
    ("lower end dropped", {"odc": {"HWP/speed": {"minimum": ""}}}, {("odc", "HWP/speed", "widened", "approve")}),
    ("wider and narrower", {"odc": {"HWP/speed": {"minimum": 10, "maximum": 80}}}, {("odc", "HWP/speed", "widened", "approve")}),
    ("unit of speed", {"odc": {"HWP/speed": {"unit": "mph"}}}, {("odc", "HWP/speed", "unknown", "unknown")}),
    ("nothing left", {"odc": {"HWP/speed": {"minimum": "", "maximum": ""}}}, {("odc", "HWP/speed", "unknown", "unknown")}),
    ("road added", {"odc": {"HWP/road": {"values": "高速; 快速路; 城市"}}}, {("odc", "HWP/road", "widened", "approve")}),
    ("road removed", {"odc": {"HWP/road": {"values": "高速"}}}, {("odc", "HWP/road", "narrowed", "file")}),
    ("road swapped", {"odc": {"HWP/road": {"values": "高速; 城市"}}}, {("odc", "HWP/road", "widened", "approve")}),
    ("element removed", {"odc": {"HWP/road": None}}, {("odc", "HWP/road", "widened", "approve")}),
    ("element added", {"odc": {"HWP/rain": {"maximum": 5, "unit": "mm/h"}}}, {("odc", "HWP/rain", "narrowed", "file")}),
    ("condition of nobody", {"odc": {"XXX/rain": {"maximum": 5, "unit": "mm/h"}}}, {("odc", "XXX/rain", "unknown", "unknown")}),
    ("condition of an assistance", {"odc": {"ACC/speed": {"maximum": 5}}}, {("odc", "ACC/speed", "narrowed", "verify")}),
]


@pytest.mark.parametrize(("after", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_differs_and_where_it_leads(after: dict[str, Any], expected: set[Row]) -> None:
    assert seen(differ(**after)) == expected


MIRROR = {"added": "removed", "removed": "added", "widened": "narrowed", "narrowed": "widened"}


@pytest.mark.parametrize("after", [c[1] for c in CASES], ids=[c[0] for c in CASES])
def test_turned_round_the_same_things_differ(after: dict[str, Any]) -> None:
    there = differ(**after)
    back = compare(configuration("B1", **after), configuration("B0"))
    # a dependency is judged on the later side alone, and a function by whether it comes on
    plain = {"unit", "parameter", "flag", "swin", "odc", "set"}
    assert {(c.matter, c.id) for c in back if c.matter in plain} == {(c.matter, c.id) for c in there if c.matter in plain}
    assert {(c.matter, c.id, MIRROR.get(c.change, c.change)) for c in there if c.matter == "unit"} == {
        (c.matter, c.id, c.change) for c in back if c.matter == "unit"
    }


def test_a_renamed_function_is_never_less_than_it_was() -> None:
    plain = APPROVED["functions"]["HWP"]
    found = differ(functions={"HWP": None, "领航辅助": plain | {"level": 2, "name": "领航辅助"}}, odc={"HWP/speed": None, "HWP/road": None})
    added = next(c for c in found if c.matter == "function" and c.change == "added")
    assert (added.procedure, added.rule) == ("approve", "G2")
    assert "renamed" in added.why.en


def test_a_renamed_switch_is_taken_for_both() -> None:
    on = {"flags": {"hwp_a": {"value": "1"}, "hwp_b": {"value": "1"}}, "functions": {"HWP": {"enabled": "是"}}}
    before = configuration("B0", **on)
    after = configuration("B1", functions=on["functions"], flags=on["flags"] | {"hwp_b": None, "x": {"value": "1", "ecu": "ADC"}})
    found = compare(before, after)
    assert ("flag", "x", "added", "approve") in seen(found)


def test_a_level_that_is_blank_holds_its_ecu() -> None:
    blank = {"functions": {"ACC": {"level": "", "ecus": ""}}, "units": {"IVI": {"digest": digest(9), "automated_driving": ""}}}
    assert ("unit", "IVI", "changed", "unknown") in seen(differ(before={"functions": blank["functions"]}, **blank))


def test_an_ecu_of_which_nobody_says_whether_it_drives() -> None:
    silent = {"units": {"IVI": {"digest": digest(9), "automated_driving": ""}}}
    before = {"units": {"IVI": {"automated_driving": ""}}}
    assert seen(differ(before=before, **silent)) == {("unit", "IVI", "changed", "file")}  # every function lists its ECUs, none is this one
    before["functions"] = {"HWP": {"ecus": ""}}
    assert ("unit", "IVI", "changed", "unknown") in seen(differ(before=before, functions=before["functions"], **silent))


def test_a_function_that_drives_makes_its_ecu_drive() -> None:
    listing = {"functions": {"HWP": {"ecus": "ADC; IVI"}}}
    found = differ(before=listing, **listing, units={"IVI": {"digest": digest(9)}})
    assert seen(found) == {("unit", "IVI", "changed", "approve")}


def test_a_safety_function_that_is_switched_off() -> None:
    found = differ(functions={"ACC": {"enabled": "否"}}, flags={"acc": {"value": "off"}})
    assert ("function", "ACC", "narrowed", "verify") in seen(found)


def test_a_driving_function_that_is_switched_off_is_only_filed() -> None:
    on = {"functions": {"HWP": {"enabled": "是", "safety_relevant": "否"}}}
    found = differ(before=on, functions={"HWP": {"enabled": "否", "safety_relevant": "否"}})
    assert seen(found) == {("function", "HWP", "narrowed", "file")}


def test_a_switch_with_an_unclear_value_holds() -> None:
    found = differ(flags={"hwp_a": {"value": "1"}, "hwp_b": {"value": "1"}} | {"hwp_b": None})
    assert ("flag", "hwp_a", "changed", "unknown") in seen(found)
    assert ("function", "HWP", "re_enabled", "unknown") in seen(found)


def test_a_flag_without_a_wanted_value_must_mean_on() -> None:
    before = {"functions": {"HWP": {"flags": "hwp_a"}}}
    for value, expected in (("0.0", "file"), ("on", "approve"), ("maybe", "unknown")):
        found = differ(before=before, **before, flags={"hwp_a": {"value": value}})
        if value != "0.0":
            assert ("flag", "hwp_a", "changed", expected) in seen(found)
            assert ("function", "HWP", "re_enabled", expected) in seen(found)
        else:
            assert found == []


@pytest.mark.parametrize("name", SETS)
def test_a_set_that_is_not_listed_whole_is_unknown(name: str) -> None:
    rest = "; ".join(s for s in SETS if s != name)
    for complete in (("all", rest), (rest, "all"), (rest, rest)):
        found = compare(configuration("B0", complete[0]), configuration("B1", complete[1]))
        assert found and {(c.matter, c.procedure) for c in found} == {("set", "unknown")}


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("units", {"NEW": {"version": "1", "automated_driving": "否"}}),
        ("parameters", {"NEW": {"value": "1", "family": "none", "announced": "否"}}),
        ("functions", {"NEW": {"level": 0, "safety_relevant": "否"}}),
        ("flags", {"NEW": {"value": "1", "functions": "WALL"}}),
        ("odc", {"WALL/NEW": {"maximum": 1}}),
    ],
)
def test_what_stands_on_one_side_only_of_a_set_not_whole_is_unknown(kind: str, row: dict[str, Any]) -> None:
    rest = "; ".join(s for s in SETS if s != kind)
    found = compare(configuration("B0", rest), configuration("B1", **{kind: row}))
    assert any(c.id.endswith("NEW") and c.change == "unknown" and c.procedure == "unknown" for c in found)
    found = compare(configuration("B0", **{kind: row}), configuration("B1", rest))
    assert any(c.id.endswith("NEW") and c.change == "unknown" and c.procedure == "unknown" for c in found)


@pytest.mark.parametrize(
    ("written", "sets"),
    [
        ("", set()),
        (None, set()),
        ("全部", set(SETS)),
        ("软件清单、参数", {"units", "parameters"}),
        ("ODC|功能", {"odc", "functions"}),
        ("?", set()),
    ],
)
def test_words_for_whole_sets(written: str | None, sets: set[str]) -> None:
    assert whole_sets(written) == sets


def test_rows_that_contradict_or_cannot_be_read_are_told() -> None:
    from zhunru.range.configurations import baseline, ledgers
    from zhunru.tables.difference.configuration import configuration_of

    row = baseline("B0")
    sheets = ledgers(row)
    twice = sheets._replace(parameters=(*sheets.parameters, sheets.parameters[0].model_copy(update={"value": "999"})))
    again = sheets._replace(
        parameters=(*sheets.parameters, sheets.parameters[0].model_copy(update={"origin": Origin("other.xlsx", row=3)}))
    )
    spoilt = sheets._replace(units=(sheets.units[0].model_copy(update={"origin": Origin(problems=("版本号: ?",))}), *sheets.units[1:]))
    assert [c.procedure for c in configuration_of(row, twice).doubtful] == ["unknown"]
    assert configuration_of(row, again).doubtful == ()
    assert [c.procedure for c in configuration_of(row, spoilt).doubtful] == ["unknown"]


def test_a_baseline_without_software_is_no_baseline() -> None:
    nothing = configuration("B1")._replace(units={})
    assert any(c.matter == "set" and c.procedure == "unknown" for c in compare(configuration("B0"), nothing))


# Whatever is blanked out or renamed, the procedure does not become lighter ------------------------------------------------------------------

CHANGING = [c[1] for c in CASES if c[2] and any(row for rows in c[1].values() for row in rows.values())]
BLANKABLE = {
    "units": ("version", "digest", "automated_driving"),
    "parameters": ("value", "family", "announced"),
    "functions": ("level", "safety_relevant", "enabled", "ecus"),
    "flags": ("value",),
    "odc": ("minimum", "maximum", "values"),
}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CHANGING), st.data())
def test_a_blank_never_lowers_the_procedure(after: dict[str, Any], data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([k for k in after if any(after[k].values())]))
    key = data.draw(st.sampled_from([k for k, v in after[kind].items() if v]))
    field = data.draw(st.sampled_from(BLANKABLE[kind]))
    blanked = after | {kind: after[kind] | {key: after[kind][key] | {field: ""}}}
    plain, poorer = differ(**after), differ(**blanked)
    assert RANK[weightiest(poorer)] >= RANK[weightiest(plain)]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(APPROVED["functions"])), st.text("甲乙丙丁ab", min_size=3), st.integers(0, 5))
def test_a_new_name_never_lowers_the_procedure(name: str, new: str, level: int) -> None:
    """A changed function under a new name, at whatever level, needs at least what it needs under its old one."""
    row = APPROVED["functions"][name]
    kept = {"enabled": "是", "level": level}
    odc = {k: None for k in APPROVED["odc"] if k.startswith(f"{name}/")}
    under_old = [c for c in differ(functions={name: kept}) if c.matter == "function"]
    under_new = [c for c in differ(functions={name: None, new: row | kept}, odc=odc) if c.matter == "function"]
    assert RANK[weightiest(under_new)] >= RANK[weightiest(under_old)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"parameters": dict.fromkeys(APPROVED["parameters"])}, {("set", "B0: parameters"), ("set", "B1: parameters")}),
        ({"odc": dict.fromkeys(APPROVED["odc"])}, {("odc", "HWP")}),
        ({"odc": {"HWP/road": None}}, set()),
        ({"flags": {"wall": None}}, {("flag", "wall")}),
        ({"flags": {"wall": None}, "functions": {"WALL": {"flags": ""}}}, set()),
        ({"odc": {"HWP/road": {"values": ""}}}, {("odc", "HWP/road")}),
        ({"odc": {"HWP/road": {"values": "", "minimum": 0}}}, set()),
    ],
)
def test_what_neither_side_lists_is_not_known(changed: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    """Equal omissions show no difference; that they are equal does not make them known."""
    found = differ(changed, **changed)
    assert {(c.matter, c.id) for c in found} == expected
    assert {c.procedure for c in found} <= {"unknown"}


def test_a_sheet_without_a_row_is_told_once_where_it_is_not_said_to_be_whole() -> None:
    gone = {
        "functions": dict.fromkeys(APPROVED["functions"]),
        "flags": dict.fromkeys(APPROVED["flags"]),
        "odc": dict.fromkeys(APPROVED["odc"]),
    }
    part = configuration("B1", "units; parameters", **gone)
    assert {c.id for c in compare(part, part)} == {"B1: functions", "B1: flags", "B1: odc"}
    assert "B1: functions" in {c.id for c in compare(configuration("B1", **gone), configuration("B1", **gone))}


@pytest.mark.parametrize(
    ("level", "procedure", "driving"),
    [(-1, "unknown", None), (0, "file", False), (3, "approve", True), (5, "approve", True), (6, "unknown", None)],
)
def test_levels_are_those_of_0_to_5(level: int, procedure: str, driving: bool | None) -> None:
    changed = {"level": level, "name": "新功能", "enabled": "是", "flags": "wall", "ecus": "IVI", "safety_relevant": "否"}
    found = [c for c in differ(functions={"NEW": changed}) if c.matter == "function"]
    assert [(c.change, c.procedure, c.automated_driving) for c in found] == [("added", procedure, driving)]
