"""Arguments split as FreeSWITCH splits them: quotes group, backslashes escape, the last takes all."""

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "s": " "}


def separate(text: str, delimiter: str = " ", limit: int = 64) -> list[str]:
    """Split `text` into at most `limit` words; the last one keeps whatever is left.

    Each word loses its quotes and the blanks around it, once per call: text that is split twice
    loses two layers, as callers of FreeSWITCH know to their cost.
    """
    words: list[str] = []
    start = at = 0
    quoted = False
    while at < len(text) and len(words) < limit - 1:
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "'" and (delimiter == " " or quoted or "'" in text[at + 1 :]):
            quoted = not quoted
        elif char == delimiter and not quoted:
            words.append(text[start:at])
            while delimiter == " " and text[at + 1 : at + 2] == " ":
                at += 1
            start = at + 1
        at += 1
    if start < len(text):
        words.append(text[start:])
    return [_clean(word, delimiter.strip()) for word in words]


def _clean(word: str, delimiter: str) -> str:
    word = word.lstrip(" ")
    kept: list[str] = []
    end = at = 0
    quoted = False
    while at < len(word):
        char, after = word[at], word[at + 1 : at + 2]
        if char == "\\" and after and (after in "'\"\\" or after in (delimiter, *_ESCAPES)):
            kept.append(_ESCAPES.get(after, after))
            end = len(kept)
            at += 1
        elif char == "'" and (quoted or "'" in word[at + 1 :]):
            quoted = not quoted
            if quoted:
                end = len(kept)
        else:
            kept.append(char)
            if char != " " or quoted:
                end = len(kept)
        at += 1
    return "".join(kept[:end])


def brackets(text: str, opening: str = "{", closing: str = "}") -> tuple[dict[str, str], str]:
    """Take `{name=value,...}` from the front of `text`; return the variables and what follows.

    `{^^:name=value:...}` chooses another separator. Raises ValueError on a missing bracket.
    """
    variables: dict[str, str] = {}
    while text.startswith(opening):
        end = text.find(closing)
        if end < 0:
            raise ValueError("Parse Error!")
        inner, text = text[1:end], text[end + 1 :]
        separator = ","
        if inner.startswith("^^") and len(inner) > 2:
            separator, inner = inner[2], inner[3:]
        for pair in separate(inner, separator, 1024):
            halves = separate(pair, "=", 2)
            if len(halves) == 2:
                variables[halves[0]] = halves[1]
    return variables, text
