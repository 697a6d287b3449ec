"""Function that authenticates persons by biometric features (生物特征认证功能)."""

from typing import ClassVar

from zhunru.core.record import Day, Flag, Key, Record, Refs, Word, item


class BiometricFunction(Record):
    """One function that uses a face, finger, voice or the like: purpose, other ways offered, and the trial without biometrics.

    Source: GB/T 44464-2024 5.5.2, D.5; 若干规定 article 9 (G).
    """

    title_zh: ClassVar[str] = "生物特征认证功能"
    sheet_names: ClassVar[tuple[str, ...]] = ("生物特征认证功能", "生物特征功能", "生物识别功能", "生物特征试验")

    function: Key = item("生物特征功能编号", "功能编号", doc="function", key=True)
    feature: Word = item("生物特征种类", "生物特征", doc="face, fingerprint, voiceprint, heart rate ...")
    authenticates: Flag = item("用于身份认证", "是否用于身份认证", doc="persons are authenticated by it")
    purpose: Word = item("使用生物特征的目的", doc="purpose")
    safety: Flag = item("用于行车安全", "为增强行车安全", doc="the purpose is driving safety")
    necessity: Word = item("使用生物特征的必要性", doc="why it cannot do without")
    alternatives: Refs = item("其他认证方式", "替代认证方式", doc="other ways to authenticate", default=())
    off_tried: Flag = item("已关闭生物特征试验", "生物特征已关闭", doc="the trial was run with biometrics off")
    works_without: Flag = item("关闭后可认证", "关闭生物特征后功能可用", doc="authentication worked by another way")
    tried_on: Day = item("生物特征试验日期", doc="day of the trial")
