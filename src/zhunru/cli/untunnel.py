"""`zhunru untunnel`: a copy of a capture with its ESP packets open."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunru.cli._language import t

if TYPE_CHECKING:
    from zhunru.wire.esp import EspAccount


@click.command(
    short_help=t("用给定密钥解封抓包中的 ESP 隧道", "Open the ESP tunnels of a capture with given keys"),
    help=t(
        """用 KEYS 中的密钥解封 CAPTURE 里的 ESP（RFC 4303）报文，写出一份新的抓包作为证据。KEYS 的格式同 Wireshark 的 esp_sa。

\b
示例：
  zhunru untunnel 4g.pcapng --keys esp_sa --out evidence/net/4g-opened.pcapng
只有完整性校验值成立的报文才会解封；其余保持原样，仍是隧道，检查仍为未决。
输出只有其所有者可读；密钥不写入任何输出。原始抓包与密钥请存放在档案之外。

\b
退出码：0 全部解封；2 用法错误；3 有报文未解封，或没有可解封的；4 故障""",
        """Open the ESP packets (RFC 4303) of CAPTURE with the keys in KEYS, and write a new capture as evidence. KEYS has the form of Wireshark's esp_sa.

\b
Example:
  zhunru untunnel 4g.pcapng --keys esp_sa --out evidence/net/4g-opened.pcapng
A packet is opened only when its integrity check value holds; others stay as they were: still a tunnel, still a gap of the check.
Only its owner may read the output; no output holds a key. Keep the original capture and the keys outside the dossier.

\b
Exit codes: 0 all opened; 2 usage; 3 packets stay closed, or there was nothing to open; 4 fault""",
    ),
)
@click.argument("capture", metavar="CAPTURE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--keys",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=t("安全关联的密钥表（esp_sa）", "Table of security associations (esp_sa)"),
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=t("要写的抓包（pcapng）", "Capture to write (pcapng)")
)
def command(capture: Path, keys: Path, out: Path) -> int:
    """Open and tell what became of the packets."""
    from zhunru.engine.opened_capture import open_capture

    opened = open_capture(capture, keys, out)
    click.echo(f"{capture}  {opened.packet_count} {t('个包', 'packets')}  SHA-256 {opened.original_sha256}")
    for text, count in _told(opened.account):
        click.echo(f"  {text}: {count}")
    if opened.opened_sha256:
        click.echo(f"{out}  SHA-256 {opened.opened_sha256}")
        click.echo(
            t(
                "抓包记录请写此文件，并在“原始抓包”列填写上面的原始摘要。",
                "Note this file in the sheet of captures, with the digest of the original.",
            )
        )
    else:
        click.echo(t("没有解封任何报文，未写文件", "no packet was opened, nothing is written"))
    return 3 if opened.account.closed or not opened.account.opened else 0


def _told(account: "EspAccount") -> list[tuple[str, int]]:
    """Return the account in words; what did not occur is left out, but for the packets that were opened."""
    rows = (
        (t("已解封的 ESP 报文", "ESP packets opened"), account.opened),
        (t("· 其中不含内容（填充流量）", "· of these, hiding nothing (dummy packets)"), account.dummy),
        (t("· 其中序列号重复或过旧", "· of these, with a repeated or too old sequence number"), account.repeated),
        (t("未解封：没有对应 SPI 与地址的密钥", "closed: no key for the SPI and addresses"), account.no_key),
        (
            t("未解封：完整性校验值不成立（密钥错误或报文被改）", "closed: the check value does not hold (wrong key, or changed packet)"),
            account.unproven,
        ),
        (t("未解封：填充自相矛盾", "closed: the padding contradicts itself"), account.contradicting),
        (t("未解封：报文未抓全", "closed: the packet is not whole"), account.cut),
        (t("未解封：外层分片", "closed: fragment of an outer packet"), account.fragment),
    )
    return [(text, count) for i, (text, count) in enumerate(rows) if count or not i]
