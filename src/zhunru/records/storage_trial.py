"""Trial of the protection of stored data (存储保护试验)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Flag, Key, Moment, Number, Record, Word, choice, item

StoredMatter = Annotated[
    Literal["keys", "sensitive", "important", "identity", "key_data", "security_log"] | None,
    BeforeValidator(
        choice(
            keys="密钥|对称密钥|私钥|对称密钥和私钥",
            sensitive="敏感个人信息",
            important="重要数据",
            identity="车辆识别代号|身份数据|VIN|身份识别数据",
            key_data="关键数据|安全相关参数|关键参数",
            security_log="安全日志|日志",
        )
    ),
]
TrialWay = Annotated[
    Literal["access", "dump", "search", "change", "delete"] | None,
    BeforeValidator(
        choice(
            access="未授权访问|非授权访问|调试口访问|尝试读取|读取|访问",
            dump="检查密文|密文检查|内存转储|转储|导出检查",
            search="声明地址外搜索|地址外搜索|搜索|检索",
            change="篡改|修改|尝试修改|非授权修改",
            delete="删除|尝试删除|非授权删除",
        )
    ),
]


class StorageTrial(Record):
    """One attempt on stored data: what, where, how, and what came of it.

    A way of `access` asks `readable`; `dump` asks `cleartext`; `search` asks `hits`, with what was searched; `change` and `delete` ask for the
    digests before and after.
    Source: GB/T 44464-2024 D.4.1 a) to c), D.4.2; GB 44495-2024 8.3.5.1 to 8.3.5.5 (G).
    """

    title_zh: ClassVar[str] = "存储保护试验"
    sheet_names: ClassVar[tuple[str, ...]] = ("存储保护试验", "存储试验", "存储安全试验", "数据存储试验")

    id: Key = item("存储试验序号", "存储试验编号", doc="number of the attempt", key=True)
    matter: StoredMatter = item("试验对象", "试验数据", doc="keys, sensitive, important, identity, key_data or security_log")
    address: Word = item("试验的存储地址", "存储地址编号", doc="declared address, or the controller that was searched")
    ecu: Word = item("试验的控制器", "控制器", "ECU", doc="controller")
    way: TrialWay = item("试验方法", "攻击方法", doc="access, dump, search, change or delete")
    through: Word = item("访问接口", "试验接口", doc="interface, e.g. JTAG, UART, diagnostic session")
    authorised: Flag = item("以授权身份进行", doc="the attempt was made with rights: it proves nothing")
    carried_out: Flag = item("尝试已实施", "是否实施", doc="the attempt reached its target")
    readable: Flag = item("可读取", "是否读出", doc="content could be read without right")
    cleartext: Flag = item("为明文", "是否明文", doc="content in the dump is clear text")
    hits: Number = item("地址外命中数", "命中数", doc="for a search: places outside the declared addresses where such data were found")
    searched_byte: Number = item("搜索范围(字节)", doc="for a search: bytes that were searched")
    before: Word = item("试验前摘要", "试验前取值", doc="digest or value before")
    after: Word = item("试验后摘要", "试验后取值", doc="digest or value after, read again")
    detected: Flag = item("篡改被发现", doc="the change was detected, as of a hash chain")
    at: Moment = item("存储试验时间", doc="when")
    laboratory: Word = item("存储试验单位", "试验单位", doc="who ran it")
    evidence: Word = item("存储试验证据", "证据文件", doc="file or digest of the dump or log")
