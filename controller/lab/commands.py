"""The API commands the lab knows, one table. Reply texts are FreeSWITCH's, byte for byte."""

import uuid as uuids
from collections.abc import Callable
from urllib.parse import quote

import orjson

from controller.lab import bridge, displacing, recording, registrar, show
from controller.lab.arguments import separate
from controller.lab.channel import Leg
from controller.lab.core import Core
from controller.lab.dialplan import Dialplan
from controller.lab.facts import Message
from controller.lab.originate import USAGE as ORIGINATE_USAGE
from controller.lab.originate import Originator
from controller.lab.phones import Exchange

Command = Callable[[str], str]

OK = "+OK\n"
DONE = "+OK Success\n"
NO_CHANNEL = "-ERR No such channel!\n"
FAILED = "-ERR Operation failed\n"


class Commands:
    """Runs `api` and `bgapi` commands against the switch."""

    def __init__(
        self, core: Core, exchange: Exchange, dialplan: Dialplan, originator: Originator
    ) -> None:
        self._core = core
        self._exchange = exchange
        self._dialplan = dialplan
        self._originator = originator
        self.table: dict[str, Command] = self._table()

    def run(self, name: str, argument: str) -> str:
        """The command's output; what FreeSWITCH says to a name that it does not know."""
        command = self.table.get(name.lower())
        if command is None:
            return f"-ERR {name} Command not found!\n"
        return command(argument.strip())

    def _table(self) -> dict[str, Command]:
        return {
            "status": lambda _: show.status(self._core),
            "version": show.version,
            "uptime": lambda arg: show.uptime(self._core, arg),
            "show": lambda arg: show.show(self._core, arg),
            "create_uuid": lambda _: str(uuids.uuid4()),
            "global_getvar": self._global_getvar,
            "reloadxml": self._reloadxml,
            "reload": self._reload,
            "hupall": self._hupall,
            "originate": self._originate,
            "sched_api": self._sched_api,
            "sched_transfer": self._sched_transfer,
            "sched_hangup": self._sched_hangup,
            "sched_del": self._sched_del,
            "sofia": self._sofia,
            "sofia_contact": self._sofia_contact,
            "uuid_exists": lambda arg: "true" if self._find(arg) else "false",
            "uuid_dump": self._dump,
            "uuid_getvar": self._getvar,
            "uuid_setvar": self._setvar,
            "uuid_setvar_multi": self._setvar_multi,
            "uuid_answer": self._answer,
            "uuid_kill": self._kill,
            "uuid_bridge": self._bridge,
            "uuid_park": self._park,
            "uuid_transfer": self._transfer,
            "uuid_hold": self._hold,
            "uuid_record": self._record,
            "uuid_broadcast": self._broadcast,
            "uuid_displace": self._displace,
            "uuid_break": self._break,
            "uuid_phone_event": self._phone_event,
            "uuid_recv_dtmf": self._recv_dtmf,
        }

    def _global_getvar(self, argument: str) -> str:
        if argument == "core_uuid":
            return self._core.bus.core_uuid
        return self._core.settings.globals.get(argument, "")

    def _find(self, uuid: str) -> Leg | None:
        return self._core.find(uuid)

    # -- the switch ----------------------------------------------------------------------------

    def _reloadxml(self, _argument: str) -> str:
        self._core.bus.fire("RELOADXML", {})
        return "+OK [Success]\n"

    def _reload(self, argument: str) -> str:
        if not argument:
            return "-USAGE: [-f] <mod_name>\n"
        self._core.bus.fire("RELOADXML", {})
        return "+OK Reloading XML\n+OK module unloaded\n+OK module loaded\n"

    def _hupall(self, argument: str) -> str:
        words = separate(argument, " ", 11)
        cause = words[0] if words else "MANAGER_REQUEST"
        wanted = list(zip(words[1::2], words[2::2], strict=False))
        for leg in tuple(self._core.legs.values()):
            if all(leg.variables.get(name) == value for name, value in wanted):
                leg.hang_up(cause)
        if not wanted:
            return f"+OK hangup all channels with cause {cause}\n"
        dots = "... with" if len(wanted) > 1 else " with"
        return f"+OK hangup all channels matching [{words[1]}]=[{words[2]}]{dots} cause: {cause}\n"

    def _originate(self, argument: str) -> str:
        return self._originator.run(argument) if argument else ORIGINATE_USAGE

    def _sofia_contact(self, argument: str) -> str:
        extension = argument.rpartition("/")[2].partition("@")[0]
        phone = self._exchange.phones.get(extension)
        if phone is None or phone.registration is None:
            return "error/user_not_registered"
        return f"sofia/agents/{phone.registration.uri}"

    def _sofia(self, argument: str) -> str:
        words = separate(argument, " ", 10)
        if words[:2] != ["xmlstatus", "profile"] or words[3:4] != ["reg"]:
            return "-ERR sofia Command not found!\n"
        phones = self._exchange.phones.values()
        there = [phone.registration for phone in phones if phone.registration is not None]
        return registrar.xmlstatus(words[2], there)

    # -- the schedule --------------------------------------------------------------------------

    def _sched_api(self, argument: str) -> str:
        when, group, command = (*argument.split(" ", 2), "", "")[:3]
        if not command:
            return "-ERR Invalid syntax. USAGE: [+@]<time> <group_name> <command_string>[&]\n"
        name, _, rest = command.removesuffix("&").partition(" ")

        def action() -> None:
            self.run(name, rest)

        number = self._core.schedule.add(when, group, action)
        return f"+OK Added: {number}\n"

    def _sched_transfer(self, argument: str) -> str:
        words = separate(argument, " ", 6)
        if not 2 <= len(words) <= 5:
            return "-USAGE: [+]<time> <uuid> <extension> [<dialplan>] [<context>]\n"
        leg = self._find(words[1])
        if leg is None:
            return NO_CHANNEL
        target = words[2:5] or [""]
        self._core.schedule.add(words[0], leg.uuid, lambda: self._send(leg, target))
        return OK

    def _send(self, leg: Leg, target: list[str]) -> None:
        self._dialplan.transfer(leg, *target)

    def _sched_hangup(self, argument: str) -> str:
        words = separate(argument, " ", 4)
        if not words:
            return "-USAGE: [+]<time> <uuid> [<cause>]\n"
        leg = self._find(words[1]) if len(words) > 1 else None
        if leg is None:
            return NO_CHANNEL
        cause = words[2] if len(words) > 2 else "ALLOTTED_TIMEOUT"
        if words[0] in ("+0", "0"):
            leg.hang_up(cause)
        else:
            self._core.schedule.add(words[0], leg.uuid, lambda: leg.hang_up(cause))
        return OK

    def _sched_del(self, argument: str) -> str:
        return f"+OK Deleted: {self._core.schedule.delete(argument)}\n"

    # -- one leg -------------------------------------------------------------------------------

    def _dump(self, argument: str) -> str:
        words = separate(argument, " ", 2)
        if not words:
            return "-USAGE: <uuid> [format]\n"
        leg = self._find(words[0])
        if leg is None:
            return NO_CHANNEL
        headers = self._core.bus.headers("CHANNEL_DATA")
        leg.describe(headers)
        form = words[1].lower() if len(words) > 1 else "txt"
        if form == "json":
            return orjson.dumps(headers).decode()
        encode = quote if form == "plain" else str
        return "".join(f"{name}: {encode(value)}\n" for name, value in headers.items()) + "\n"

    def _getvar(self, argument: str) -> str:
        words = separate(argument, " ", 4)
        if len(words) < 2:
            return "-USAGE: <uuid> <var>\n"
        leg = self._find(words[0])
        if leg is None:
            return NO_CHANNEL
        return leg.variables.get(words[1], "_undef_")

    def _setvar(self, argument: str) -> str:
        words = separate(argument, " ", 3)
        if len(words) < 2:
            return "-USAGE: <uuid> <var> [value]\n"
        leg = self._find(words[0])
        if leg is None:
            return NO_CHANNEL
        leg.set_variable(words[1], words[2] if len(words) > 2 else None)
        return OK

    def _setvar_multi(self, argument: str) -> str:
        usage = "-USAGE: <uuid> <var>=<value>;<var>=<value>...\n"
        if not argument:
            return usage
        uuid, blank, text = argument.partition(" ")
        if not blank:
            return ""
        leg = self._find(uuid)
        if leg is None:
            return NO_CHANNEL + usage
        errors, count = "", 0
        for pair in separate(text, ";", 64):
            name, _, value = pair.partition("=")
            if name:
                leg.set_variable(name, value)
                count += 1
            else:
                errors += "-ERR No variable specified\n"
        return errors + (OK if count else usage)

    def _answer(self, argument: str) -> str:
        leg = self._find(argument)
        return OK if leg is not None and leg.answer() else "-ERROR\n"

    def _kill(self, argument: str) -> str:
        if not argument:
            return "-USAGE: <uuid> [cause]\n"
        uuid, _, cause = argument.partition(" ")
        leg = self._find(uuid)
        if leg is None:
            return NO_CHANNEL
        leg.hang_up(cause.strip() or "NORMAL_CLEARING")
        return OK

    def _park(self, argument: str) -> str:
        leg = self._find(argument)
        if leg is None:
            return NO_CHANNEL
        bridge.park_leg(self._core, leg)
        return OK

    def _transfer(self, argument: str) -> str:
        usage = "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"
        words = separate(argument, " ", 5)
        if len(words) < 2:
            return usage
        leg = self._find(words[0])
        if leg is None:
            return NO_CHANNEL
        target = words[1:]
        if target[0].startswith("-"):
            which, target = target[0], target[1:]
            partner = leg.other
            if which == "-bleg" and partner is not None:
                leg = partner
            elif which == "-both" and partner is not None:
                self._send(partner, target[:3])
        if not target or not self._dialplan.transfer(leg, *target[:3]):
            return "-ERR\n"
        return OK

    def _break(self, argument: str) -> str:
        if not argument:
            return "-USAGE: <uuid> [all]\n"
        uuid, _, flags = argument.partition(" ")
        leg = self._find(uuid)
        if leg is None:
            return NO_CHANNEL
        leg.break_off(flush="all" in flags)
        if "both" in flags and leg.other is not None:
            leg.other.break_off(flush="all" in flags)
        return OK

    def _recv_dtmf(self, argument: str) -> str:
        words = separate(argument, " ", 2)
        leg = self._find(words[0]) if len(words) > 1 else None
        if leg is None:
            return "-USAGE: <uuid> <dtmf_data>\n"
        leg.press(words[1])
        return f"+OK {leg.uuid} received DTMF {words[1]}.\n"

    def _phone_event(self, argument: str) -> str:
        words = separate(argument, " ", 2)
        if not words:
            return "-USAGE: <uuid>\n"
        leg = self._find(words[0])
        if leg is None:
            return FAILED
        self._exchange.notify(leg, words[1] if len(words) > 1 else "talk")
        return DONE

    # -- legs together, sounds, files ----------------------------------------------------------

    def _bridge(self, argument: str) -> str:
        words = separate(argument, " ", 4)
        if len(words) < 2:
            return "-USAGE: <uuid> <other_uuid>\n"
        for other in words[1:3]:
            if bridge.bridge_legs(self._core, words[0], other):
                return f"+OK {other}\n"
        return "-ERR Invalid uuid\n"

    def _hold(self, argument: str) -> str:
        words = separate(argument, " ", 4)
        if not words:
            return "-USAGE: [off|toggle] <uuid> [<display>]\n" + FAILED
        action = words[0].lower() if words[0].lower() in ("off", "toggle") else "on"
        uuid = words[0] if action == "on" else (words[1] if len(words) > 1 else "")
        leg = self._find(uuid)
        if leg is None:
            return DONE  # as FreeSWITCH has it: nobody there counts as held
        off = action == "off" or (action == "toggle" and leg.held)
        held = bridge.unhold(self._core, leg) if off else bridge.hold(self._core, leg)
        return DONE if held else FAILED

    def _record(self, argument: str) -> str:
        words = separate(argument, " ", 5)
        usage = "-USAGE: <uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]\n"
        if len(words) < 3:
            return usage
        leg, action, path = self._find(words[0]), words[1].lower(), words[2]
        if leg is None:
            return "-ERR Cannot locate session!\n"
        if action == "start":
            return DONE if recording.start(leg, path) else "-ERR Cannot record session!\n"
        if action == "stop":
            stopped = recording.stop(self._core, leg, path)
            return DONE if stopped else "-ERR Cannot stop record session!\n"
        if action in ("mask", "unmask"):
            masked = recording.mask(leg, path, action == "mask")
            return DONE if masked else f"-ERR Cannot {action} recording session!\n"
        return usage

    def _displace(self, argument: str) -> str:
        words = separate(argument, " ", 5)
        usage = "-USAGE: <uuid> [start|stop] <path> [<limit>] [mux]\n"
        if len(words) < 3:
            return usage
        leg, action, path = self._find(words[0]), words[1].lower(), words[2]
        if leg is None:
            return "-ERR Cannot locate session!\n"
        if action == "start":
            started = displacing.start(self._core, leg, path)
            return DONE if started else "-ERR Cannot displace session!\n"
        if action == "stop":
            return DONE if displacing.stop(leg, path) else "-ERR Cannot stop displace session!\n"
        return usage

    def _broadcast(self, argument: str) -> str:
        words = separate(argument, " ", 4)
        if len(words) < 2:
            return "-USAGE: <uuid> <path> [aleg|bleg|holdb|both]\n"
        leg = self._find(words[0])
        if leg is None:
            return "-ERR invalid uuid\n"
        sides = words[2].lower() if len(words) > 2 else "aleg"
        message = _broadcast_message(words[1])
        if "both" in sides or "aleg" in sides:
            leg.post(message)
        if leg.other is not None and ("both" in sides or "bleg" in sides):
            leg.other.post(message)
        return "+OK Message sent\n"


def _broadcast_message(path: str) -> Message:
    """`app::argument` runs that application; anything else is played."""
    app, colons, arg = path.partition("::")
    if colons:
        return Message(command="execute", app=app.rstrip("!"), arg=arg)
    return Message(command="execute", app="playback", arg=path)
