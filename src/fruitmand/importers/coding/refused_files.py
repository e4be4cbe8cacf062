"""Read how a file begins, and refuse one that can be no export of coded passages, such as a PDF; each refusal says what the file is."""

from pathlib import Path

from fruitmand.importers.coding.problems import refusal

LARGEST = 2_000_000_000
"""Bytes of a file; recordings in a project make it large, and only its texts are read."""
_EXPORT = "export the coded passages from the tool of analysis"
_SIGNATURES = (
    (b"%PDF", f"it is a PDF; {_EXPORT} as a table or a project"),
    (b"\x89PNG", f"it is a picture (PNG); {_EXPORT}"),
    (b"\xff\xd8\xff", f"it is a picture (JPEG); {_EXPORT}"),
    (b"GIF8", f"it is a picture (GIF); {_EXPORT}"),
    (b"II*\0", f"it is a picture (TIFF); {_EXPORT}"),
    (
        b"\xd0\xcf\x11\xe0",
        "it is an old Office file (XLS, DOC), has a password, or is a project of NVivo; save it as XLSX without a password",
    ),
    (b"{\\rtf", f"it is a formatted text (RTF); {_EXPORT}"),
    (b"ID3", f"it is a recording; {_EXPORT}"),
    (b"RIFF", f"it is a recording or a picture; {_EXPORT}"),
    (b"OggS", f"it is a recording; {_EXPORT}"),
    (b"Rar!", "it is a RAR archive; unpack it and give the file in it"),
    (b"7z\xbc\xaf", "it is a 7-Zip archive; unpack it and give the file in it"),
    (b"\x1f\x8b", "it is a gzip archive; unpack it and give the file in it"),
    (b"$FL2", "it is an SPSS file, which holds answers and no coded passages"),
)


def first_bytes(path: Path) -> bytes:
    """Return how a file begins.

    Raises
    ------
    DataError
        When there is no such file, it is a folder, cannot be read, is empty or too large, or is of a kind that holds no coded passages.
    """
    try:
        if path.is_dir():
            raise refusal(path.name, "must be a file", "it is a folder; of a QualCoder project (.qda) give the file data.qda in it")
        if path.exists() and not path.is_file():
            raise refusal(path.name, "must be a file", "it is a device or a pipe")
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except FileNotFoundError:
        raise refusal(path.name, "file is missing", "it is a link that leads nowhere" if path.is_symlink() else "") from None
    except PermissionError:
        raise refusal(path.name, "cannot be read", "there is no permission to read it, or another program holds it") from None
    except (OSError, ValueError) as error:
        raise refusal(path.name, "cannot be read", str(error)) from None
    if not head.strip():
        raise refusal(path.name, "must not be empty", "it has no content; export or copy it again")
    if size > LARGEST:
        raise refusal(path.name, f"must be at most {LARGEST // 1_000_000_000} GB", "that is no export of coded interviews")
    for signature, cause in _SIGNATURES:
        if head.startswith(signature):
            raise refusal(path.name, "must be an export of coded passages", cause)
    return head
