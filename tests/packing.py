"""Archives for tests, honest and lying."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from derive.grading.intake.archives import Archive, opened

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class RawName(zipfile.ZipInfo):
    """A member whose name is written in some code page, as old tools do."""

    raw = b""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.raw, self.flag_bits & ~0x800


def raw_name(name: str, page: str) -> RawName:
    info = RawName(name)
    info.raw = name.encode(page)
    return info


def linked(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def packed(tmp_path: Path, *files: tuple[str | zipfile.ZipInfo, bytes]) -> Archive:
    path = tmp_path / "class.zip"
    path.write_bytes(zipped(*files))
    return opened(path)


def laid_out(tmp_path: Path, files: Mapping[str, bytes]) -> Path:
    root = tmp_path / "class"
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root
