"""`zhunru sign`: only the signature is written, nothing of the key appears anywhere, and the check accepts it."""

import base64
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from zhunru.checks.ota.no_release_without_approval import no_release_without_approval
from zhunru.cli.sign import command
from zhunru.core.errors import PlanError, RecordError
from zhunru.core.finding import fold
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.engine.approval_file import find
from zhunru.records.approval import signed_bytes
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_campaign import UpdateCampaign

DIGEST = "sha256:" + "ab" * 32
KEY = Ed25519PrivateKey.generate()
LEDGER = f"""# our approvals, kept by hand
title = "x"  # a stray value

[[approval]]
id = "A-0"
product = "样车"  # first

[["审批"]]
"审批编号" = "A-1"   # the one
"审批类型" = "ads-update"
"产品" = "样车"
digest = "{DIGEST}"
functions = [
  "NOA",   # piloted
  "ACC",
]
valid_from = 2026-03-01
state = "signed"
key_id = "K-1"

# trailing words
[[trust_anchor]]
key_id = "K-1"
"""


def pem(path: Path, passphrase: bytes = b"", mode: int = 0o600) -> Path:
    path.write_bytes(
        KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase) if passphrase else NoEncryption())
    )
    path.chmod(mode)
    return path


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    (tmp_path / "a.toml").write_text(LEDGER, encoding="utf-8")
    return tmp_path / "a.toml"


def run(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(command, [str(w) for w in words], input=typed, standalone_mode=False)


def test_only_the_signature_is_added(ledger: Path) -> None:
    before = tomllib.loads(LEDGER)
    done = run(ledger, "--id", "A-1", "--key", pem(ledger.with_name("k.pem")))
    assert done.exception is None, done.output
    text = ledger.read_text(encoding="utf-8")
    after = tomllib.loads(text)
    signature = after["审批"][0].pop("signature")
    assert after == before
    assert text.replace(f'signature = "{signature}"\n', "") == LEDGER, "comments, order and spaces stay"
    KEY.public_key().verify(base64.b64decode(signature), signed_bytes(find(ledger, "A-1").approval))
    assert "K-1" in text


def test_the_check_accepts_what_was_signed(ledger: Path) -> None:
    run(ledger, "--id", "A-1", "--key", pem(ledger.with_name("k.pem")))
    approval = find(ledger, "A-1").approval
    public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    anchor = TrustAnchor.model_validate({"key_id": "K-1", "public_key": public, "valid_from": "2026-01-01"})
    campaign = UpdateCampaign.model_validate(
        {"id": "U", "product": "样车", "digest": DIGEST, "released_on": "2026-03-10", "automated_driving": "是", "functions": "NOA"}
    )
    car = Subject(name="样车", maker="厂", automation_level=3, ota=True)
    assert fold(no_release_without_approval([campaign], [approval], [anchor], car)).verdict is Verdict.PASS
    other = approval.model_copy(update={"product": "别的车"})
    assert fold(no_release_without_approval([campaign], [other], [anchor], car)).verdict is Verdict.FAIL


def test_the_bytes_that_are_shown_are_those_that_are_signed(ledger: Path) -> None:
    done = run(ledger, "--id", "A-1", "--show-bytes")
    message = signed_bytes(find(ledger, "A-1").approval)
    assert message.decode() in done.stdout and hashlib.sha256(message).hexdigest() in done.stderr
    assert ledger.read_text(encoding="utf-8") == LEDGER


def test_nothing_of_the_key_is_shown_or_stored(ledger: Path) -> None:
    path = pem(ledger.with_name("k.pem"), b"secret word")
    done = run(ledger, "--id", "A-1", "--key", path, typed="secret word\n")
    assert done.exception is None, done.output
    raw = KEY.private_bytes_raw()
    stored = ledger.read_bytes() + done.output.encode()
    for secret in (raw, base64.b64encode(raw), raw.hex().encode(), b"secret word", path.read_bytes().splitlines()[1]):
        assert secret not in stored
    assert sorted(p.name for p in ledger.parent.iterdir()) == ["a.toml", "k.pem"], "no temporary file stays"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o660])
