"""A data-security owner is appointed, in post and responsible for this product."""

from collections.abc import Iterator
from datetime import date

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.appointment import Appointment

_DUTY = ("数据安全", "data security")


@check("miit-2021-103/1.1", "gb-t-44464-2024/4.1.1", title_zh="数据安全负责人已任命、在任并负责本产品", since="0.1")
def owner_is_in_post(posts: list[Appointment], subject: Subject, day: date) -> Iterator[Finding]:
    """A named person with a department holds the data-security duty for this product on the day of assessment.

    Why:
        Article (一) asks for a named department and a named person in charge; without them no other duty has an owner.

    为什么:
        意见第（一）条要求明确责任部门和负责人；没有责任人，其余义务无人承担。

    How it decides:
        1. Take the appointments whose duty names data security.
        2. Keep those that cover the product (an empty product list covers all).
        3. An appointment without a start date cannot be placed in time: gap. One that another row contradicts, which lets the same person
           begin no earlier and leave before the day, is in doubt: gap. Both only when nobody else is in post.
        4. In post on the day, with a department: ok. In post without department: breach.
        5. Nobody left in post: breach, telling who left last.

    Inconclusive:
        A start date is missing or unreadable, or two rows contradict each other, and nobody else is in post.

    Not covered:
        Whether the person has the means and authority; whether the management system works. That needs a review.

    未覆盖:
        该人员是否有相应资源和权限、制度是否有效运行，须人工评审。

    Args:
        posts: Appointments of the ledgers.
        subject: Product under assessment.
        day: Day as of which is assessed.

    References:
        103号 (一); GB/T 44464-2024 4.1.1 to 4.1.3.
    """
    # (1) and (2) who is meant
    named = [p for p in posts if p.duty and any(word in p.duty.lower() for word in _DUTY)]
    ours = [p for p in named if not p.products or bare(subject.name) in map(bare, p.products)]
    if not ours:
        yield breach("没有为本产品任命数据安全负责人", "no data-security owner is appointed for this product", appointments=len(named))
        return
    present = [p for p in ours if p.start and p.start <= day and (p.end is None or day <= p.end)]
    in_post = [p for p in present if not any(_contradicts(q, p, day) for q in ours)]
    # (3) cannot be placed in time
    if not in_post:
        for p in present:
            yield gap("两条任命相互矛盾：是否已离任不明", "two rows contradict each other: still in post or not", at=p.origin)
        for p in ours:
            if p.start is None:
                yield gap("任职日期缺失或无法识别", "start of the appointment is missing or unreadable", at=p.origin)
    # (4) in post
    for p in in_post:
        if p.department:
            yield ok("负责人在任且部门明确", "owner in post, department named", at=p.origin, department=p.department)
        else:
            yield breach("负责人在任但责任部门为空", "owner in post, but no department is named", at=p.origin)
    # (5) nobody
    if not present and all(p.start for p in ours):
        last = max((p.end for p in ours if p.end), default=None)
        yield breach("评估日无人在任", "nobody is in post on the day of assessment", last_day=str(last) if last else None)


def _contradicts(other: Appointment, post: Appointment, day: date) -> bool:
    """Tell whether `other` lets the person of `post` leave before `day`; a term that began earlier may have been renewed."""
    if bare(other.person) != bare(post.person) or not (other.end and post.start and post.start <= other.end < day):
        return False
    return other.start is None or other.start >= post.start


_CAR = Subject(name="样车一号", maker="示例汽车")
_DAY = date(2026, 1, 1)


def _post(**changed: object) -> list[Appointment]:
    plain = {"person": "张三", "duty": "数据安全负责人", "department": "信息安全部", "start": "2024-03-01"}
    return [Appointment.model_validate(plain | changed)]


@owner_is_in_post.example(Verdict.PASS)
def appointed_for_all_products() -> tuple[list[Appointment], Subject, date]:
    """An open appointment without product list."""
    return _post(), _CAR, _DAY


@owner_is_in_post.example(Verdict.FAIL)
def left_the_post() -> tuple[list[Appointment], Subject, date]:
    """The appointment ended before the day of assessment."""
    return _post(end="2025-12-31"), _CAR, _DAY


@owner_is_in_post.example(Verdict.FAIL)
def appointed_for_another_product() -> tuple[list[Appointment], Subject, date]:
    """The product list names another car."""
    return _post(products="样车二号"), _CAR, _DAY


@owner_is_in_post.example(Verdict.INCONCLUSIVE)
def start_unreadable() -> tuple[list[Appointment], Subject, date]:
    """The start date is blank."""
    return _post(start=""), _CAR, _DAY
