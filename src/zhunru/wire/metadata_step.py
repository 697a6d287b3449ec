"""The named steps of verifying update metadata, the attack that each stops, and what is said when one fails.

Source: Uptane Standard 2.1.0 section 5.4; TUF specification 1.0 section 5; ids of ota-and-recorders.md 3.2. Errors bear the names that the
client aktualizr gives them, so that answers can be compared; those below the line of `ERRORS` are ours.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text

Verdict = Literal["passed", "failed", "not_applicable"]
Repository = Literal["director", "image", "tuf", "time", "manifest"]


class Step(NamedTuple):
    """One step: what holds when it passes, and the attack that goes through without it."""

    text: Text
    attack: str


ATTACKS: dict[str, Text] = {
    "arbitrary-software": Text("任意软件安装", "arbitrary software"),
    "rollback": Text("回滚", "rollback"),
    "freeze": Text("冻结", "indefinite freeze"),
    "fast-forward": Text("快进", "fast-forward"),
    "endless-data": Text("无尽数据", "endless data"),
    "mix-and-match": Text("混搭", "mix-and-match"),
    "wrong-software": Text("装错软件", "wrong software installation"),
    "slow-retrieval": Text("慢速下载", "slow retrieval"),
    "replay": Text("重放", "replay"),
    "partial-bundle": Text("部分升级", "partial bundle"),
    "drop-request": Text("丢弃请求", "drop-request"),
}

STEPS: dict[str, Step] = {
    "U-R1": Step(
        Text("新根由旧根与自身的密钥各达阈值签名", "the next root is signed by thresholds of the old and the new root"),
        "arbitrary-software",
    ),
    "U-R2": Step(Text("新根版本恰为旧版本加一", "the version of the next root is exactly one more"), "rollback"),
    "U-R3": Step(Text("最终的根未过期", "the final root has not expired"), "freeze"),
    "U-R4": Step(
        Text("密钥轮换后不再沿用旧时间戳与快照", "after a rotation of keys the old timestamp and snapshot are forgotten"), "fast-forward"
    ),
    "U-R5": Step(Text("每次下载都有长度上限", "every download is bounded"), "endless-data"),
    "U-T1": Step(Text("时间戳达到签名阈值", "the timestamp meets its threshold"), "arbitrary-software"),
    "U-T2": Step(Text("时间戳版本不低于此前", "the version of the timestamp is not lower than before"), "rollback"),
    "U-T3": Step(Text("时间戳未过期", "the timestamp has not expired"), "freeze"),
    "U-S1": Step(Text("快照的摘要与版本同时间戳所列", "hash and version of the snapshot are those of the timestamp"), "mix-and-match"),
    "U-S2": Step(Text("快照达到签名阈值", "the snapshot meets its threshold"), "arbitrary-software"),
    "U-S3": Step(Text("快照版本不低于此前", "the version of the snapshot is not lower than before"), "rollback"),
    "U-S4": Step(Text("所列各文件的版本不低于此前所列", "no listed version is lower than listed before"), "rollback"),
    "U-S5": Step(Text("此前所列文件无一消失", "no file listed before is dropped"), "rollback"),
    "U-S6": Step(Text("快照未过期", "the snapshot has not expired"), "freeze"),
    "U-G1": Step(Text("目标文件的版本同快照所列", "the version of the targets is that of the snapshot"), "mix-and-match"),
    "U-G2": Step(
        Text("目标文件达到根或委派方的签名阈值", "the targets meet the threshold of the root or of the delegator"), "arbitrary-software"
    ),
    "U-G3": Step(Text("目标文件版本不低于此前且未过期", "the targets are not older than before and have not expired"), "rollback"),
    "U-G4": Step(
        Text("指挥仓库无委派、控制器不重复且都在本车", "the Director delegates nothing and names each ECU of the car once"), "mix-and-match"
    ),
    "U-D1": Step(
        Text("委派按次序查找，终止与深度受限", "delegations are searched in order, end where told, and are bounded"), "arbitrary-software"
    ),
    "U-M1": Step(Text("两仓库所述文件一致", "both repositories say the same of a file"), "arbitrary-software"),
    "U-M2": Step(Text("发布计数不低于此前", "the release counter is not lower than before"), "rollback"),
    "U-I1": Step(Text("硬件标识与控制器相符", "the hardware id fits the ECU"), "wrong-software"),
    "U-I2": Step(Text("文件长度与全部摘要相符", "length and all hashes of the file match"), "arbitrary-software"),
    "U-I3": Step(Text("下载速度不低于下限", "the download is not slower than its floor"), "slow-retrieval"),
    "U-V1": Step(Text("车辆版本清单新鲜、齐全、与预期一致", "the vehicle manifest is fresh, complete and as expected"), "replay"),
    "U-E1": Step(
        Text("失败即报出攻击名称，原可信状态不变", "a failure names the attack and leaves the trusted state as it was"),
        "arbitrary-software",
    ),
    "U-C1": Step(
        Text("时间证明达到签名阈值、含本次随机数、不倒退", "the time is signed, answers our nonce, and does not go back"), "freeze"
    ),
}
"""The 26 steps of the check list, and U-C1, ours (P): the attested time, with which full and partial verification begin."""

ERRORS: dict[str, Text] = {
    "IllegalThreshold": Text("角色的签名阈值不合法", "a role has an illegal threshold"),
    "UnmetThreshold": Text("有效签名未达阈值", "valid signatures stay below the threshold"),
    "NonUniqueSignatures": Text("同一密钥的签名重复出现", "signatures of one key stand more than once"),
    "BadKeyId": Text("密钥标识与密钥不符，或唯一的签名无效", "a key id does not belong to its key, or the only signature is not valid"),
    "ExpiredMetadata": Text("元数据已过期", "the metadata has expired"),
    "InvalidMetadata": Text("元数据结构无效", "the structure of the metadata is not valid"),
    "SecurityException": Text("元数据的角色、摘要或版本不可接受", "role, hash or version of the metadata is not acceptable"),
    "RootRotationError": Text("新根版本不是旧版本加一", "the version of the next root is not one more than that of the old"),
    "VersionMismatch": Text("版本与快照或时间戳所列不同", "the version differs from that listed in snapshot or timestamp"),
    "DelegationHashMismatch": Text("委派文件的摘要与快照所列不同", "hash or length of a delegated file differs from that in the snapshot"),
    "DelegationMissing": Text("被委派角色的文件缺失", "the file of a delegated role is missing"),
    "MetadataFetchFailure": Text("取不到元数据，或超过长度上限", "the metadata cannot be had, or is longer than its limit"),
    "TargetMismatch": Text("指挥仓库与镜像仓库对该文件的说法不同", "Director and Image repository do not say the same of the file"),
    "TargetHashMismatch": Text("文件摘要不符", "a hash of the file does not match"),
    "OversizedTarget": Text("文件长于元数据所述", "the file is longer than its metadata says"),
    "BadHardwareId": Text("硬件标识与控制器不符", "the hardware id is not that of the ECU"),
    "BadEcuId": Text("控制器标识不在本车", "the ECU id is not one of this car"),
    "InvalidTarget": Text("找不到该目标文件", "no such target file"),
    # ours
    "TargetTooShort": Text("文件短于元数据所述", "the file is shorter than its metadata says"),
    "ReleaseCounterRollback": Text("发布计数低于此前", "the release counter is lower than before"),
    "DelegationBound": Text("委派过多或过深", "there are too many delegations, or they are too deep"),
    "SlowRetrieval": Text("下载速度低于下限", "the download is slower than its floor"),
    "TimeReplay": Text("时间证明不含本次随机数", "the time does not answer our nonce"),
    "TimeWentBack": Text("时间证明早于此前的时间", "the attested time is earlier than before"),
    "ManifestReplay": Text("清单的随机数或计数不是新的", "nonce or counter of a manifest is not new"),
    "ManifestIncomplete": Text("清单缺少在册控制器", "an ECU of the inventory is missing from the manifest"),
    "UnexpectedVersion": Text("已装版本与预期不同", "the installed version is not the expected one"),
    "AttackReported": Text("控制器报告检测到攻击", "an ECU reports an attack"),
    "UnknownEcu": Text("清单含不在册的控制器", "the manifest names an ECU that is not in the inventory"),
}
"""Base name of an error -> what it says; the full name may end in `::Role`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One step as it was taken on one file.

    Args:
        step: Key of `STEPS`.
        verdict: `passed`, `failed`, or `not_applicable` where the rule has nothing to hold on to.
        repository: Repository in which it was taken.
        role: Role of the metadata, or name of the file or ECU.
        error: Full name of the error when it failed.
        detail: What was compared, for people who look for the fault.
        attack: Key of `ATTACKS`.
    """

    step: str
    verdict: Verdict
    repository: str
    role: str
    error: str = ""
    detail: str = ""
    attack: str = ""

    @property
    def text(self) -> Text:
        """What failed, or what holds."""
        return ERRORS[self.error.partition("::")[0]] if self.error else STEPS[self.step].text


class Refused(EvidenceError):  # noqa: N818 - what becomes of the metadata
    """A step failed: nothing after it was looked at. Caught by the verifiers of this package; `outcome` is kept."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.text, f"{outcome.repository}/{outcome.role}: {outcome.detail}")
        self.outcome = outcome

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.outcome,))


class Steps:
    """The steps taken so far in one repository."""

    def __init__(self, repository: str) -> None:
        self.repository = repository
        self.taken: list[Outcome] = []

    def passed(self, step: str, role: str, detail: str = "") -> None:
        """Note that a step held."""
        self.taken.append(Outcome(step, "passed", self.repository, role, "", detail, STEPS[step].attack))

    def skipped(self, step: str, role: str, detail: str) -> None:
        """Note that a step has nothing to hold on to, and why."""
        self.taken.append(Outcome(step, "not_applicable", self.repository, role, "", detail, STEPS[step].attack))

    def refuse(self, step: str, error: str, role: str, detail: str = "", attack: str = "") -> Refused:
        """Note that a step failed; return the error to raise."""
        outcome = Outcome(step, "failed", self.repository, role, error, detail, attack or STEPS[step].attack)
        self.taken.append(outcome)
        return Refused(outcome)
