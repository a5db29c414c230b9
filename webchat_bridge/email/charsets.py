"""Bytes to text, whatever the mail says they are.

Declared charsets are believed only where Python's strict decoder agrees. Codecs are taken from a list:
Python's own registry also knows `zip`, `rot13` or `punycode`, and utf-7 exists to smuggle.
"""

import re
import unicodedata
from collections.abc import Callable

from webchat_bridge.email.limits import Problems

#: What is said, and the larger charset that is meant.
_WIDER = {
    "usascii": "ascii",
    "ascii": "ascii",
    "ansix341968": "ascii",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "gb18030": "gb18030",
    "xgbk": "gb18030",
    "euccn": "gb18030",
    "hzgb2312": "hz",
    "hz": "hz",
    "big5": "cp950",
    "cnbig5": "cp950",
    "big5hkscs": "big5hkscs",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "windows31j": "cp932",
    "eucjp": "euc_jp",
    "euckr": "cp949",
    "ksc56011987": "cp949",
    "ksc5601": "cp949",
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "iso88599": "cp1254",
    "iso885911": "cp874",
    "tis620": "cp874",
    "koi8r": "koi8_r",
    "koi8u": "koi8_u",
    "utf8": "utf_8",
    "unicode11utf8": "utf_8",
    "utf16": "utf_16",
    "utf16le": "utf_16_le",
    "utf16be": "utf_16_be",
    "utf32": "utf_32",
    "macintosh": "mac_roman",
} | {f"iso2022{name}": "iso2022_jp_ext" for name in ("jp", "jp1", "jp2", "jp3")}
_WIDER |= {"iso2022kr": "iso2022_kr"}
_WIDER |= {f"iso8859{n}": f"iso8859_{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
_WIDER |= {
    f"{said}{n}": f"cp{n}" for n in range(1250, 1259) for said in ("windows", "cp", "xcp", "win")
}

_REFUSED = {"utf7", "unicode11utf7", "xunicode20utf7"}
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")
_THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")
_HIGH = re.compile(rb"[\x80-\xff]")
#: Control characters but tab and line feed, and surrogates: in no text of ours.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")
_SAMPLE = 4096


def decode(raw: bytes, charset: str | None, problems: Problems) -> str:
    """Text without control characters, lines ended by one line feed. Total: any bytes, any charset."""
    return tidy(_decode(raw, charset, problems), problems)


def tidy(text: str, problems: Problems | None = None) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if problems is not None and "\x00" in text:
        problems.add("nul_removed", "NUL characters were removed from the text")
    return _CONTROL.sub("", text)


def _decode(raw: bytes, charset: str | None, problems: Problems) -> str:
    if not charset:
        return _undeclared(raw, problems)
    said = _NOT_A_NAME.sub("", charset[:60].lower())
    codec = _WIDER.get(said)
    if codec is None:
        if said in _REFUSED:
            problems.add("charset_refused", "utf-7 is not decoded; its text is shown as it came")
            return raw.decode("ascii", "replace")
        problems.add(
            "charset_unknown", "the mail names a charset that is not known; it was guessed"
        )
        return _undeclared(raw, problems)
    if codec == "ascii":
        return _undeclared(raw, problems)
    if codec != "utf_8" and _really_utf8(raw, codec):
        problems.add("charset_wrong", f"said to be {codec}, is utf-8")
        return raw.decode("utf-8")
    try:
        return raw.decode(codec)
    except UnicodeError:
        return _otherwise(raw, codec, problems)


def _otherwise(raw: bytes, codec: str, problems: Problems) -> str:
    """The declared codec does not fit: a few broken characters, or another charset altogether."""
    lossy = raw.decode(codec, "replace")
    if lossy.count("\ufffd") * 20 <= len(_HIGH.findall(raw)) or not _HIGH.search(raw):
        problems.add("charset_broken", "some bytes are no character; they are shown as \ufffd")
        return lossy
    problems.add("charset_wrong", f"said to be {codec}, is not")
    return _undeclared(raw, problems)


def _really_utf8(raw: bytes, codec: str) -> bool:
    """Two-byte sequences are ambiguous in GBK and its kin, three-byte ones hardly."""
    if codec.startswith(("utf", "iso2022", "hz")) or not _HIGH.search(raw):
        return False
    one_byte = codec.startswith(("cp125", "iso8859", "koi8", "cp874", "mac"))
    if not one_byte and not _THREE_BYTES.search(raw):
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _undeclared(raw: bytes, problems: Problems) -> str:
    if b"\x1b$" in raw or b"\x1b(" in raw:
        return raw.decode("iso2022_jp_ext", "replace")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        codec = _guess(raw)
        problems.add("charset_guessed", f"no charset that fits is given; read as {codec}")
        return raw.decode(codec, "replace")


def _guess(raw: bytes) -> str:
    first = _HIGH.search(raw)
    start = max(0, first.start() - 64) if first else 0
    sample = raw[start : start + _SAMPLE]
    high = len(_HIGH.findall(sample))
    chinese = sample.decode("gb18030", "replace")
    # The sample may begin and end within a character.
    if chinese.count("\ufffd") <= 2 + high // 100 and _share(chinese, _is_common_chinese) > 0.7:
        return "gb18030"
    best, most = "cp1252", 0.5
    if high > max(4, len(_ASCII_LETTER.findall(sample))):
        for codec in ("cp1251", "koi8_r"):
            text = sample.decode(codec, "replace")
            share = _share(text, _is_cyrillic) * _lower(text)
            if share > most:
                best, most = codec, share
    return best


def _share(text: str, fits: Callable[[str], bool]) -> float:
    """Of the characters beyond ASCII, how many fit."""
    beyond = [char for char in text if char > "\x7f"]
    return sum(map(fits, beyond)) / len(beyond) if beyond else 0.0


def _lower(text: str) -> float:
    """Most letters of a text are small; under the wrong Cyrillic charset most are capital."""
    letters = [char for char in text if char > "\x7f" and char.isalpha()]
    return sum(char.islower() for char in letters) / len(letters) if letters else 0.0


def _is_common_chinese(char: str) -> bool:
    if "\u4e00" <= char <= "\u9fff":
        try:
            return len(char.encode("gb2312")) == 2
        except UnicodeEncodeError:
            return False
    return "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff65"


def _is_cyrillic(char: str) -> bool:
    return "\u0400" <= char <= "\u04ff" and unicodedata.category(char) in ("Lu", "Ll")
