"""python-tuf as a client of three commands, for `zhunru conformance`; python-tuf belongs to the tests, never to the product."""

import argparse
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from tuf.ngclient.config import UpdaterConfig
from tuf.ngclient.updater import Updater
from tuf.ngclient.urllib3_fetcher import Urllib3Fetcher


def _updater(given: argparse.Namespace) -> Updater:
    config = UpdaterConfig(prefix_targets_with_hash=True)
    updater = Updater(
        given.metadata_dir, given.metadata_url, given.target_dir, given.target_base_url, Urllib3Fetcher(socket_timeout=4), config, bootstrap=None
    )  # fmt: skip
    if given.now:
        updater._trusted_set.reference_time = datetime.fromisoformat(given.now).astimezone(UTC)
    return updater


def main() -> int:
    """Run one command."""
    parser = argparse.ArgumentParser()
    for name in ("metadata-dir", "metadata-url", "target-name", "target-base-url", "target-dir", "now"):
        parser.add_argument(f"--{name}")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init").add_argument("trusted_root")
    commands.add_parser("refresh")
    commands.add_parser("download")
    given = parser.parse_args()
    if given.command == "init":
        shutil.copyfile(given.trusted_root, Path(given.metadata_dir, "root.json"))
        return 0
    try:
        updater = _updater(given)
        updater.refresh()
        if given.command == "download":
            info = updater.get_targetinfo(given.target_name)
            if info is None:
                raise ValueError("no such target")
            if not updater.find_cached_target(info):
                updater.download_target(info)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
