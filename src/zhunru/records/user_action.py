"""Act of a user during a capture (用户操作)."""

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

from zhunru.core.record import Moment, Record, Word, choice, item

EXEMPT_CLASSES = ("browser", "messenger", "user_app", "other")
"""The four exempt kinds of the note to GB/T 44464-2024 5.8."""

_known = choice(
    browser="浏览器|网页浏览|浏览网页|访问境外网站|web browser",
    messenger="通信软件|即时通信|聊天|消息|短信|发送消息|message",
    user_app="用户安装应用|第三方应用|用户自装应用|自行安装应用|app",
    other="其他|其它|其他自主行为",
)


def _class(value: Any) -> Any:
    try:
        return _known(value)
    except ValueError:
        return str(value).strip()


AppClass = Annotated[str, BeforeValidator(_class)]
"""One of EXEMPT_CLASSES, or the ledger's own word where it is none of them: such an act exempts nothing."""


class UserAction(Record):
    """One act of the user that may explain traffic abroad: exempt from the ban on direct transmission while it lasts.

    The class is the key: a row without one explains nothing.
    Source: GB/T 44464-2024 5.8 note, data-and-cyber.md 1.4.
    """

    title_zh: ClassVar[str] = "用户操作"
    sheet_names: ClassVar[tuple[str, ...]] = ("用户操作", "用户操作记录", "操作记录", "用户行为")

    app_class: AppClass = item("操作类别", "应用类别", "类别", "操作类型", doc="browser, messenger, user_app or other", key=True)
    start: Moment = item("开始时间", "起始时间", "开始", doc="start of the act")
    end: Moment = item("结束时间", "终止时间", "结束", doc="end of the act")
    application: Word = item("应用", "应用名称", "软件", "软件名称", doc="application used")
    description: Word = item("操作内容", "描述", "操作", "说明", doc="what the user did")
    operator: Word = item("操作人", "试验人", "测试人员", doc="person who acted")
