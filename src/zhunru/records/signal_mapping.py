"""Mapping of a bus signal to a meaning (信号映射): data in the dossier, never code.

One row says: when `signal` of `message` fulfils `operator values`, `meaning` holds. Example ledger:

    | 含义         | 报文     | 信号          | 条件 | 取值    | 原理   |
    | 系统激活     | DA_State | DA_Active     | =    | 1       |        |
    | 双手脱离     | HOD_01   | HOD_State     | =    | 2       | 电容   |
    | 驾驶员力矩   | EPS_02   | DrvSteerTrq   | abs>= | 0.8    | 力矩   |
    | 脱手提醒     | IC_05    | HandsOffWarn  | in   | 1;2;3   |        |
    | 车速         | ESP_03   | VehicleSpeed  |      |         |        |
"""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Flag, Key, Number, Record, Refs, Word, choice, item

Meaning = Annotated[
    Literal[
        "system_active",
        "hands_on",
        "hands_off",
        "driver_torque",
        "eyes_on",
        "hands_off_warning",
        "hands_off_warning_upgraded",
        "eyes_off_warning",
        "eyes_off_warning_upgraded",
        "direct_control_alert",
        "risk_mitigation",
        "takeover_request",
        "driver_override",
        "speed",
        "update_active",
        "park_brake",
        "door_locked",
        "interior_unlock",
        "drive_ready",
        "gear",
        "state_of_charge",
        "voltage_12v",
        "power_mode",
        "drive_torque",
        "accelerator",
    ]
    | None,
    BeforeValidator(
        choice(
            system_active="系统激活|组合驾驶辅助激活|激活|active",
            hands_on="手握方向盘|双手在位|在手|hands on",
            hands_off="双手脱离|脱手|双手脱离方向盘|hands off",
            driver_torque="驾驶员力矩|手力矩|driver torque",
            eyes_on="视线在位|注视驾驶任务区域|视线|gaze|eyes on",
            hands_off_warning="脱手提醒|手握方向盘提示|脱手报警|HOR",
            hands_off_warning_upgraded="脱手升级提醒|手握方向盘提示升级|脱手二级报警|upgraded HOR",
            eyes_off_warning="视线提醒|视线回归提示|EOR",
            eyes_off_warning_upgraded="视线升级提醒|视线回归提示升级|upgraded EOR",
            direct_control_alert="立即控制警告|DCA",
            risk_mitigation="风险减缓|RMF",
            takeover_request="接管请求|介入请求|TOR",
            driver_override="驾驶员干预|驾驶员接管|override",
            speed="车速|速度|vehicle speed",
            update_active="升级执行中|升级激活|正在升级|update active",
            park_brake="驻车制动|驻车制动拉起|手刹|EPB|park brake",
            door_locked="车门锁止|车门上锁|door locked",
            interior_unlock="车内解锁|内开解锁|interior unlock",
            drive_ready="可行驶|高压就绪|允许驱动|READY|drive ready",
            gear="挡位|档位|gear",
            state_of_charge="动力电池电量|电量|荷电状态|SOC|state of charge",
            voltage_12v="低压蓄电池电压|12V电压|蓄电池电压|voltage 12v",
            power_mode="电源模式|点火状态|电源状态|ignition|power mode",
            drive_torque="驱动扭矩|驱动力矩|drive torque",
            accelerator="加速踏板|油门踏板|accelerator",
        )
    ),
]
"""What a signal says; closed list, words of GB 47955 and GB 44496. Quantities are speed, gear, state_of_charge, voltage_12v, power_mode,
drive_torque and accelerator; all others hold or do not."""

Operator = Annotated[
    Literal["==", "!=", ">", ">=", "<", "<=", "in", "not in", "abs>=", "abs<"] | None,
    BeforeValidator(
        choice(
            **{
                "==": "=|等于|为|equals",
                "!=": "<>|≠|不等于|不为",
                ">": "大于",
                ">=": "≥|不小于",
                "<": "小于",
                "<=": "≤|不大于",
                "in": "属于|为其中之一|one of",
                "not in": "不属于|none of",
                "abs>=": "绝对值不小于|abs≥",
                "abs<": "绝对值小于",
            }
        )
    ),
]

Sensing = Annotated[
    Literal["capacitive", "torque", "camera", "reference", "state", "other"] | None,
    BeforeValidator(
        choice(
            capacitive="电容|电容式|HOD",
            torque="力矩|扭矩|转矩",
            camera="摄像头|视觉|DMS",
            reference="参考|基准|真值|人工标注",
            state="状态|控制器状态",
            other="其他",
        )
    ),
]
"""Physical principle behind the signal. It decides what the signal can prove: a torque sensor shows hands that turn the
wheel, but not that no hand rests on it."""

Join = Annotated[Literal["any", "all"] | None, BeforeValidator(choice(any="或|任一|or", all="与|且|全部|and"))]


class SignalMapping(Record):
    """What one signal of one message says about driver, system or vehicle.

    Several rows of one meaning are joined: by default it holds when any row holds; when a row says `all`, every row
    must hold (e.g. speed control active *and* lane centring active). What is not in the log is unknown, not false.

    Source: the inputs of the detection duties in GB 47955 draft 4.8.3; the form is ours (P).
    """

    title_zh: ClassVar[str] = "信号映射"
    sheet_names: ClassVar[tuple[str, ...]] = ("信号映射", "信号对照", "CAN信号", "信号表")

    meaning: Meaning = item("含义", "用途", "语义", "信号含义", doc="what the signal says; closed list; a row without it is not used")
    message: Key = item(
        "报文", "报文名称", "消息", "帧", "message name", doc="message name of the database, or identifier (0x1D2)", key=True
    )
    signal: Key = item("信号", "信号名", "信号名称", "signal name", doc="signal name of the database", key=True)
    bus: Word = item("总线", "通道", "网段", "CAN通道", "总线名称", doc="bus as the log names it; empty = any", open_when_empty=True)
    operator: Operator = item("条件", "运算", "判断", "比较", doc="how the value is compared; empty = equals; unused for quantities")
    values: Refs = item("取值", "阈值", "值", "判断值", doc="numbers, or names of the database's value table; separated by ;", default=())
    invalid: Refs = item(
        "无效值",
        "失效值",
        "不可用值",
        "无效取值",
        "不可用取值",
        "信号无效值",
        doc="values that mean the signal is not available; separated by ;",
        default=(),
        open_when_empty=True,
    )
    sensing: Sensing = item("原理", "检测原理", "传感方式", doc="physical principle; without one a hand signal cannot prove hands off")
    join: Join = item(
        "组合",
        "逻辑",
        "组合方式",
        "组合逻辑",
        "组合关系",
        doc="any or all of the rows of this meaning; empty = any; of a quantity only the first row counts",
        open_when_empty=True,
    )
    scale: Number = item("换算系数", "系数", "倍率", doc="quantities only: factor to m/s, %, V or N.m; empty = from the database's unit")
    hold_s: Number = item("保持时间", "持续时间", "去抖时间", doc="seconds that a change must last to count; empty = 0")
    timeout_s: Number = item(
        "超时", "失效时间", "超时时间", doc="seconds without a frame after which it is unknown; empty = 3 usual periods, 0.2 s or more"
    )
    pad_short_frames: Flag = item(
        "补齐短帧", "短帧补零", doc="take bytes that the log lost as zero; only where the logger is known to drop trailing zeros"
    )
    note: Word = item("备注", "说明", "来源", doc="where this mapping was taken from")
