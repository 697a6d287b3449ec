"""The group of verbs; a verb's module is imported when it is asked for."""

import importlib
import os
import pkgutil
import sys

from zhunru.cli._language import current, t, translate_click

translate_click()
import click  # noqa: E402 - after the translation is in place

import zhunru  # noqa: E402
import zhunru.cli  # noqa: E402


class Verbs(click.Group):
    """Verbs are the modules of this folder that do not start with an underscore."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in alphabetical order."""
        return sorted(m.name for m in pkgutil.iter_modules(zhunru.cli.__path__) if not m.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a verb."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"zhunru.cli.{cmd_name}").command
        return command


def _version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"zhunru {zhunru.__version__}")
        ctx.exit()


@click.command(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=t(
        """准入：从真实证据到逐条结论。

\b
最快的开始：
  zhunru demo            生成样例档案并评估
  zhunru init 我的车型    建立自己的档案，再把文件放进 evidence/ 与 records/
  zhunru assess 我的车型  逐条评估，写出 out/result.json 与 out/report.html

\b
退出码：0 全部通过；1 有不通过；2 用法错误；3 无不通过但有未决；4 故障""",
        """zhunru (准入): from real evidence to a verdict per clause.

\b
The quickest start:
  zhunru demo          build the sample dossier and assess it
  zhunru init mycar    begin your own; then drop files into evidence/ and records/
  zhunru assess mycar  verdict per clause, out/result.json and out/report.html

\b
Exit codes: 0 all passed; 1 something failed; 2 usage; 3 open; 4 fault""",
    ),
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help=t("显示版本", "Show the version"))
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    expose_value=False,
    help=t("语言（也可用环境变量 ZHUNRU_LANG）", "Language (or the variable ZHUNRU_LANG)"),
)
def group() -> None:
    """Hold the verbs."""


def run(arguments: list[str]) -> int:
    """Run one verb; return the exit code. Only the error family of the house is expected to cross."""
    from zhunru.core.errors import PlanError, ZhunruError

    try:
        code = group.main(args=arguments, prog_name="zhunru", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        click.echo(t("已中止", "aborted"), err=True)
        return 2
    except ZhunruError as error:
        click.secho(error.diagnostics(current()), err=True, fg="red")
        return 2 if isinstance(error, PlanError) else 4
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        if os.environ.get("ZHUNRU_DEBUG"):
            raise
        what = t("本软件缺陷，未能完成", "a fault of this software: it could not finish")
        hint = t("设 ZHUNRU_DEBUG=1 再运行可得完整记录，请连同它报告", "run again with ZHUNRU_DEBUG=1 for the whole trace and report it")
        click.secho(f"{what}\n  {type(error).__name__}: {error}\n  {hint}", err=True, fg="red")
        return 4
