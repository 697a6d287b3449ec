"""Small generated workbooks, as people keep them."""

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import xlsxwriter


def book(write: Callable[[Any], None]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as made:
        made.set_properties({"created": datetime.fromisoformat("2026-01-01")})
        write(made)
    return target.getvalue()


def _plain(made: Any) -> None:
    sheet = made.add_worksheet("任命")
    for row, texts in enumerate([["姓名", "职责", "部门", "任职日期"], ["张三", "数据安全负责人", "信息安全部", "2024年3月1日"]]):
        sheet.write_row(row, 0, texts)


def _lived_in(made: Any) -> None:
    sheet = made.add_worksheet("数据资产台账")
    day = made.add_format({"num_format": "yyyy/m/d"})
    sheet.merge_range("A1:F1", "示例汽车数据资产管理台账")
    sheet.write_row("A2", ["编制部门：信息安全部", "", "", "日期：2026-01-05"])
    for area, text in (("A3:A4", "资产编号*"), ("B3:B4", "数据\n名称"), ("C3:D3", "分类分级"), ("E3:E4", "责任人"), ("F3:F4", "更新日期")):
        sheet.merge_range(area, text)
    sheet.write_row("C4", ["分类", "级别"])
    for row in range(4, 8):
        sheet.write_row(row, 0, [f"A-{row}", "车辆轨迹", "运维", "一般"])
        sheet.write_datetime(row, 5, date(2026, 1, row), day)
    sheet.merge_range("E5:E8", "张三")
    sheet.set_row(6, None, None, {"hidden": True})
    sheet.write_formula("B9", '=COUNTA(A5:A8)&" 项"', None, "4 项")
    sheet.write("A9", "A-9")
    sheet.write_row("A11", ["合计", 5])
    sheet.write("A12", "注：本表每季度更新一次")
    made.add_worksheet("填写说明").hide()


def specimens() -> dict[str, bytes]:
    return {"plain": book(_plain), "lived-in": book(_lived_in)}
