"""What `status`, `version`, `uptime` and `show` answer."""

import time

import orjson

from controller.lab.arguments import separate
from controller.lab.bridge import Bridge
from controller.lab.channel import Leg
from controller.lab.core import Core

VERSION = "1.11.0"
SHOW_USAGE = (
    "-USAGE: codec|endpoint|application|api|dialplan|file|timer|calls [count]|channels "
    "[count|like <match string>]|calls|detailed_calls|bridged_calls|detailed_bridged_calls|"
    "aliases|complete|chat|management|modules|nat_map|say|interfaces|interface_types|tasks|"
    "limits|status\n"
)
Row = dict[str, str]


def version(argument: str) -> str:
    if "short" in argument.split(" ")[0].lower():
        return VERSION + "-release\n"
    return f"FreeSWITCH Version {VERSION}-lab~64bit (lab 64bit)\n"


_UNITS = {
    **dict.fromkeys(("", "s", "seconds"), 1.0),
    **dict.fromkeys(("us", "microseconds"), 1e-6),
    **dict.fromkeys(("ms", "milliseconds"), 1e-3),
    **dict.fromkeys(("m", "minutes"), 60.0),
    **dict.fromkeys(("h", "hours"), 3600.0),
    **dict.fromkeys(("d", "days"), 86400.0),
}


def uptime(core: Core, argument: str) -> str:
    unit = _UNITS.get(argument.lower())
    if unit is None:
        return "-USAGE: [us|ms|s|m|h|d|microseconds|milliseconds|seconds|minutes|hours|days]\n"
    return f"{int((time.time() - core.started) / unit)}\n"


def status(core: Core) -> str:
    """The lines of `status`, in FreeSWITCH's order."""
    seconds = time.time() - core.started
    days, rest = divmod(int(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, whole = divmod(rest, 60)
    milliseconds = int(seconds * 1000) % 1000
    parts = (
        (0, "year"),
        (days, "day"),
        (hours, "hour"),
        (minutes, "minute"),
        (whole, "second"),
        (milliseconds, "millisecond"),
        (int(seconds * 1_000_000) % 1000, "microsecond"),
    )
    up = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in parts)
    count, peak = len(core.legs), max(core.peak, len(core.legs))
    return (
        f"UP {up}\n"
        f"FreeSWITCH (Version {VERSION} lab 64bit) is ready\n"
        f"{core.sessions} session(s) since startup\n"
        f"{count} session(s) - peak {peak}, last 5min {peak} \n"
        f"0 session(s) per Sec out of max 30, peak 0, last 5min 0 \n"
        f"{core.settings.max_sessions} session(s) max\n"
        "min idle cpu 0.00/100.00\n"
        "Current Stack Size/Max 240K/8192K\n"
    )


def show(core: Core, argument: str) -> str:
    """`show channels|calls [count|like X] [as json]`."""
    words = separate(argument, " ", 6)
    if not words:
        return SHOW_USAGE
    what, rest = words[0].lower(), words[1:]
    if what == "status":
        return status(core)
    if what not in ("channels", "calls", "bridged_calls", "registrations"):
        return SHOW_USAGE
    rows = _rows(core, what)
    if rest[:1] == ["count"]:
        return _count(len(rows), rest[1:])
    if what == "channels" and rest[:1] == ["like"] and len(rest) > 1:
        rows = [row for row in rows if _matches(row, rest[1])]
        rest = rest[2:]
    if rest[:1] != ["as"]:
        return _as_text(rows)
    if rest[1:2] == ["json"]:
        return _as_json(rows)
    return f"-ERR Cannot find format {rest[1] if len(rest) > 1 else ''}\n"


def _rows(core: Core, what: str) -> list[Row]:
    legs = sorted(core.legs.values(), key=lambda leg: leg.times.created)
    if what == "channels":
        return [_channel_row(core, leg) for leg in legs]
    if what == "registrations":
        return []
    return [_call_row(core, leg.bridge) for leg in legs if leg.bridge and leg.bridge.a is leg]


def _channel_row(core: Core, leg: Leg) -> Row:
    created = leg.times.created // 1_000_000
    return {
        "uuid": leg.uuid,
        "direction": leg.direction,
        "created": time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(created)),
        "created_epoch": str(created),
        "name": leg.name,
        "state": leg.state,
        "cid_name": leg.party.name,
        "cid_num": leg.party.number,
        "ip_addr": leg.party.network_address,
        "dest": leg.party.destination,
        "application": leg.application[0],
        "application_data": leg.application[1],
        "dialplan": "XML",
        "context": leg.party.context,
        "read_codec": "PCMU",
        "read_rate": "8000",
        "read_bit_rate": "64000",
        "write_codec": "PCMU",
        "write_rate": "8000",
        "write_bit_rate": "64000",
        "secure": "",
        "hostname": core.settings.hostname,
        "presence_id": leg.variables.get("presence_id", ""),
        "presence_data": leg.variables.get("presence_data", ""),
        "accountcode": leg.variables.get("accountcode", ""),
        "callstate": leg.callstate,
        "callee_name": leg.party.callee_name,
        "callee_num": leg.party.callee_number,
        "callee_direction": "",
        "call_uuid": leg.variables["call_uuid"],
        "sent_callee_name": "",
        "sent_callee_num": "",
        "initial_cid_name": leg.party.name,
        "initial_cid_num": leg.party.number,
        "initial_ip_addr": leg.party.network_address,
        "initial_dest": leg.party.destination,
        "initial_dialplan": "XML",
        "initial_context": leg.party.context,
    }


_CALL_COLUMNS = (
    *("uuid", "direction", "created", "created_epoch", "name", "state", "cid_name", "cid_num"),
    *("ip_addr", "dest", "presence_id", "presence_data", "accountcode", "callstate"),
    *("callee_name", "callee_num", "callee_direction", "call_uuid", "hostname"),
    *("sent_callee_name", "sent_callee_num"),
)


def _call_row(core: Core, bridge: Bridge) -> Row:
    a, b = _channel_row(core, bridge.a), _channel_row(core, bridge.b)
    row = {name: a[name] for name in _CALL_COLUMNS}
    row |= {f"b_{name}": b[name] for name in _CALL_COLUMNS if name not in ("call_uuid", "hostname")}
    row["call_created_epoch"] = str(bridge.a.times.bridged // 1_000_000)
    return row


def _matches(row: Row, text: str) -> bool:
    columns = ("uuid", "name", "cid_name", "cid_num", "presence_data", "accountcode")
    text = text.strip("%").lower()
    return any(text in row[column].lower() for column in columns)


def _as_json(rows: list[Row]) -> str:
    if not rows:
        return '{"row_count": 0}\n'
    return orjson.dumps({"row_count": len(rows), "rows": rows}).decode()


def _as_text(rows: list[Row]) -> str:
    lines = [",".join(rows[0])] if rows else []
    lines += [",".join(row.values()) for row in rows]
    return "".join(line + "\n" for line in lines) + f"\n{len(rows)} total.\n"


def _count(count: int, rest: list[str]) -> str:
    if rest[:2] == ["as", "json"]:
        return orjson.dumps({"row_count": count}).decode()
    return f"\n{count} total.\n"
