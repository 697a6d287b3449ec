"""Stored sensitive personal information and important data are safe from unauthorised access."""

from collections.abc import Iterator, Sequence
from typing import Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.records.storage_address import StorageAddress
from zhunru.records.storage_trial import StorageTrial
from zhunru.records.trial_outcome import dumped, read, trials_at

_MATTERS: Final = ("sensitive", "important")


@check(
    "miit-2021-103/1.4", "miit-2021-103/1.5", "gb-t-44464-2024/5.4.1", "gb-t-44464-2024/6.3", "gb-t-44464-2024/D.4.1", "gb-44495-2024/7.4.2",
    title_zh="存储的敏感个人信息和重要数据防止未经授权的访问", since="0.3",
)  # fmt: skip
def stored_data_are_protected(trials: list[StorageTrial], addresses: list[StorageAddress], subject: Subject) -> Iterator[Finding]:
    """Each declared address refused reading without right or holds ciphertext, and a search found nothing outside the declared addresses.

    Why:
        A car changes hands, is repaired and is scrapped with its memory in it.

    为什么:
        车辆会转手、送修、报废，存储器随车而去。

    How it decides:
        1. A search that found such data outside the declared addresses: breach. One that found nothing and says how many bytes it searched: ok.
           One that says neither: gap. Data of the kind that could be read without right at an address that is not declared to
           hold them: breach; at an address that is not told: gap.
        2. Each declared address, for each of the two kinds that lie there: reading without right was tried and refused, or a dump is
           ciphertext: ok. Reading without right gave content that no dump shows to be ciphertext only: breach. A dump in clear text taken without
           right: breach.
        3. Neither was tried with effect, or it is not told whether such data lie there: gap.
        4. Each kind that the product is declared to process has an address and a search: else gap.

    Inconclusive:
        Attempts or searches are missing, were made with rights, or do not say what they gave; addresses are not told.

    Not covered:
        Other ways in than those that were tried; whether all interfaces were tried.

    未覆盖:
        未尝试的其他途径；是否已尝试全部接口。

    Args:
        trials: Attempts on stored data.
        addresses: Declared addresses, GB/T 44464-2024 D.1 d).
        subject: Product under assessment.

    References:
        GB/T 44464-2024 5.4.1, 6.3, D.4.1 a) to c); GB 44495-2024 7.4.2, 8.3.5.2 (G).
    """
    for matter in _MATTERS:
        wanted = subject.personal_data if matter == "sensitive" else subject.important_data
        mine = [t for t in trials if t.matter == matter]
        # (1) searches
        searches = [t for t in mine if t.way == "search"]
        for trial in searches:
            yield _search(trial)
        if wanted and not searches:
            yield gap("没有在声明地址之外搜索", "nothing was searched outside the declared addresses", kind_of_data=matter)
        # (2) and (3) addresses
        for address in addresses:
            if getattr(address, matter) is not False:
                yield _address(address, trials_at(address, mine), matter, sure=bool(getattr(address, matter)))
        held = [a for a in addresses if getattr(a, matter) is not False]
        yield from _elsewhere([t for t in mine if not any(trials_at(a, [t]) for a in held)])
        # (4) kinds of the product
        if wanted and not any(getattr(a, matter) for a in addresses):
            yield gap("没有声明该类数据的存储地址", "no address with such data is declared", kind_of_data=matter)
    for trial in trials:
        if trial.matter is None:
            yield gap("试验对象未说明", "what was tried is not told", at=trial.origin, trial=trial.id)


def _search(trial: StorageTrial) -> Finding:
    if trial.hits is not None and trial.hits > 0:
        return breach(
            "声明地址之外发现该类数据",
            "such data were found outside the declared addresses",
            at=trial.origin,
            trial=trial.id,
            measured=trial.hits,
            limit=0,
            unit="hits",
        )
    if trial.hits is None or trial.hits < 0 or not trial.searched_byte or trial.searched_byte < 0 or trial.carried_out is not True:
        return gap("搜索的范围或结果未说明", "range or outcome of the search is not told", at=trial.origin, trial=trial.id)
    return ok(
        "声明地址之外未发现该类数据",
        "nothing found outside the declared addresses",
        at=trial.origin,
        trial=trial.id,
        measured=trial.searched_byte,
        unit="B",
    )


def _elsewhere(trials: Sequence[StorageTrial]) -> Iterator[Finding]:
    for trial in trials:
        readable = read(trial) == "broken" or (dumped(trial) == "broken" and trial.authorised is False)
        if readable and trial.address:
            yield breach(
                "未声明的地址可读出该类数据", "such data can be read at an address that is not declared", at=trial.origin, trial=trial.id
            )
        elif readable:
            yield gap("读出该类数据的地址未说明", "where such data could be read is not told", at=trial.origin, trial=trial.id)


def _address(address: StorageAddress, trials: Sequence[StorageTrial], matter: str, *, sure: bool) -> Finding:
    access, cipher = {read(t) for t in trials}, {dumped(t) for t in trials}
    clear = any(dumped(t) == "broken" and t.authorised is False for t in trials)
    if clear or ("broken" in access and ("broken" in cipher or "held" not in cipher)):
        return breach("可被擅自读取", "it can be read without right", at=address.origin, address=address.id, kind_of_data=matter)
    if not sure or not ({"held"} & (access | cipher)) or ("broken" in cipher and "held" not in access):
        return gap(
            "是否存有该类数据未说明，或缺少有效的尝试",
            "whether such data lie there is not told, or no attempt proves anything",
            at=address.origin,
            address=address.id,
            kind_of_data=matter,
        )
    return ok(
        "未能擅自读取或仅为密文", "reading was refused, or gave ciphertext", at=address.origin, address=address.id, kind_of_data=matter
    )


_Case = tuple[list[StorageTrial], list[StorageAddress], Subject]
_CAR = Subject(name="样车一号", maker="示例汽车")


def _case(*cells: dict[str, str], hits: str = "0") -> _Case:
    plain = {"matter": "敏感个人信息", "address": "M-1", "authorised": "否", "carried_out": "是"}
    search = plain | {"id": "T-0", "way": "搜索", "address": "座舱域控制器", "hits": hits, "searched_byte": "68719476736"}
    trials = [StorageTrial.model_validate(plain | {"id": f"T-{k}"} | c) for k, c in enumerate(cells, 1)]
    address = {"id": "M-1", "ecu": "座舱域控制器", "sensitive": "是", "important": "否"}
    return [StorageTrial.model_validate(search), *trials], [StorageAddress.model_validate(address)], _CAR


@stored_data_are_protected.example(Verdict.PASS)
def refused_and_encrypted() -> _Case:
    """The debug port refused, the dump is ciphertext, the search found nothing."""
    return _case({"way": "访问", "readable": "否"}, {"way": "转储", "cleartext": "否"})


@stored_data_are_protected.example(Verdict.FAIL)
def read_in_clear() -> _Case:
    """The debug port gave the recordings."""
    return _case({"way": "访问", "readable": "是"}, {"way": "转储", "cleartext": "是"})


@stored_data_are_protected.example(Verdict.FAIL)
def found_elsewhere() -> _Case:
    """Two copies lie outside the declared addresses."""
    return _case({"way": "访问", "readable": "否"}, hits="2")


@stored_data_are_protected.example(Verdict.INCONCLUSIVE)
def never_tried() -> _Case:
    """Nobody tried the declared address."""
    return _case()
