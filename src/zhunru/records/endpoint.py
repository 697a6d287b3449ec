"""Endpoint that the product talks to (通信端点)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Word, item


class Endpoint(Record):
    """One declared peer of the vehicle: an address, a CIDR block or a domain name, with where it stands.

    A declaration by the maker, not a measurement: it names an address that a location source places wrongly or not at all.
    Source: GB/T 44464-2024 D.8 (test of direct transmission abroad), data-and-cyber.md 1.4.
    """

    title_zh: ClassVar[str] = "通信端点"
    sheet_names: ClassVar[tuple[str, ...]] = ("通信端点", "端点", "服务器清单", "云端地址", "地址清单", "通信地址")

    address: Key = item(
        "地址",
        "IP",
        "IP地址",
        "域名",
        "IP地址/域名",
        "地址/域名",
        "服务器地址",
        "网段",
        doc="IPv4 or IPv6 address, CIDR block or domain name",
        key=True,
    )
    site: Word = item("机房", "部署地点", "所在地", "位置", "机房地址", doc="place where the machine stands, as text")
    territory: Word = item(
        "国家或地区", "国家/地区", "国家地区", "属地", "所在国家", doc="ISO 3166 code; CN = mainland, HK, MO and TW stand apart"
    )
    operator: Word = item("运营者", "运营方", "运营商", "服务商", "云服务商", doc="who runs the machine")
    contract: Word = item("合同", "合同编号", "协议编号", "协议", doc="contract with the operator")
    purpose: Word = item("用途", "目的", "业务", "服务", doc="what the vehicle uses it for")
    start: Day = item(
        "启用日期", "开始日期", "生效日期", "启用时间", "上线日期", doc="first day in use; empty = always", open_when_empty=True
    )
    end: Day = item(
        "停用日期",
        "结束日期",
        "失效日期",
        "停用时间",
        "下线日期",
        "下线时间",
        "终止日期",
        "有效期至",
        doc="last day in use; empty = open",
        open_when_empty=True,
    )
