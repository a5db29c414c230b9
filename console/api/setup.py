"""The whole set-up as one document: read, compared, put in its place in one transaction."""

import orjson
from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.candidates import WarningView
from console.api.schemas.document import ChangedEntry, EntryRef, FieldChange, SetupBody, SetupDiff
from console.api.setup_changes import save_all
from console.services import here
from console.setup import document
from console.setup.applying import Plan, fields_changed, plan
from console.setup.document import section_of
from console.setup.faults import check
from console.wording import told
from controller.domain.catalogue import CatalogueEntry

setup = APIBlueprint(
    "setup",
    __name__,
    url_prefix=f"{API}/setup",
    abp_tags=[Tag(name="setup", description="Everything that admins set up, as one document.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)

_DOCUMENT = {
    "description": "Sections by name, in each of them entries by id, without what has its default.",
    "content": {"application/json": {"schema": {"type": "object"}}},
}


@setup.get("", summary="The whole set-up", responses={200: _DOCUMENT})
def show_setup() -> Response:
    """No passwords, tokens or accounts. Put back, it changes nothing."""
    content = orjson.dumps(document.export(here().catalogue))
    return Response(content, content_type="application/json")


@setup.put(
    "",
    summary="Make the set-up what the document says",
    responses={200: SetupDiff, **responses(409)},
)
def put_setup(body: SetupBody) -> Response:
    """All of it in one transaction, or nothing: every mistake is told at once, with its path.

    A new agent's phone has no password until one is made for it (`warnings` say whose).
    """
    catalogue = here().catalogue
    with catalogue.alone():
        draft = document.read(body.model_extra or {}, catalogue)
        wanted = plan(draft, catalogue, prune=body.prune)
        check(wanted.faults)
        view = _diff(wanted, dry_run=body.dry_run)
        if not body.dry_run:
            save_all(wanted.swaps)
        return answer(view)


def _diff(wanted: Plan, *, dry_run: bool) -> SetupDiff:
    swaps = wanted.swaps
    return SetupDiff(
        dry_run=dry_run,
        created=[_ref(swap.entry) for swap in swaps if swap.present is None],
        changed=[
            ChangedEntry(
                **dict(_ref(swap.entry)),
                fields=[
                    FieldChange(field=name, before=before, after=after)
                    for name, before, after in fields_changed(swap)
                ],
            )
            for swap in swaps
            if swap.present is not None and swap.wanted is not None
        ],
        removed=[_ref(swap.entry) for swap in swaps if swap.wanted is None],
        unchanged=[_ref(entry) for entry in wanted.unchanged],
        warnings=[
            WarningView(path=w.path, message=w.message, **told(w.message)) for w in wanted.warnings
        ],
    )


def _ref(entry: CatalogueEntry) -> EntryRef:
    return EntryRef(section=section_of(type(entry)).section, id=entry.id)
