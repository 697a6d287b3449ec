"""Run of a test case of GB 44496 clause 6 or of the forgery matrix (升级试验)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Moment, Number, Record, Word, item


class UpdateCase(Record):
    """One run: the case, what was violated or forged, whether the update was executed, what was observed.

    Source: GB 44496-2024 6.2 to 6.13; ota-and-recorders.md 1.4, 3.5.
    """

    title_zh: ClassVar[str] = "升级试验"
    sheet_names: ClassVar[tuple[str, ...]] = ("升级试验", "试验用例", "升级试验记录")

    case: Key = item("试验条款", "用例条款", "试验用例", doc="case, e.g. 6.7", key=True)
    run: Key = item("试验序号", "运行编号", "试验编号", doc="number of the run", key=True)
    campaign: Word = item("活动编号", "升级编号", doc="update activity used as stimulus")
    vin: Word = item("试验车辆VIN", "VIN", "车辆识别代号", "样车编号", doc="car under test")
    stimulus: Word = item(
        "激励",
        "违反条件",
        "试验激励",
        doc="id of the violated condition, kind of forgery, option chosen, injected failure, stage of power loss; empty = none",
    )
    over_the_air: Flag = item("在线方式", "是否在线", doc="over the air (yes) or offline (no)")
    executed: Flag = item("是否执行", "已执行", doc="the update was executed")
    rejected_at: Word = item("拒绝阶段", doc="stage at which it was refused: download, verify, before activation, after activation")
    old_version_runs: Flag = item("原版本仍运行", "原版本可用", doc="afterwards the earlier version runs")
    start: Moment = item("试验开始时间", "开始时间", doc="start of the run")
    end: Moment = item("试验结束时间", "结束时间", doc="end of the run")
    observed: Word = item("观察结果", "试验现象", doc="what was seen")
    soc_pct: Number = item("电量(%)", doc="state of charge, per cent")
    evidence: Word = item("证据文件", "数据文件", doc="file or digest of the capture or log")
    laboratory: Word = item("试验单位", "检验机构", doc="who ran it")
    person: Word = item("试验人员", "测试人员", doc="who ran it")
