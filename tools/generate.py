"""Makes every generated file again: reference pages, the JSON schema of the result, the compiled messages of the command line.

`sh run python tools/generate.py` writes them; `tests/contract/test_generated.py` fails when one is stale.
"""

import ast
import json
import re
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "src/zhunru/cli/locale/zh/LC_MESSAGES"


def files() -> dict[Path, bytes]:
    """Return path -> content of every generated file."""
    from zhunru.catalogue import pages as catalogue_pages
    from zhunru.core.result import Result
    from zhunru.engine import explain, walk

    coverage: dict[str, list[str]] = {}
    for check in walk.checks().values():
        for clause in check.clauses:
            coverage.setdefault(clause, []).append(check.id)
    made = {ROOT / "docs" / path: text.encode() for path, text in explain.pages().items()}
    made |= {ROOT / "docs/catalogue" / path: text.encode() for path, text in catalogue_pages.pages(walk.catalogue(), coverage).items()}
    schema = Result.model_json_schema(mode="serialization")
    made[ROOT / "docs/reference/result.schema.json"] = (json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    made[LOCALE / "messages.mo"] = compiled((LOCALE / "messages.po").read_text(encoding="utf-8"))
    return made


def compiled(po: str) -> bytes:
    """Return the GNU MO form of a PO text (little endian, no hash table)."""
    pairs: dict[str, str] = {}
    for entry in re.split(r"\n\s*\n", re.sub(r"(?m)^#.*\n?", "", po)):
        found = dict(re.findall(r'(?m)^(msgid|msgid_plural|msgstr|msgstr\[0\]) ("(?:[^"\\]|\\.)*")', entry))
        if found:
            words = {key: str(ast.literal_eval(text)) for key, text in found.items()}
            key = words["msgid"] + (f"\0{words['msgid_plural']}" if "msgid_plural" in words else "")
            pairs[key] = words.get("msgstr", words.get("msgstr[0]", ""))
    keys = sorted(pairs, key=lambda k: k.encode())
    texts = [*(k.encode() for k in keys), *(pairs[k].encode() for k in keys)]
    start = 28 + 16 * len(keys)
    table, body = b"", b""
    for text in texts:
        table += struct.pack("<II", len(text), start + len(body))
        body += text + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0) + table + body


def main() -> None:
    """Write every generated file; remove reference pages that nothing makes any more."""
    made = files()
    for folder in (ROOT / "docs/reference", ROOT / "docs/catalogue"):
        for path in folder.rglob("*.*") if folder.exists() else ():
            if path not in made:
                path.unlink()
    for path, content in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{len(made)} files")


if __name__ == "__main__":
    main()
