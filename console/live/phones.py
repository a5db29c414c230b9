"""Which tab of an account is its phone: one at most, and its going frees the place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Holder:
    tab: str
    reader: str


class PhoneHolders:
    """`owner`: the account (or token). Each call answers with the tab that is the phone after it."""

    def __init__(self) -> None:
        self._holders: dict[str, _Holder] = {}

    def holder(self, owner: str) -> str | None:
        held = self._holders.get(owner)
        return None if held is None else held.tab

    def take(self, owner: str, tab: str, reader: str, *, by_force: bool) -> str | None:
        """`by_force`: from whoever has it. A tab that has reconnected keeps it."""
        held = self._holders.get(owner)
        if held is None or by_force or held.tab == tab:
            self._holders[owner] = _Holder(tab, reader)
        return self.holder(owner)

    def gone(self, owner: str, reader: str) -> bool:
        """Whether that freed it."""
        held = self._holders.get(owner)
        if held is None or held.reader != reader:
            return False
        del self._holders[owner]
        return True
