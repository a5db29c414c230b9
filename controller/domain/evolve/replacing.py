"""`dataclasses.replace` for the values of `model`, at under half of its time: a call makes 60 of them.

A type checker sees the original, and so checks names and types of the fields.
"""

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import replace as replace
else:
    T = TypeVar("T")

    def replace(value: T, /, **changes: Any) -> T:
        """The same with other fields. `value`: slotted, without bases and without __post_init__."""
        new = object.__new__(type(value))
        for name in value.__slots__:
            object.__setattr__(new, name, getattr(value, name))
        for name, field in changes.items():
            object.__setattr__(new, name, field)
        return new
