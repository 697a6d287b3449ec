"""Enterprise that files its updates (备案企业)."""

from typing import ClassVar

from zhunru.core.record import Key, Record, Word, item


class Enterprise(Record):
    """The maker as a filing names it, and who answers for updates in it.

    Source: ota-and-recorders.md 2.4 F1 (P, from C and S: the annex form of the notice was not seen).
    """

    title_zh: ClassVar[str] = "备案企业"
    sheet_names: ClassVar[tuple[str, ...]] = ("备案企业", "企业信息", "企业基本信息")

    name: Key = item("企业名称", "生产企业名称", doc="registered name", key=True)
    credit_code: Word = item("统一社会信用代码", "信用代码", doc="unified social credit code, GB 32100")
    access_number: Word = item("准入许可编号", "企业准入编号", "公告企业编号", doc="number of the enterprise's access")
    address: Word = item("注册地址", "企业地址", doc="registered address")
    organisation: Word = item("OTA管理机构", "升级管理机构", "归口管理部门", doc="department that runs updates")
    responsible: Word = item("OTA负责人", "升级负责人", doc="person who answers for updates")
    contact: Word = item("备案联系人", "企业联系人", doc="contact for the authority")
    phone: Word = item("联系电话", "联系人电话", doc="telephone of the contact")
    key_management: Word = item("密钥管理说明", doc="how signing keys are kept, in words; never a key")
