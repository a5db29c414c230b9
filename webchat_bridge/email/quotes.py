"""Where in a mail's text the earlier message begins that it answers."""

import re

#: Longer lines are no marks of a mailer.
_LONGEST = 400

_SEPARATOR = re.compile(
    r"[-_\s]{2,}\s*(?:original message|original appointment|原始邮件|邮件原件|原邮件|原始郵件|回复的原邮件)"
    r"\s*[-_\s]{2,}|原始邮件|回复的原邮件|original message",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*{0,2}(?:from|发件人|寄件者|寄件人)\*{0,2}\s*[:：]", re.IGNORECASE)
_OTHER_FIELD = re.compile(
    r"\*{0,2}(?:sent|date|to|cc|subject|发送时间|发送日期|时间|日期|收件人|收件者|抄送|副本|主题|主旨|傳送日期)"
    r"\*{0,2}\s*[:：]",
    re.IGNORECASE,
)
_WROTE = re.compile(r"(?:wrote|writes|写道|寫道)\s*[:：]$", re.IGNORECASE)
_BEGINS = re.compile(r"(?:on|at|在|于)\b|[在于]|\d{4}\s?[年/-]|.{0,80}于\s?\d{4}", re.IGNORECASE)
_DATED = re.compile(r"\d{4}\s?年|\b(?:19|20)\d{2}\b|\d{1,2}:\d{2}|@")
_RULE = re.compile(r"[_-]{5,}")


def quoted_from(text: str) -> int | None:
    r"""In characters. None: nothing is quoted, or there is nothing but a quotation, or the answer stands
    between or below the quoted lines and would be hidden with them.

    >>> quoted_from("Yes.\n\nOn 2 Jan 2024 at 9:00, Ann wrote:\n> Will you come?")
    6
    """
    lines = text.split("\n")
    start = _first_mark(lines)
    if start is None:
        start = _tail(lines)
    if start is None or not any(line.strip() for line in lines[:start]):
        return None
    return sum(len(line) + 1 for line in lines[:start])


def _first_mark(lines: list[str]) -> int | None:
    """The first line after which all is quoted, whatever it looks like."""
    ends = _last(lines, marked=True), _last(lines, marked=False)
    for number, line in enumerate(lines):
        bare = line.strip()
        if not bare or len(bare) > _LONGEST or bare.startswith(">"):
            continue
        if _SEPARATOR.fullmatch(bare) or _is_block(lines, number):
            return _with_rule(lines, number)
        long = _attribution(lines, number)
        # Marked lines to the end; or none is (163, some of QQ), and all below is the quotation.
        if long and max(ends) >= number + long > min(ends):
            return number
    return None


def _is_block(lines: list[str], number: int) -> bool:
    """Outlook's: From, and at least two more such lines right below it."""
    if not _FROM.match(lines[number].strip()):
        return False
    near = [line.strip() for line in lines[number + 1 : number + 12] if line.strip()][:6]
    return sum(bool(_OTHER_FIELD.match(line[:_LONGEST])) for line in near) >= 2


def _with_rule(lines: list[str], number: int) -> int:
    """A rule drawn right above belongs to it."""
    above = number - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and _RULE.fullmatch(lines[above].strip()[:_LONGEST]) else number


def _attribution(lines: list[str], number: int) -> int:
    """Of how many lines "On ..., Ann wrote:" is that begins here; 0: none does."""
    joined = ""
    if not _BEGINS.match(lines[number].strip()):
        return 0
    for more in range(3):
        if number + more >= len(lines):
            return 0
        joined = f"{joined} {lines[number + more].strip()}".strip()
        if len(joined) > _LONGEST:
            return 0
        if _WROTE.search(joined[-20:]):
            return more + 1 if _DATED.search(joined) else 0
    return 0


def _last(lines: list[str], *, marked: bool) -> int:
    """The last line with words that has the mark `>`, or has none; -1: there is none."""
    for number in range(len(lines) - 1, -1, -1):
        bare = lines[number].lstrip()
        if bare and bare.startswith(">") is marked:
            return number
    return -1


def _tail(lines: list[str]) -> int | None:
    """Marked lines at the end, without a word about who wrote them."""
    start: int | None = None
    for number in range(len(lines) - 1, -1, -1):
        if lines[number].lstrip().startswith(">"):
            start = number
        elif lines[number].strip():
            break
    return start
