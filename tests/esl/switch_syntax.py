"""How FreeSWITCH splits a line, modelled: what must come out of what our builders write.

Checked against the real one by test_live_switch.py.
"""

_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "s": " "}


def split(text, delimiter, most):
    """`switch_separate_string` for any delimiter: quotes hide it, a backslash hides one."""
    parts, current, at, quoted = [], "", 0, False
    while at < len(text):
        c = text[at]
        if len(parts) == most - 1:
            return [*parts, clean(text[at - len(current) :], delimiter)]
        if c == "\\":
            current += text[at : at + 2]
            at += 2
            continue
        if c == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
        if c == delimiter and not quoted:
            parts.append(current)
            current = ""
        else:
            current += c
        at += 1
    return [clean(part, delimiter) for part in [*parts, current]]


def clean(text, delimiter):
    text = text.lstrip(" ")
    out, at, quoted, kept = "", 0, False, 0
    while at < len(text):
        c = text[at]
        following = text[at + 1 : at + 2]
        if c == "\\" and following:
            known = following in ("'", '"', "\\") or (delimiter != " " and following == delimiter)
            if known or following in _ESCAPED:
                out += following if known else _ESCAPED[following]
                kept = len(out)
                at += 2
                continue
        if c == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
            kept = max(kept, len(out)) if quoted else kept
        else:
            out += c
            if c != " " or quoted:
                kept = len(out)
        at += 1
    return out[:kept]


def read_setvars(line):
    _, _uuid, variables = line.split(" ", 2)
    return dict(part.split("=", 1) for part in split(variables, ";", 64))


def read_originate(line):
    """({name: value}, dial string, [target, name, number, limit]) as FreeSWITCH takes the line apart."""
    aleg, target, _dialplan, _context, *rest = split(line.partition(" ")[2], " ", 10)
    told = [target, *rest]
    if not aleg.startswith("{"):
        return {}, aleg, told
    depth, end = 0, -1
    for c in aleg:
        end += 1
        depth += (c == "{") - (c == "}")
        if not depth:
            break
    pairs = (split(part, "=", 2) for part in split(aleg[1:end], ",", 1024))
    return {pair[0]: (pair[1] if len(pair) == 2 else "") for pair in pairs}, aleg[end + 1 :], told
