"""A folder of this machine or of a mounted share."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fsspec

from tracetonne.connectors.config import FolderConnector
from tracetonne.connectors.errors import ConnectorError
from tracetonne.connectors.tree import Entry, Tree, unreachable, walk


def connect_folder(connector: FolderConnector) -> Tree:
    """Open the folder.

    Raises:
        ConnectorError: It is not there; a share may have come off.
    """
    root = connector.beside(connector.path)
    if not root.is_dir():
        raise ConnectorError(
            "The folder is not there.",
            where=f"{connector.name}: {root}",
            expected="a folder that may be read",
            found="a file" if root.exists() else "nothing",
            action="check the path, and whether the share is mounted",
        )
    filesystem = fsspec.filesystem("file", skip_instance_cache=True)

    def describe(info: Mapping[str, Any]) -> Entry:
        path = Path(str(info["name"]))
        status = path.stat()
        return Entry(
            path=str(path),
            shown=path.relative_to(root).as_posix(),
            name=path.name,
            byte_size=status.st_size,
            version=f"{status.st_size}-{status.st_mtime_ns}",
            modified=datetime.datetime.fromtimestamp(status.st_mtime, datetime.UTC),
        )

    def belongs(info: Mapping[str, Any]) -> bool:
        """Leave out hidden files, and links that lead out of the folder or nowhere."""
        path = Path(str(info["name"]))
        if path.name.startswith((".", "~")) or not os.access(path, os.F_OK):
            return False
        return not path.is_symlink() or path.resolve().is_relative_to(root)

    return Tree(
        connector,
        filesystem,
        lambda: walk(filesystem, str(root), describe, recursive=connector.recursive, may_enter=belongs),
        lambda entry: describe({"name": entry.path}),
        lambda error: unreachable(connector, error) if isinstance(error, OSError) else None,
        lambda error: isinstance(error, OSError),
    )
