"""Builds a dossier whose release gate opens: a fictitious level-3 car, one activity, two packages; parametrised so that one thing can be spoilt."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from zhunru.core.record import Record
from zhunru.range.release import configuration, papers, readouts, trials
from zhunru.range.release.story import Story

DAY = date(2026, 9, 15)
"""Day of release, unless told otherwise."""


@dataclass
class ReleaseDossier:
    """Records by kind, evidence and package files, and the statement of the product; change what you like, then `write`.

    Args:
        story: Seed and day.
        records: Every record, in order.
        packages: File name -> bytes of what is to be released.
        files: Further files: path inside the dossier -> bytes.
        subject: Fields of `[subject]`.
    """

    story: Story
    records: list[Record]
    packages: dict[str, bytes]
    files: dict[str, bytes]
    subject: dict[str, Any] = field(default_factory=dict)

    def of(self, kind: type[Record]) -> list[Any]:
        """Return the records of one kind."""
        return [r for r in self.records if type(r) is kind]

    def change(self, kind: type[Record], where: Callable[[Any], bool] = lambda _: True, **changed: Any) -> int:
        """Lay `changed` over every record of `kind` for which `where` holds; return how many."""
        count = 0
        for place, record in enumerate(self.records):
            if type(record) is kind and where(record):
                self.records[place] = kind.model_validate(record.model_dump() | changed)
                count += 1
        return count

    def remove(self, kind: type[Record], where: Callable[[Any], bool] = lambda _: True) -> int:
        """Take out every record of `kind` for which `where` holds; return how many."""
        kept = [r for r in self.records if not (type(r) is kind and where(r))]
        count = len(self.records) - len(kept)
        self.records = kept
        return count

    def write(self, folder: Path) -> list[Path]:
        """Write the dossier to `folder`/dossier and the packages to `folder`/build; return the paths of the packages."""
        home = folder / "dossier"
        made = {"dossier.toml": self._statement(), **self.files}
        kinds = dict.fromkeys(type(r) for r in self.records)
        made |= {f"records/{kind.kind()}.toml": ledger(self.of(kind)) for kind in kinds}
        for name, content in made.items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        build = folder / "build"
        build.mkdir(parents=True, exist_ok=True)
        paths = []
        built = self.story.at(80).timestamp()
        for name, content in self.packages.items():
            (build / name).write_bytes(content)
            os.utime(build / name, (built, built))
            paths.append(build / name)
        return paths

    def _statement(self) -> bytes:
        lines = ["# 虚构产品，由程序生成 / fictitious, generated", "format = 1", "", "[subject]"]
        lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in self.subject.items()]
        return ("\n".join(lines) + '\n\n[[subject.channels]]\nid = "4G"\nkind = "cellular"\n').encode()


def conforming(day: date = DAY, seed: int = 103) -> ReleaseDossier:
    """Return the dossier as it opens the gate on `day`; equal seeds and days give equal bytes."""
    story = Story(seed, day)
    packages = {f"evidence/ota/packages/{name}": content for name, content in story.packages.items()}
    files = trials.evidence(story) | readouts.evidence(story) | packages
    records = [
        *configuration.records(story),
        *configuration.vehicles(story),
        *papers.records(story),
        *trials.records(story),
        *readouts.records(story),
    ]
    subject = {
        "name": story.car, "maker": story.maker, "category": "M1", "automation_level": 3, "combined_assistance": True, "ota": True, "gnss": True,
        "beidou": True, "v2x": False, "markets": ["CN"], "personal_data": True, "important_data": False, "data_export": False,
    }  # fmt: skip
    return ReleaseDossier(story, records, story.packages, files, subject)


def ledger(records: Iterable[Record]) -> bytes:
    """Return records as a ledger in TOML."""
    return "\n".join(_entry(r) for r in records).encode()


def _entry(record: Record) -> str:
    lines = [f"[[{record.kind()}]]"]
    for name, value in record.model_dump(mode="json", exclude_none=True).items():
        if value not in ("", []):
            lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join([*lines, ""])
