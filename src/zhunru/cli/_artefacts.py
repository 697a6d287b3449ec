"""The files that an assessment writes."""

from collections.abc import Callable

from zhunru.core.result import Result


def artefacts() -> dict[str, Callable[[Result], bytes]]:
    """Return file name -> writer."""
    from zhunru.reports.html import render as page
    from zhunru.reports.json import render as data
    from zhunru.reports.junit import render as cases
    from zhunru.reports.sarif import render as log

    return {"result.json": data, "report.html": page, "result.sarif": log, "result.junit.xml": cases}
