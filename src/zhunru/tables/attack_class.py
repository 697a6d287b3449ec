"""The sixteen attack classes that an update client must withstand; facts: ota-and-recorders.md 3.3."""

from zhunru.core.text import Text

ATTACK_CLASSES: dict[str, Text] = {
    "eavesdrop": Text("窃听", "eavesdropping"),
    "drop-request": Text("丢弃请求", "dropped requests"),
    "slow-retrieval": Text("慢速传输", "slow retrieval"),
    "freeze": Text("冻结（过期元数据）", "freeze"),
    "partial-bundle": Text("部分成组安装", "partial bundle"),
    "denial-of-service": Text("拒绝服务", "denial of service"),
    "rollback": Text("回滚", "rollback"),
    "endless-data": Text("无穷数据", "endless data"),
    "mix-and-match": Text("混搭", "mix and match"),
    "arbitrary-software": Text("任意软件", "arbitrary software"),
    "fast-forward": Text("快进", "fast forward"),
    "extraneous-dependencies": Text("多余依赖", "extraneous dependencies"),
    "wrong-software": Text("错装软件", "wrong software"),
    "key-compromise": Text("密钥失陷", "key compromise"),
    "metadata-replay": Text("元数据重放", "metadata replay"),
    "offline-downgrade": Text("离线工具降级", "downgrade by an offline tool"),
}
"""Class id -> name."""
