"""A generated session of two trials, and one that left a trial out."""

import json
from typing import Any


def _row(step: int, **changed: Any) -> dict[str, Any]:
    plain = {
        "trial": "rollback.older-timestamp", "attack_class": "rollback", "kind": "tuf", "optional": False, "verifier_steps": ["U-T2"],
        "title": ["重放较早的时间戳", "an earlier timestamp"], "wrong": ["接受旧时间戳", "it accepts it"], "step_no": step, "does": "download",
        "purpose": "control", "expected": "accept", "source": "online", "now": "", "impatient": False, "exit_code": 0, "duration_ms": 210,
        "limit_byte": None, "drawn_byte": 0, "requests": 1, "poison": [], "stray": [], "lacking": [], "trusted": [["timestamp.json", 2, 2]],
        "told": "", "served": [{"path": "repo/metadata/timestamp.json", "mode": "whole", "size_byte": 500, "sent_byte": 500, "sha256": "5a" * 32, "attack": False}],
    }  # fmt: skip
    return plain | changed


def session(*rows: dict[str, Any], **head: Any) -> bytes:
    first = {"session": "zhunru-client-trial", "format": 1, "client": "样例客户端", "kind": "tuf", "seed": 7, "clock": True, "patience_s": 20,
             "known": 176, "trials": 1}  # fmt: skip
    lines = [first | head, *rows, {"end": "zhunru-client-trial", "rows": len(rows)}]
    return b"".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines)


def specimens() -> dict[str, bytes]:
    whole = [
        _row(0, does="init", served=[], requests=0),
        _row(1),
        _row(2, purpose="attack", expected="refuse", exit_code=1, told="Bäd 版本"),
        _row(3),
    ]
    left = {n: v for n, v in _row(0).items() if n in {"trial", "attack_class", "kind", "optional", "verifier_steps", "title", "wrong"}}
    hung = _row(4, exit_code=None, impatient=True, limit_byte=1 << 24, drawn_byte=1 << 25)
    return {"whole.jsonl": session(*whole), "left-out.jsonl": session(left | {"not_run": "clock"}, *whole, hung)}
