"""The data security of the sample maker: article (一) whole, from ledgers, stored copies and tests, with the faults planted in it.

Everything but the faults conforms, so that each fault stands out; leave one out (`without`) and its check is content.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping

from zhunru.range import data_abroad, data_incidents, data_management, data_persons, data_pictures, data_storage
from zhunru.range.data_text import Row, Sheets, book, change, comma, yaml
from zhunru.range.workbook import Cell

_BOOKS = {
    "数据安全管理.xlsx": ("数据安全管理制度", "全生命周期程序", "处理活动", "传感器配置", "目录备案条目", "数据规模记录", "对外提供记录"),
    "个人信息保护.xlsx": ("数据处理功能", "告知文本", "同意记录", "撤回同意途径", "点火收集状态", "个人请求与投诉", "删除与销毁记录", "删除后检索试验",
                   "生物特征认证功能", "人脸信息备案", "个人信息保护影响评估"),
    "存储与访问.xlsx": ("转储记录", "存储地址", "存储保护试验", "日志留存", "备份恢复测试", "数据保护措施", "访问权限", "访问控制日志"),
    "匿名化试验.xlsx": ("匿名化试验", "试验传感器", "标注文件", "车外画面提供", "效果评审抽样", "匿名化效果人工评审"),
    "数据出境.xlsx": ("数据出境活动", "数据出境批准", "数据出境批次"),
    "事件与风险.xlsx": ("数据安全事件", "事件处置步骤", "数据安全风险评估", "数据安全风险项", "重新评估触发事件"),
}  # fmt: skip
_COMMA = {"数据处理日志.csv": "数据处理日志", "平台访问日志.csv": "平台访问日志", "试验图像.csv": "试验图像", "数据字段.csv": "数据字段"}
_YAML = {"报告报送.yaml": ("报告报送", "报告补充说明")}
_GROUPS = {
    **dict.fromkeys(("处理个人信息", "处理敏感个人信息", "处理重要数据"), "数据性质"),
    **dict.fromkeys(("是否向车外提供", "向车外提供的必要性"), "向车外提供"),
    **dict.fromkeys(("事件发生时间", "事件发现时间", "级别自判时间"), "时间"),
    **dict.fromkeys(("同意时间", "同意有效期至", "同意期限"), "期限"),
}
"""Headings that stand under another one."""


def _withdrawn(told: Sheets) -> int:
    # Planted fault: u-c7d4 withdrew the consent to the voice control on 10 September; a day later it still collected. Found by
    # data.collected_only_with_consent.
    told["数据处理日志"].append({
        "处理的功能编号": "GN-02", "处理时间": "2026-09-11 08:02:00", "处理环节": "收集", "所涉主体标识": "u-c7d4", "处理的数据项": "座舱语音",
        "收集来源": "麦克风", "处理数量": "2 秒", "处理频度": "每次指令", "数据流向": "S-02",
    })  # fmt: skip
    return 1


def _forever(told: Sheets) -> int:
    # Planted fault: the notice offers a period without end. Found by data.consent_period_is_finite.
    return _set(told, "告知文本", {}, {"可选期限": "单次；7天；1年；永久"})


def _unasked(told: Sheets) -> int:
    # Planted fault: ignition cycle 5 began with the monitoring of fatigue on, though nobody had chosen. Found by
    # data.collects_nothing_by_default.
    return _set(told, "点火收集状态", {"点火循环": 5, "收集的功能编号": "GN-03"}, {"收集状态": "开"})


def _eleventh(told: Sheets) -> int:
    # Planted fault: asked for on 24 September, deleted on 16 October: the eleventh working day across the National Day. Found by
    # data.deleted_within_ten_working_days.
    late = {"请求完成日期": "2026-10-16", "车外数据删除日期": "2026-10-16"}
    return _set(told, "个人请求与投诉", {"请求编号": "QQ-2026-02"}, late)


def _face(told: Sheets) -> int:
    # Planted fault: with the face off nobody could log in. Found by data.face_is_not_the_only_way, data.biometrics_are_not_the_only_way.
    return _set(told, "生物特征认证功能", {"生物特征功能编号": "GN-05"}, {"关闭后可认证": "否"})


def _counter(told: Sheets) -> int:
    # Planted fault: one person more, and the counter of the year stands at exactly 100,000: the exemption is over. Found by
    # data.export_route_is_the_right_one.
    return _set(told, "数据出境批次", {"批次编号": "P-01"}, {"人数": 100_000})


def _remote(told: Sheets) -> int:
    # Planted fault: somebody in Singapore read personal information under no declared activity. Found by
    # data.remote_access_counts_as_export.
    told["平台访问日志"].append(data_abroad.stranger())
    return 1


def _level(told: Sheets) -> int:
    # Planted fault: positions of exactly 100,000 persons, self-judged as IV; by the plan of MIIT it is III. Found by
    # data.incidents_are_classified.
    return _set(told, "数据安全事件", {"事件编号": data_incidents.LEAK}, {"事件自判级别": "一般"})


def _late(told: Sheets) -> int:
    # Planted fault: the regulator was told six hours after the level was judged, instead of at once. Found by
    # data.incidents_are_reported_at_once.
    return _set(told, "事件处置步骤", {"所属事件编号": data_incidents.LEAK, "步骤序号": 1}, {"步骤时间": "2026-09-02 16:40:00"})


def _assessment(told: Sheets) -> int:
    # Planted fault: the last risk assessment was issued on 10 November 2025: older than a year. Found by data.risk_assessed_yearly.
    old = {"评估开始日期": "2025-10-13", "评估完成日期": "2025-11-07", "评估出具日期": "2025-11-10", "评估报送日期": "2025-11-18",
           "评估有效期至": "2026-11-09"}  # fmt: skip
    return _set(told, "数据安全风险评估", {}, old)


def _report(told: Sheets) -> int:
    # Planted fault: the report on 2025 was handed in on 16 December, a day after the last one. Found by data.annual_report_is_submitted.
    return _set(told, "报告报送", {}, {"报告报送日期": "2025-12-16"})


def _log(told: Sheets) -> int:
    # Planted fault: the log of staff is kept for five months, and holds no more. Found by data.logs_are_kept_six_months.
    return _set(told, "日志留存", {"日志编号": "RZ-03"}, {"设定保存期限(月)": 5, "最早事件时间": "2026-06-20 00:00:00"})


SHEET_FAULTS: Mapping[str, Callable[[Sheets], int]] = {
    "withdrawn": _withdrawn, "forever": _forever, "unasked": _unasked, "eleventh": _eleventh, "face": _face, "counter": _counter,
    "remote": _remote, "level": _level, "late": _late, "assessment": _assessment, "report": _report, "log": _log,
}  # fmt: skip
"""Faults of ledgers."""
FILE_FAULTS = ("column", "mark", "positions", "stranger end", "plates", "mask")
"""Faults of files: a column nobody declared, a mark of the asset ledger, two conversations of a capture, two of the anonymisation."""


def _set(told: Sheets, sheet: str, where: Row, changed: Mapping[str, Cell]) -> int:
    return change(told, sheet, lambda row: all(row[h] == v for h, v in where.items()), changed)


def evidence(seed: int, without: Collection[str] = ()) -> dict[str, bytes]:
    """Return the evidence beside the captures: path -> content.

    Args:
        seed: Decides names, places and boxes.
        without: Faults that are left out.
    """
    # Planted fault: the copy of the owners' database has a column 紧急联系人电话 that no entry declares. Found by
    # data.stored_items_are_in_the_ledger.
    owners = data_storage.owners(seed, emergency="column" not in without)
    # Planted faults: 51 of 500 plates were missed, 0.898, just below 0.90 (data.faces_and_plates_are_anonymised); one mask stands in the
    # annotation while the pixels are as before (data.masks_change_the_pixels).
    pictures = data_pictures.evidence(seed, low="plates" not in without, claimed="mask" not in without)
    return {data_storage.OWNERS: owners, data_storage.CABIN: data_storage.cabin_log(), **pictures}


def ledgers(seed: int, files: Mapping[str, bytes], maker: str, car: str, without: Collection[str] = ()) -> dict[str, bytes]:
    """Return the ledgers: name in `records/` -> content.

    Args:
        seed: That of `evidence`.
        files: What `evidence` gave.
        maker: Maker of the car.
        car: The car.
        without: Faults that are left out.
    """
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    told = data_management.sheets() | data_persons.sheets() | data_storage.sheets(digests) | data_pictures.sheets(seed)
    told |= data_abroad.sheets() | data_incidents.sheets()
    for name, spoil in SHEET_FAULTS.items():
        if name not in without and not spoil(told):
            raise LookupError(name)  # a fault that changes nothing is none
    books = {name: book({s: told[s] for s in sheets}, f"{maker} {car}", _GROUPS) for name, sheets in _BOOKS.items()}
    return books | {n: comma(told[s]) for n, s in _COMMA.items()} | {n: yaml({s: told[s] for s in many}) for n, many in _YAML.items()}