def test_a_key_that_others_may_read_is_not_used(ledger: Path, mode: int) -> None:
    done = run(ledger, "--id", "A-1", "--key", pem(ledger.with_name("k.pem"), mode=mode))
    assert isinstance(done.exception, PlanError) and "chmod 600" in done.exception.diagnostics("en")
    assert ledger.read_text(encoding="utf-8") == LEDGER


def test_there_is_no_option_for_the_passphrase() -> None:
    names = {o for p in command.params for o in p.opts}
    assert names == {"record", "--key", "--id", "--show-bytes"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('key_id = "K-1"\n\n#', "\n#", "key_id"),
        (f'digest = "{DIGEST}"', 'digest = "abc"', "digest"),
        ("valid_from = 2026-03-01", "", "valid_from"),
        ('state = "signed"', 'state = "signed"\nsignature = "AAAA"', "bears a signature"),
    ],
)
def test_what_is_not_whole_or_signed_already_is_not_signed(
    ledger: Path, old: str, new: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHUNRU_LANG", "en")
    assert old in LEDGER
    ledger.write_text(LEDGER.replace(old, new), encoding="utf-8")
    done = run(ledger, "--id", "A-1", "--key", pem(ledger.with_name("k.pem")))
    assert isinstance(done.exception, click.UsageError) and said in done.exception.message


def test_an_unreadable_cell_is_not_signed(ledger: Path) -> None:
    ledger.write_text(LEDGER.replace("2026-03-01", '"March"'), encoding="utf-8")
    assert isinstance(run(ledger, "--id", "A-1", "--key", pem(ledger.with_name("k.pem"))).exception, RecordError)


def test_an_empty_signature_is_filled_in_its_place(ledger: Path) -> None:
    ledger.write_text(LEDGER.replace('state = "signed"', '"签名" = ""\nstate = "signed"'), encoding="utf-8")
    done = run(ledger, "--id", "A-1", "--key", pem(ledger.with_name("k.pem")))
    assert done.exception is None, done.output
    assert find(ledger, "A-1").approval.signature
    assert "signature" not in ledger.read_text(encoding="utf-8")


def test_which_approval_must_be_clear(ledger: Path) -> None:
    assert isinstance(run(ledger, "--show-bytes").exception, PlanError)
    assert isinstance(run(ledger, "--id", "A-9", "--show-bytes").exception, PlanError)


def test_a_header_inside_a_text_is_no_header(ledger: Path) -> None:
    """What looks like the entry stands inside a multi-line string before it: refused or right, never elsewhere."""
    trap = LEDGER.replace('title = "x"', 'title = """\n[["审批"]]\nid = "A-1"\n"""')
    ledger.write_text(trap, encoding="utf-8")
    done = run(ledger, "--id", "A-1", "--key", pem(ledger.with_name("k.pem")))
    assert isinstance(done.exception, RecordError)
    assert ledger.read_text(encoding="utf-8") == trap


def test_windows_line_ends_and_mode_stay(ledger: Path) -> None:
    ledger.write_bytes(LEDGER.replace("\n", "\r\n").encode())
    ledger.chmod(0o640)
    done = run(ledger, "--id", "A-1", "--key", pem(ledger.with_name("k.pem")))
    assert done.exception is None, done.output
    assert ledger.read_bytes().count(b"\r\n") == LEDGER.count("\n")
    assert ledger.stat().st_mode & 0o777 == 0o640


def test_help_in_both_languages() -> None:
    import subprocess
    import sys

    def said(lang: str) -> str:
        words: list[Any] = [sys.executable, "-m", "zhunru.cli", "--lang", lang, "sign", "--help"]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    assert "用法" in said("zh") and "--show-bytes" in said("en")
    assert not any("一" <= c <= "鿿" for c in said("en"))
