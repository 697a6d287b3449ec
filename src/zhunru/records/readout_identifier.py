"""Diagnostic identifier that holds software identification (读取标识)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Number, Record, Word, choice, item

ReadoutMeaning = Annotated[
    Literal["swin", "version", "hardware", "vin", "serial", "fingerprint"] | None,
    BeforeValidator(
        choice(
            swin="软件识别码|SWIN",
            version="软件版本|软件版本号",
            hardware="硬件版本|硬件号",
            vin="车辆识别代号|VIN",
            serial="序列号",
            fingerprint="刷写指纹|指纹",
        )
    ),
]
ReadoutEncoding = Annotated[
    Literal["ascii", "hex", "bcd"] | None, BeforeValidator(choice(ascii="ASCII|字符", hex="十六进制|HEX", bcd="BCD"))
]
CanAddressing = Annotated[
    Literal["normal", "extended", "mixed"] | None,
    BeforeValidator(choice(normal="普通寻址|标准寻址|normal", extended="扩展寻址|extended", mixed="混合寻址|mixed")),
]
"""How ISO 15765-2 tells servers apart on one identifier; extended and mixed put an address into the first data byte."""


class ReadoutIdentifier(Record):
    """How one datum is read from one ECU: addresses, data identifier, encoding. A parameter of the programme: no standard identifier of the SWIN is known.

    Source: GB 44496-2024 5.1.2, 5.1.3; ISO 14229-1 service 0x22; ota-and-recorders.md 1.8.
    """

    title_zh: ClassVar[str] = "读取标识"
    sheet_names: ClassVar[tuple[str, ...]] = ("读取标识", "诊断标识", "DID清单", "诊断DID")

    ecu: Key = item("控制器", "ECU", "控制器名称", doc="ECU, as in the bill of software", key=True)
    did: Key = item("数据标识符", "DID", doc="data identifier, hexadecimal, e.g. F189", key=True)
    meaning: ReadoutMeaning = item("数据含义", "含义", doc="swin, version, hardware, vin, serial or fingerprint")
    encoding: ReadoutEncoding = item("编码方式", "编码", doc="ascii, hex or bcd; empty = ascii")
    request_id: Word = item("请求标识", "请求ID", "请求CAN ID", doc="CAN id of requests, hexadecimal")
    response_id: Word = item("响应标识", "响应ID", "响应CAN ID", doc="CAN id of answers, hexadecimal")
    address: Word = item("逻辑地址", "DoIP地址", doc="logical address on DoIP, hexadecimal")
    functional_id: Word = item(
        "功能寻址标识", "功能寻址ID", doc="CAN id of requests to all ECUs, hexadecimal, e.g. 7DF; empty = none is used"
    )
    bus: Word = item("总线", "通道", "网段", doc="bus as the log names it; empty = any", open_when_empty=True)
    addressing: CanAddressing = item("寻址方式", "CAN寻址方式", doc="normal, extended or mixed; empty = normal", open_when_empty=True)
    request_byte: Word = item("请求地址字节", doc="first data byte of requests with extended or mixed addressing, hexadecimal")
    response_byte: Word = item("响应地址字节", doc="first data byte of answers with extended or mixed addressing, hexadecimal")
    length_byte: Number = item("数据长度(字节)", "数据长度", doc="bytes of the value; needed where several are read with one request")
