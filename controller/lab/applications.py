"""The dialplan applications the lab knows. A name that is not in the table ends the leg."""

import re
import time
from collections.abc import Callable

from controller.lab import eavesdropping, recording
from controller.lab.bridge import park
from controller.lab.channel import Leg
from controller.lab.core import Application, Core
from controller.lab.dialplan import Dialplan
from controller.lab.facts import Keys, Wake

PLAYED, NOT_FOUND, FAILED = "FILE PLAYED", "FILE NOT FOUND", "PLAYBACK ERROR"


def answer(_core: Core, leg: Leg, _arg: str) -> str:
    leg.answer()
    return ""


def pre_answer(_core: Core, leg: Leg, _arg: str) -> str:
    leg.progress_media()
    return ""


def park_here(core: Core, leg: Leg, _arg: str) -> str:
    park(core, leg)
    return ""


def hangup(_core: Core, leg: Leg, arg: str) -> str:
    leg.hang_up(arg.strip() or "NORMAL_CLEARING")
    return ""


def set_one(_core: Core, leg: Leg, arg: str) -> str:
    name, _, value = arg.partition("=")
    leg.set_variable(name.strip(), None if value == "_undef_" else value)
    return ""


def unset(_core: Core, leg: Leg, arg: str) -> str:
    leg.set_variable(arg.strip(), None)
    return ""


def respond(_core: Core, leg: Leg, arg: str) -> str:
    """End an unanswered leg with a SIP status."""
    leg.hang_up("CALL_REJECTED" if arg.startswith("403") else "NORMAL_CLEARING")
    return ""


def multiset(core: Core, leg: Leg, arg: str) -> str:
    separator = " "
    if arg.startswith("^^") and len(arg) > 2:
        separator, arg = arg[2], arg[3:]
    for pair in arg.split(separator):
        if pair:
            set_one(core, leg, pair)
    return ""


def export(core: Core, leg: Leg, arg: str) -> str:
    name, _, value = arg.removeprefix("nolocal:").partition("=")
    exported = [each for each in leg.variables.get("export_vars", "").split(",") if each]
    if name not in exported:
        leg.variables["export_vars"] = ",".join([*exported, name])
    if not arg.startswith("nolocal:"):
        leg.set_variable(name, value)
    return ""


def play(core: Core, leg: Leg, source: str, *, terminators: str | None = "") -> tuple[Wake, str]:
    """Play `source`; return how it ended and the key that ended it.

    `terminators` None lets any key end it. A file that is not there is Wake.MISSING.
    """
    leg.progress_media()
    seconds = core.media.seconds(source)
    if seconds is None:
        return Wake.MISSING, ""
    told = {"Playback-File-Path": source}
    leg.emit("PLAYBACK_START", told)
    ended, key = _play_out(leg, seconds, terminators)
    broken = ended in (Wake.BROKEN, Wake.KEY)
    leg.emit("PLAYBACK_STOP", {**told, "Playback-Status": "break" if broken else "done"})
    return ended, key


def _play_out(leg: Leg, seconds: float, terminators: str | None) -> tuple[Wake, str]:
    left = None if seconds == float("inf") else seconds
    while True:
        began = time.monotonic()
        ended = leg.wait(left, keys=Keys.RETURN)
        if ended is not Wake.KEY:
            return ended, ""
        if left is not None:
            left -= time.monotonic() - began
        key = leg.take_key()
        if terminators is None or key in terminators:
            return Wake.KEY, key


def _terminators(leg: Leg) -> str:
    chosen = leg.variables.get("playback_terminators", "*")
    return {"none": "", "any": "1234567890*#"}.get(chosen, chosen)


def _response(leg: Leg, ended: Wake) -> str:
    """What FreeSWITCH says: a prompt that a transfer ends has failed, one that a hangup ends not."""
    if ended is Wake.MISSING:
        return NOT_FOUND
    return FAILED if ended is Wake.GONE and leg.up else PLAYED


def playback(core: Core, leg: Leg, arg: str) -> str:
    leg.set_variable("playback_terminator_used", None)
    ended, key = play(core, leg, arg, terminators=_terminators(leg))
    leg.set_variable("playback_terminator_used", key)
    return _response(leg, ended)


def endless_playback(core: Core, leg: Leg, arg: str) -> str:
    while leg.ready:
        ended, _ = play(core, leg, arg)
        if ended is Wake.MISSING:
            return NOT_FOUND
    return _response(leg, Wake.GONE)


class _Question:
    """The arguments of play_and_get_digits, in their order."""

    def __init__(self, arg: str) -> None:
        words = [*_words(arg), *[""] * 11]
        self.least = max(0, _number(words[0], 0))
        self.most = max(self.least, _number(words[1], 0))
        self.tries = _number(words[2], 0)
        self.timeout = max(1000, _number(words[3], 1000)) / 1000
        self.terminators = words[4] or "#"
        self.prompt, self.bad_prompt, self.variable, self.pattern = words[5:9]
        self.digit_timeout = _number(words[9], 0) / 1000 or self.timeout
        self.failure = words[10]


def _number(text: str, default: int) -> int:
    return int(text) if text.lstrip("-").isdigit() else default


def _words(text: str) -> list[str]:
    """Split at spaces; quoted words may contain them."""
    found = re.findall(r"'((?:\\'|[^'])*)'|(\S+)", text)
    return [quoted or plain for quoted, plain in found]


