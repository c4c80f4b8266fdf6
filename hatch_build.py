"""Compiles the catalogues of translations when the package is built or installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface[Any]):
    """Writes a `.mo` beside each `.po`; they are taken into wheels as artifacts."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile; also for an editable install, which reads the checkout itself."""
        for path in sorted(Path(self.root, "derive", "locale").rglob("*.po")):
            with path.open("rb") as source:
                catalogue = read_po(source)
            with path.with_suffix(".mo").open("wb") as target:
                write_mo(target, catalogue)
