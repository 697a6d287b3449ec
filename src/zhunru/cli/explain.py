"""`zhunru explain`: teaches a part."""

import click

from zhunru.cli._language import t


@click.command(
    short_help=t("解释条款、检查、读取器、表或记录", "Explain a clause, check, reader, table or record"),
    help=t(
        """解释 ID：条款、检查、读取器、表、记录种类或关口，附示例。

\b
示例：
  zhunru explain miit-2021-103/1.8
  zhunru explain data.owner_is_in_post
  zhunru explain sim_card          台账列名
  zhunru explain checks            列出全部（checks readers tables records clauses gates subject）""",
        """Explain ID: a clause, check, reader, table, record kind or gate, with examples.

\b
Examples:
  zhunru explain miit-2021-103/1.8
  zhunru explain data.owner_is_in_post
  zhunru explain sim_card          headings of the ledger
  zhunru explain checks            lists (checks readers tables records clauses gates subject)""",
    ),
)
@click.argument("name", metavar="ID")
def command(name: str) -> int:
    """Print the page."""
    from zhunru.engine.explain import explain

    click.echo(explain(name))
    return 0
