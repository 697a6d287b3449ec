"""A layout and links as this project writes them for tests, in both forms."""

from zhunru.range.supply_chain import Sample


def specimens() -> dict[str, bytes]:
    plain, envelope = Sample(7), Sample(7, form="dsse")
    return {
        "root.layout": plain.layout(),
        "build.link": plain.link("build"),
        "envelope.layout": envelope.layout(),
        "envelope.link": envelope.link("package"),
    }
