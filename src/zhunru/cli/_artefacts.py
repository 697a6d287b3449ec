"""The files that an assessment writes."""

from collections.abc import Callable

from zhunru.core.result import Result


def artefacts() -> dict[str, Callable[[Result], bytes]]:
    """Return file name -> writer."""
    from zhunru.reports import html, json

    return {"result.json": json.render, "report.html": html.render}
