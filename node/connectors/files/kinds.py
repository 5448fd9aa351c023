"""What kind of file its first bytes show: a text, a workbook, or one with advice for its owner."""

from typing import Final

from node.domain.errors import FileRefusedError

_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF: Final = b"%PDF"
_HEAD_BYTES: Final = 4096
_BOM: Final = b"\xef\xbb\xbf"
_MARKUP: Final = (b"<!doctype", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<?xml")
# Streams of an OLE file (MS-CFB 2.6.1: names in UTF-16) that a password leaves (MS-OFFCRYPTO).
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_SHEET_STREAMS: Final = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))


def is_workbook(content: bytes) -> bool:
    """Return whether *content* is a ZIP, as every .xlsx is; if not, it may be a text.

    Raises:
        FileRefusedError: encrypted, old-excel, other-office, pdf, zip, or web-page.
    """
    if content.startswith(_OLE):
        if _ENCRYPTED_STREAM in content:
            raise FileRefusedError("encrypted")
        old = any(stream in content for stream in _SHEET_STREAMS)
        raise FileRefusedError("old-excel" if old else "other-office")
    if content.startswith(_PDF):
        raise FileRefusedError("pdf")
    if content.startswith(_EMPTY_ZIP):
        raise FileRefusedError("zip")
    if content[:_HEAD_BYTES].removeprefix(_BOM).lstrip().lower().startswith(_MARKUP):
        raise FileRefusedError("web-page")
    return content.startswith(_ZIP)
