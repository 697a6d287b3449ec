"""What a capture file cannot say of itself (抓包记录)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Moment, Number, Record, Word, choice, item

VehicleState = Annotated[
    Literal["off", "powered", "working"] | None,
    BeforeValidator(
        choice(
            off="未上电|未通电|熄火|断电|下电|车辆未上电|车辆未通电|not powered",
            powered="仅上电|上电|通电|仅通电|车辆上电|powered only|on",
            working="功能开启|工作|运行|正常工作|全部功能开启|功能正常开启|数据传输功能开启|all functions on",
        )
    ),
]
"""State of the vehicle during a capture; the three states of GB/T 44464-2024 D.8."""


class CaptureNote(Record):
    """One capture file: on which channel, in which state of the vehicle, when, with what and by whom it was taken.

    Source: GB/T 44464-2024 D.8 (all channels, three states, >= 3600 s), data-and-cyber.md 1.4.
    """

    title_zh: ClassVar[str] = "抓包记录"
    sheet_names: ClassVar[tuple[str, ...]] = ("抓包记录", "抓包", "采集记录", "抓包清单", "试验记录")

    file: Key = item(
        "抓包文件",
        "文件",
        "文件名",
        "数据文件",
        "文件名称",
        "pcap",
        "抓包文件名",
        "数据文件名",
        "文件路径",
        "路径",
        doc="name of the capture in the dossier, or its SHA-256 in hexadecimal",
        key=True,
    )
    digest: Word = item(
        "摘要",
        "SHA-256",
        "SHA256",
        "哈希",
        "文件摘要",
        "SHA256值",
        "SHA-256值",
        "文件哈希",
        "文件SHA256",
        "文件SHA-256",
        "校验值",
        doc="SHA-256 of the file in hexadecimal; binds the note to one content",
    )
    channel: Word = item("通道", "通信通道", "信道", "接口", doc="id of the external channel, as the subject declares it")
    state: VehicleState = item("车辆状态", "状态", "工况", "整车状态", doc="off, powered or working (GB/T 44464-2024 D.8)")
    start: Moment = item("开始时间", "起始时间", "开始", "采集开始时间", doc="start of the capture")
    end: Moment = item("结束时间", "终止时间", "结束", "采集结束时间", doc="end of the capture")
    instrument: Word = item("仪器", "设备", "采集设备", "抓包工具", "测试设备", doc="instrument or tool with its version or serial number")
    operator: Word = item("操作人", "试验人", "测试人员", "采集人", "人员", doc="person who took the capture")
    clock_offset_s: Number = item(
        "时钟偏差(秒)", "时钟偏差(s)", "时钟偏差", "时间偏差(s)", "时钟偏移(s)", doc="clock of the instrument minus UTC, seconds"
    )
    dropped_packet_count: Number = item("丢包数", "丢包", "丢失包数", "丢包数量", doc="packets that the instrument says it lost")
    original: Word = item(
        "原始抓包",
        "原始抓包摘要",
        "原始文件摘要",
        doc="SHA-256 of the capture that this one was made from, where tunnels were opened (zhunru untunnel)",
    )
