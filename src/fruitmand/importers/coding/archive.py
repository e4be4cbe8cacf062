"""Read members of a zip file, never more of one than a bound, and nothing to disk."""

import zipfile
import zlib
from types import TracebackType
from typing import BinaryIO

from fruitmand.importers.coding.problems import refusal

MEMBERS = 20_000
LARGEST = 64_000_000
"""Bytes of a member; the largest real project file seen has under one million."""


class Archive:
    """A zip file of which members are read one by one."""

    def __init__(self, stream: BinaryIO, file: str) -> None:
        """Open a zip file; ``file`` is its name in messages.

        Raises
        ------
        DataError
            When it is damaged, or has more members than any project.
        """
        self.file = file
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise refusal(file, "must be a whole zip file", "it is damaged or cut off; export or copy it again") from None
        self.members = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}
        if len(self.members) > MEMBERS:
            raise refusal(file, f"must have at most {MEMBERS} files in it", f"it has {len(self.members)}; no project has that many")

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._zip.close()

    def read(self, name: str) -> bytes:
        """Return the bytes of a member.

        Raises
        ------
        DataError
            When it is larger than the bound, has a password, or is damaged.
        """
        info, place = self.members[name], f"{self.file} ({name})"
        if info.flag_bits & 1:
            raise refusal(place, "must have no password", "export it again without one")
        try:
            with self._zip.open(info) as member:
                content = member.read(LARGEST + 1)  # what the header says of its size may be untrue
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
            raise refusal(place, "must be whole", "the archive is damaged; export or copy it again") from None
        except Exception as error:  # a damaged member of an uncommon kind (bzip2, LZMA) raises what its library raises
            raise refusal(place, "must be whole", f"the archive is damaged ({type(error).__name__}); export or copy it again") from None
        if len(content) > LARGEST:
            raise refusal(place, f"must be at most {LARGEST // 1_000_000} MB", "a text or project of that size is no interview")
        return content
