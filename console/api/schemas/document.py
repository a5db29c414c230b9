"""The set-up as one document, and what putting it comes to."""

from typing import Any

from pydantic import ConfigDict, Field

from console.api.schemas.candidates import WarningView
from console.api.schemas.values import Body, View
from console.setup.kinds import KINDS

_SECTIONS = ", ".join(kind.section for kind in KINDS)

_EXAMPLE: dict[str, Any] = {
    "queues": {"sales": {"name": "Sales", "skills": {"english": 2}}},
    "agents": {"ann": {"name": "Ann Example", "extension": "1001", "queues": ["sales"]}},
    "dry_run": True,
}


class SetupBody(Body):
    """Sections by name, in each of them entries by id, as their own `PUT` takes them."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": _EXAMPLE,
            "additionalProperties": {"type": "object"},
            "description": f"Sections: {_SECTIONS}. One that is left out stays as it is; an entry is"
            " replaced whole. Names may point within the document.",
        },
    )

    prune: bool = Field(
        default=False,
        description="Remove what the document's sections do not name. Refused while it is in use.",
    )
    dry_run: bool = Field(default=False, description="Save nothing; only tell what would change.")


class EntryRef(View):
    section: str = Field(examples=["queues"])
    id: str


class FieldChange(View):
    field: str
    before: Any
    after: Any


class ChangedEntry(EntryRef):
    fields: list[FieldChange]


class SetupDiff(View):
    """What a document changed, or would."""

    dry_run: bool
    created: list[EntryRef]
    changed: list[ChangedEntry]
    removed: list[EntryRef]
    unchanged: list[EntryRef] = Field(description="Named by the document, and as it says already.")
    warnings: list[WarningView]