def _read(core: Core, leg: Leg, question: _Question) -> tuple[str, str]:
    """One try: the digits that were pressed, and `success`, `timeout` or `failure`."""
    digits = ""
    leg.set_variable("read_result", None)
    leg.set_variable(question.variable, None)
    leg.set_variable("read_terminator_used", None)
    if question.prompt and question.prompt.lower() != "silence":
        ended, digits = play(core, leg, question.prompt, terminators=None)
        if ended in (Wake.MISSING, Wake.GONE):
            return "", ""
    result = "success"
    if len(digits) < question.most:
        digits, result = _collect(leg, question, digits)
    if len(digits) < question.least:
        result = "failure"
    leg.variables["read_result"] = result
    if digits:
        leg.variables[question.variable] = digits
    return digits, result


def _collect(leg: Leg, question: _Question, digits: str) -> tuple[str, str]:
    while len(digits) < question.most:
        patience = question.digit_timeout if digits else question.timeout
        ended = leg.wait(patience, keys=Keys.RETURN)
        if ended is not Wake.KEY:
            return digits, "timeout" if ended is Wake.ELAPSED else "failure"
        key = leg.take_key()
        if key in question.terminators:
            leg.variables["read_terminator_used"] = key
            break
        digits += key
    return digits, "success"


def play_and_get_digits(dialplan: Dialplan) -> Application:
    def app(core: Core, leg: Leg, arg: str) -> str:
        question = _Question(arg)
        invalid = question.variable + "_invalid"
        if question.pattern:
            leg.set_variable(invalid, None)
        for _ in range(question.tries):
            if not leg.ready:
                return ""
            digits, result = _read(core, leg, question)
            if _acceptable(leg, question, digits, result):
                return ""
            if digits and len(digits) >= question.least:
                leg.set_variable(question.variable, None)
                leg.set_variable(invalid, digits)
            if leg.ready and question.bad_prompt:
                play(core, leg, question.bad_prompt, terminators=None)
        if question.failure and leg.ready:
            dialplan.transfer(leg, *question.failure.split(" ")[:3])
        return ""

    return app


def _acceptable(leg: Leg, question: _Question, digits: str, result: str) -> bool:
    if not question.least and not digits and "read_terminator_used" in leg.variables:
        return True
    if len(digits) < question.least or not digits or result == "failure":
        return False
    return not question.pattern or re.search(question.pattern, digits) is not None


def record(core: Core, leg: Leg, arg: str) -> str:
    """Record the caller alone, as voicemail does: until a key, the limit or the hangup."""
    words = _words(arg)
    if not words:
        return ""
    leg.progress_media()
    limit = float(_number(words[1].lstrip("+"), 0)) if len(words) > 1 else 0.0
    clip = recording.Recording(words[0], stereo=False)
    leg.emit("RECORD_START", {"Record-File-Path": words[0]})
    leg.set_variable("playback_terminator_used", None)
    ended, key = _play_out(leg, limit or float("inf"), _terminators(leg))
    leg.set_variable("playback_terminator_used", key)
    recording.close(core, leg, clip)
    leg.emit(
        "RECORD_STOP",
        {"Record-File-Path": words[0], "Record-Completion-Cause": "success-" + ended.name.lower()},
    )
    return ""


def record_session(_core: Core, leg: Leg, arg: str) -> str:
    recording.start(leg, arg.split(" +")[0])
    return ""


def stop_record_session(core: Core, leg: Leg, arg: str) -> str:
    recording.stop(core, leg, arg)
    return ""


def sleep(_core: Core, leg: Leg, arg: str) -> str:
    leg.wait(_number(arg, 0) / 1000)
    return ""


def break_app(_core: Core, leg: Leg, _arg: str) -> str:
    leg.break_off(flush=False)
    return ""


def sched_hangup(core: Core, leg: Leg, arg: str) -> str:
    when, _, cause = arg.partition(" ")
    word = cause.split(" ")[0] or "ALLOTTED_TIMEOUT"
    core.schedule.add(when, leg.uuid, lambda: leg.hang_up(word))
    return ""


def sched_transfer(dialplan: Dialplan) -> Application:
    def app(core: Core, leg: Leg, arg: str) -> str:
        when, *target = arg.split(" ")
        core.schedule.add(when, leg.uuid, lambda: _send(dialplan, leg, target))
        return ""

    return app


def _send(dialplan: Dialplan, leg: Leg, target: list[str]) -> None:
    dialplan.transfer(leg, *target[:3])


def table(dialplan: Dialplan) -> dict[str, Callable[[Core, Leg, str], str]]:
    """Every application the lab claims, by its lower-case name."""
    return {
        "answer": answer,
        "pre_answer": pre_answer,
        "playback": playback,
        "endless_playback": endless_playback,
        "play_and_get_digits": play_and_get_digits(dialplan),
        "park": park_here,
        "hangup": hangup,
        "respond": respond,
        "set": set_one,
        "unset": unset,
        "eavesdrop": eavesdropping.eavesdrop,
        "three_way": eavesdropping.three_way,
        "multiset": multiset,
        "export": export,
        "record": record,
        "record_session": record_session,
        "stop_record_session": stop_record_session,
        "sleep": sleep,
        "break": break_app,
        "sched_hangup": sched_hangup,
        "sched_transfer": sched_transfer(dialplan),
    }
