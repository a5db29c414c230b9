"""What a file of a mail may be called, and what it is: its first bytes count more than what was said."""

import re
import unicodedata

from webchat_bridge.email.limits import Problems

_LONGEST = 120
#: Directions and invisible characters: `invoice\u202efdp.exe` reads as invoiceexe.pdf.
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff\u00ad\u180e]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xfe\xed\xfa", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"#!", "text/x-script"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
)
_SVG = re.compile(rb"<svg[\s>:]|<!doctype svg", re.IGNORECASE)
_HTML = re.compile(
    rb"<(?:!doctype html|html|head|body|script|iframe|img|table|div|a|style|meta|form|object|embed)[\s>/]",
    re.IGNORECASE,
)
#: A declared type is believed only where the bytes are such; of these, the bytes always tell.
_TOLD_BY_BYTES = ("image/", "application/pdf", "audio/ogg")
_DANGEROUS = {
    "application/x-msdownload",
    "application/x-executable",
    "application/x-mach-binary",
    "text/x-script",
    "text/html",
    "image/svg+xml",
}
_HARMLESS = ("image/", "text/plain", "audio/", "video/", "application/pdf")
_UNTOLD = {"application/octet-stream", "application/x-download", "application/force-download", ""}
_EXTENSIONS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "application/ms-tnef": ".dat",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
}


def clean_name(name: str, media_type: str, problems: Problems) -> str:
    """Without folders, control and invisible characters; short, never empty.

    >>> clean_name("../../etc/passwd", "text/plain", Problems())
    'passwd'
    """
    told = unicodedata.normalize("NFC", name[:2000]).replace("\\", "/").rpartition("/")[2]
    shown = _HIDDEN.sub("", told)
    if shown != told:
        problems.add("name_deceptive", "invisible characters were removed from a file's name")
    kept = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in shown
    )
    kept = "".join(char for char in kept if unicodedata.category(char) not in ("Cs", "Cf", "Cn"))
    kept = _FORBIDDEN.sub("_", " ".join(kept.split())).strip(". ")
    if _RESERVED.fullmatch(kept):
        kept = f"_{kept}"
    if not kept:
        return "file" + _EXTENSIONS.get(media_type, "")
    return _shortened(kept, problems)


def _shortened(name: str, problems: Problems) -> str:
    """At most 120 characters and 240 bytes, the extension kept."""
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        stem, extension = name, ""
    else:
        extension = f".{extension}"
    if len(name) > _LONGEST or len(name.encode()) > 2 * _LONGEST:
        problems.add("name_cut", "a file's name was longer than can be kept")
        stem = stem[: _LONGEST - len(extension)]
        while len((stem + extension).encode()) > 2 * _LONGEST:
            stem = stem[:-1]
    return stem + extension


def media_type(declared: str, data: bytes, problems: Problems) -> str:
    """The type to keep: the bytes' own where they tell, else the declared one.

    Never an image, a PDF or anything else that is shown for bytes that are a program or a page.
    """
    declared = declared.strip().lower()
    declared = declared if _TYPE.fullmatch(declared) else ""
    seen = sniffed(data)
    if seen in _DANGEROUS:
        if declared.startswith(_HARMLESS) and declared != seen:
            problems.add("type_deceptive", f"a file said to be {declared} is {seen}")
        return seen or declared
    if declared.startswith(_TOLD_BY_BYTES) and seen != declared and data:
        if seen is None and declared in ("image/heic", "image/heif", "image/avif"):
            return declared
        if seen is None or not seen.startswith("image/"):
            problems.add("type_wrong", f"a file said to be {declared} is not")
        return seen or "application/octet-stream"
    if declared in _UNTOLD:
        return seen or "application/octet-stream"
    return declared


def sniffed(data: bytes) -> str | None:
    """What the first bytes say; None where they say nothing."""
    for magic, is_type in _MAGIC:
        if data.startswith(magic):
            return is_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "image/avif" if data[8:12] == b"avif" else None
    head = data[:1024].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head[:1] == b"<":
        if _SVG.search(head):
            return "image/svg+xml"
        if _HTML.search(head):
            return "text/html"
    return None


def may_show(media_type: str) -> bool:
    """A picture that a browser draws and that carries no script."""
    return media_type in (
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/avif",
        "image/bmp",
    )
