"""Backup and the test of its recovery (备份恢复测试)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Record, Refs, Word, choice, item

TestOutcome = Annotated[
    Literal["passed", "failed"] | None,
    BeforeValidator(choice(passed="成功|通过|合格|恢复成功", failed="失败|不通过|不合格|恢复失败")),
]


class BackupTest(Record):
    """One backup set of data and one test of its recovery.

    Source: MIIT data measures 166号 articles 15, 17.
    """

    title_zh: ClassVar[str] = "备份恢复测试"
    sheet_names: ClassVar[tuple[str, ...]] = ("备份恢复测试", "备份恢复", "恢复测试", "备份台账")

    id: Key = item("备份编号", "恢复测试编号", doc="number of backup and test", key=True)
    assets: Refs = item("备份的资产编号", doc="assets that it holds", default=())
    system: Word = item("备份系统", doc="system that is backed up")
    backed_up_on: Day = item("最近备份日期", "备份日期", doc="day of the latest backup")
    restored_on: Day = item("恢复测试日期", doc="day of the recovery test")
    outcome: TestOutcome = item("恢复测试结果", "恢复结果", doc="passed or failed")
    person: Word = item("恢复测试人", doc="who tested")
