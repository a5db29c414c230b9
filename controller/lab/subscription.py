"""What one listener asked to hear: names, CUSTOM subclasses, filters, and the format."""

import re
from collections.abc import Callable

from controller.lab.events import Event
from controller.lab.names import EVENT_NAMES

FORMATS = ("plain", "json", "xml")


class Subscription:
    """Understands `event`, `nixevent`, `noevents` and `filter`; answers with the reply's text."""

    def __init__(self) -> None:
        self.form = "plain"
        self.listening = False
        self.names: set[str] = set()
        self._subclasses: set[str] = set()
        self._filters: list[tuple[str, str]] = []

    def wants(self, event: Event) -> bool:
        if "ALL" not in self.names:
            if event.name not in self.names:
                return False
            if event.name == "CUSTOM" and event.subclass and event.subclass not in self._subclasses:
                return False
        return not self._filters or self._passes(event)

    def event(self, words: list[str]) -> str:
        """`event [format] NAME ... [CUSTOM subclass ...]`."""
        if words and words[0].lower() in FORMATS:
            self.form = words[0].lower()
            words = words[1:]
        count = self._each(words, self.names.add, self._subclasses.add)
        if not count:
            return "-ERR no keywords supplied"
        self.listening = True
        return f"+OK event listener enabled {self.form}"

    def nixevent(self, words: list[str]) -> str:
        if any(word.upper() == "ALL" for word in words):
            self.names.clear()
            return "+OK events nixed"
        if "ALL" in self.names:
            self.names = set(EVENT_NAMES)
        count = self._each(words, self._drop_name, self._subclasses.discard)
        return "+OK events nixed" if count else "-ERR no keywords supplied"

    def _drop_name(self, name: str) -> None:
        if name != "CUSTOM":
            self.names.discard(name)

    def _each(
        self, words: list[str], name: Callable[[str], None], subclass: Callable[[str], None]
    ) -> int:
        """Hand each known name, and each word after CUSTOM, on; return how many names."""
        count = 0
        custom = False
        for word in words:
            if custom:
                subclass(word)
            elif word.upper() in EVENT_NAMES or word.upper() == "ALL":
                name(word.upper())
                count += 1
                custom = word.upper() == "CUSTOM"
        return count

    def noevents(self) -> str:
        if not self.listening:
            return "-ERR not listening for events"
        self.listening = False
        self.names.clear()
        self._subclasses.clear()
        return "+OK no longer listening for events"

    def filter(self, text: str) -> str:
        """`filter [add] Header value` and `filter delete Header|all [value]`."""
        header, blank, value = text.strip().partition(" ")
        if header.lower() == "delete" and blank:
            header, _, value = value.partition(" ")
            self._delete_filter(header, value)
            return f"+OK filter deleted. [{header}][{value}]"
        if not blank:
            return "-ERR invalid syntax"
        if header.lower() == "add":
            header, _, value = value.partition(" ")
        self._filters.append((header.lower(), value))
        return f"+OK filter added. [{header}]=[{value}]"

    def _delete_filter(self, header: str, value: str) -> None:
        if header.lower() == "all":
            self._filters.clear()
            return
        self._filters = [
            (name, wanted)
            for name, wanted in self._filters
            if name != header.lower() or (value and wanted != value)
        ]

    def _passes(self, event: Event) -> bool:
        """Any positive filter lets an event in, any negative one that matches keeps it out."""
        headers = {name.lower(): value for name, value in event.headers.items()}
        send = False
        for name, wanted in self._filters:
            found = headers.get(name)
            if found is None:
                continue
            sign = wanted[: len(wanted) - len(wanted.lstrip("+- "))].strip()[-1:]
            target = wanted.lstrip("+- ")
            if wanted.startswith("/"):
                hit = re.search(target.strip("/"), found) is not None
            else:
                hit = found.lower() == target.lower()
            if hit and sign == "-":
                return False
            send = send or hit
        return send
