"""Notice of processing and the choice that it offers (告知文本)."""

from typing import ClassVar

from zhunru.core.record import Day, Flag, Key, Record, Refs, Word, item


class PrivacyNotice(Record):
    """One version of one notice: where each of the contents stands, how it is shown, which options and periods it offers.

    Each content cell names the section or picture in which it was found; blank = not found.
    Source: GB/T 44464-2024 5.2.1, 5.2.2; 若干规定 article 7 (G); data-and-cyber.md 2.1, 2.2.2.
    """

    title_zh: ClassVar[str] = "告知文本"
    sheet_names: ClassVar[tuple[str, ...]] = ("告知文本", "隐私政策", "隐私政策核对", "告知内容", "个人信息告知")

    version: Key = item("告知版本", "隐私政策版本", "告知文本版本", doc="number and version of the text", key=True)
    functions: Refs = item("告知的功能编号", "适用功能", doc="functions that it tells of", default=())
    since: Day = item("告知启用日期", "发布日期", doc="first day in use")
    until: Day = item("告知停用日期", doc="last day in use; empty = in use", open_when_empty=True)
    kinds: Word = item("种类及必要性", "个人信息种类及必要性", doc="where kinds and their necessity are told")
    purposes: Word = item("目的用途方式", "处理目的、用途、方式", doc="where purpose, use and method are told")
    situations: Word = item("收集情形及停止方式", "收集情境", doc="where situations of collection and the way to stop it are told")
    keeping: Word = item("保存地点和期限", "存储地点及期限", doc="where place and period of storage, or the rule for it, are told")
    rights: Word = item("查阅复制删除途径", "查阅、复制、删除方式", doc="where access, copy, deletion in and outside the vehicle are told")
    contact_name: Word = item("权益事务联系人", "用户权益联系人", doc="name of the contact for rights of users")
    contact_reach: Word = item("权益事务联系方式", "联系人电话或邮箱", doc="telephone or mail of that contact")
    effects: Word = item("敏感信息的必要性和影响", "对个人权益的影响", doc="where necessity and effect of sensitive processing are told")
    shown_by: Refs = item("告知方式", "展示方式", doc="manual, display, voice, app ...", default=())
    sensitive: Flag = item("涉及敏感个人信息", "告知敏感个人信息", doc="it tells of sensitive personal information")
    agree_option: Flag = item("提供同意选项", "同意选项", doc="offers to agree")
    refuse_option: Flag = item("提供拒绝选项", "拒绝选项", doc="offers to refuse")
    own_period: Flag = item("可单独设置期限", "期限可自主设定", doc="the user sets the period of each sensitive function by itself")
    periods: Refs = item("可选期限", "可选的同意期限", doc="periods that are offered, e.g. 单次;7天;1年", default=())
