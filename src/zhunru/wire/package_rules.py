"""The rules that an update package is judged by: one name per kind of forgery, with what it says to people.

The twenty of `FORGERIES` are those of ota-and-recorders.md 3.5 (P), in its order; the others are what a package can lack besides.
"""

from typing import NamedTuple

from zhunru.core.text import Text


class Fault(NamedTuple):
    """One thing wrong with a package.

    Args:
        rule: Name, a key of `RULES`.
        sure: It certainly is so; False = it cannot be told.
        at: File, field or key that it is about.
    """

    rule: str
    sure: bool = True
    at: str = ""


RULES: dict[str, Text] = {
    "payload_altered": Text("载荷内容与清单摘要不符", "the content of a file is not what the manifest's digest says"),
    "manifest_altered": Text("清单在签名后被改动", "the manifest was changed after it was signed"),
    "unsigned": Text("没有签名", "there is no signature"),
    "unknown_key": Text("签名密钥不在信任锚中", "the signing key is no trust anchor"),
    "key_no_longer_valid": Text("签名密钥或证书已吊销或不在有效期内", "the signing key or certificate was revoked or was not valid then"),
    "signature_of_other_file": Text("签名属于另一份文件", "the signature was made for another file"),
    "truncated": Text("升级包或其中文件被截短", "the package or a file in it was cut short"),
    "padded": Text("升级包或其中文件被追加内容", "something was appended to the package or to a file in it"),
    "wrong_ecu_or_hardware": Text("目标控制器或硬件不符", "it is for another controller or hardware"),
    "wrong_model": Text("目标车型不符", "it is for another model"),
    "older_version": Text("版本不高于已装版本", "its version is not above the installed one"),
    "same_version_other_content": Text("同一版本号对应不同内容", "one version stands for different contents"),
    "digest_downgraded": Text("使用弱摘要算法或混淆了摘要算法", "a weak digest is used, or one digest stands in place of another"),
    "path_escape": Text("压缩包内路径或链接越界", "a path or link in an archive leads out of it"),
    "bomb": Text("解压规模超过限值", "it inflates beyond the limits"),
    "file_missing_or_unlisted": Text("清单所列文件缺失，或有清单未列文件", "a listed file is missing, or a file is not listed"),
    "wrong_base": Text("差分包的基础镜像不符", "the delta is for another base image"),
    "wrong_key_usage": Text("证书链的密钥用途不符", "a certificate of the chain is not for this use"),
    "outside_validity": Text("不在升级包有效时间内", "the moment lies outside the validity of the package"),
    "authorisation_replayed": Text("授权属于另一车辆或另一升级包", "the authorisation is for another car or package"),
    "signature_invalid": Text("签名验证不通过", "the signature does not verify"),
    "weak_key": Text("密钥或签名方案过弱或不允许", "the key or the scheme is too weak or not allowed"),
    "chain_broken": Text("证书链不能追溯到信任锚", "the chain of certificates does not lead to a trust anchor"),
    "archive_ambiguous": Text("压缩包结构有歧义", "two unpackers may understand the archive differently"),
    "version_not_allowed": Text("已装版本不在允许的起始版本内", "the installed version is not one that it may follow"),
    "authorisation_missing": Text("缺少所需的车辆授权", "the authorisation for the car is missing"),
    "authorisation_invalid": Text("车辆授权的签名无效或已过期", "the authorisation for the car is not signed validly or has expired"),
    "second_signature_fails": Text("另有签名验证不通过", "a further signature does not verify"),
    "malformed": Text("清单、签名文件或授权格式不符", "manifest, signature file or authorisation is malformed"),
    "not_read": Text("有内容未能检查", "something in it could not be looked into"),
    "damaged": Text("压缩包损坏", "the archive is damaged"),
    "target_unknown": Text("目标信息未知，无法比对", "what it is compared with is not known"),
}
"""Rule -> what it says when it is broken."""

FORGERIES: tuple[str, ...] = tuple(RULES)[:20]
"""The forgery matrix of ota-and-recorders.md 3.5, in its order."""
