"""Keys cannot be read without right."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.records.storage_address import StorageAddress
from zhunru.records.storage_trial import StorageTrial
from zhunru.records.trial_outcome import dumped, read, trials_at


@check("miit-2021-103/1.5", "gb-44495-2024/7.4.1", title_zh="对称密钥和私钥不能被擅自读出", since="0.3")
def keys_cannot_be_read(trials: list[StorageTrial], addresses: list[StorageAddress]) -> Iterator[Finding]:
    """At each declared address of keys, reading without right was tried and gave nothing, or nothing but ciphertext.

    Why:
        One key that leaks opens every car that shares it, and every message under it.

    为什么:
        泄露一把密钥，就打开了共用它的每一辆车和它保护的每一条消息。

    How it decides:
        1. An attempt to read keys without right that gave content: breach, unless a dump of that address shows ciphertext only. A dump with keys
           in clear text taken without right: breach.
        2. Each declared address: an attempt without right reached it and gave nothing, or its dump is ciphertext: ok; else gap.
        3. No declared address, or one of which it is not told whether keys lie there: gap.

    Inconclusive:
        Attempts are missing, were made with rights, or did not reach the key; addresses are not told. A declared HSM, SE or TEE does not
        replace the attempt.

    Not covered:
        Keys that are not declared; side channels; the strength of the keys.

    未覆盖:
        未声明的密钥、侧信道、密钥强度。

    Args:
        trials: Attempts on stored data.
        addresses: Declared addresses.

    References:
        GB 44495-2024 7.4.1, 8.3.5.1 (G).
    """
    ours = [a for a in addresses if a.keys is not False]
    on_keys = [t for t in trials if t.matter == "keys"]
    # (1) attempts at no declared address
    for trial in on_keys:
        if not any(trials_at(a, [trial]) for a in ours) and (
            read(trial) == "broken" or (dumped(trial) == "broken" and trial.authorised is False)
        ):
            yield breach("未声明的地址可读出密钥", "keys can be read at an address that is not declared", at=trial.origin, trial=trial.id)
    for address in ours:
        mine = trials_at(address, on_keys)
        access = {read(t) for t in mine}
        cipher = {dumped(t) for t in mine}
        clear = any(dumped(t) == "broken" and t.authorised is False for t in mine)
        # (1) readable
        if clear or ("broken" in access and ("broken" in cipher or "held" not in cipher)):
            yield breach("密钥可被擅自读出", "keys can be read without right", at=address.origin, address=address.id)
        elif address.keys is None:  # (3)
            yield gap("是否存有密钥未说明", "whether keys lie there is not told", at=address.origin, address=address.id)
        # (2) refused, or ciphertext
        elif "broken" not in cipher and "held" in access | cipher:
            yield ok("未能读出密钥", "keys could not be read", at=address.origin, address=address.id)
        else:
            yield gap(
                "该地址缺少有效的读取尝试", "no attempt to read at this address proves anything", at=address.origin, address=address.id
            )
    if not any(a.keys for a in ours):
        yield gap("没有声明存有密钥的地址", "no address with keys is declared", addresses=len(addresses))


_Case = tuple[list[StorageTrial], list[StorageAddress]]


def _case(**cells: object) -> _Case:
    plain = {"id": "T-1", "matter": "密钥", "address": "K-1", "way": "读取", "authorised": "否", "carried_out": "是", "readable": "否"}
    return [StorageTrial.model_validate(plain | cells)], [StorageAddress.model_validate({"id": "K-1", "keys": "是", "protection": "HSM"})]


@keys_cannot_be_read.example(Verdict.PASS)
def debug_port_gives_nothing() -> _Case:
    """The debug interface reached the controller and gave no key."""
    return _case()


@keys_cannot_be_read.example(Verdict.FAIL)
def read_through_the_debug_port() -> _Case:
    """The key was read."""
    return _case(readable="是")


@keys_cannot_be_read.example(Verdict.FAIL)
def clear_text_in_the_dump() -> _Case:
    """The dump of the flash holds the key."""
    return _case(way="转储", readable="", cleartext="是")


@keys_cannot_be_read.example(Verdict.INCONCLUSIVE)
def declared_hardware_only() -> _Case:
    """An HSM is declared, and nobody tried."""
    return [], _case()[1]
