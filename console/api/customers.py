"""Customers: who he is, what became of him in every channel, and what people know of him."""

from flask import Response, g
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.exceptions import PreconditionFailed
from werkzeug.http import parse_etags

from console.api.answers import answer, nothing
from console.api.auditing import deed
from console.api.guard import caller
from console.api.known import sees_customer, visible_family
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.customers import (
    CustomerBody,
    CustomerHistoryList,
    CustomerList,
    CustomerQuery,
    CustomerView,
    HistoryQuery,
    IdentityBody,
    IdentityQuery,
    contact_view,
    customer_view,
)
from console.api.schemas.values import IdPath, IfMatch
from console.api.visible import find_interaction, may_see, sight_of
from console.services import here
from controller.desk.customers import Family
from controller.domain.customer import Kind
from controller.errors import Invalid, StaleVersion, say

customers = APIBlueprint(
    "customers",
    __name__,
    url_prefix=API,
    abp_tags=[Tag(name="customers", description="Who calls, writes and chats.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


@customers.get("/customers", summary="Customers by name or identity", responses={200: CustomerList})
def list_customers(query: CustomerQuery) -> Response:
    """By the beginning of a name, or by one identity. Of those you may see: an agent those whose contacts he
    has or had."""
    desk = here().customers
    if query.name is not None and query.kind is query.value is None:
        found = [f for f in desk.named(query.name, query.limit) if sees_customer(f)]
    elif query.name is None and query.kind is not None and query.value is not None:
        family = desk.known_by(Kind(query.kind), query.value)
        found = [family] if family and sees_customer(family) else []
    else:
        raise Invalid(say("customer_by_one", "ask by `name`, or by `kind` and `value`"))
    return answer(CustomerList(items=[customer_view(family) for family in found]))


@customers.get(
    "/customers/<id>", summary="One customer", responses={200: CustomerView, **responses(404)}
)
def show_customer(path: IdPath) -> Response:
    return _show(visible_family(path.id))


@customers.get(
    "/interactions/<id>/customer",
    summary="Whose it is",
    responses={200: CustomerView, 204: None, **responses(404)},
)
def show_customer_of(path: IdPath) -> Response:
    """204 when nothing says who he is, as where he withholds his number."""
    family = here().customers.of_contact(find_interaction(path.id))
    return _show(family) if family else nothing()


@customers.put(
    "/customers/<id>",
    summary="Change name, note and language",
    responses={200: CustomerView, **responses(404, 412)},
)
def put_customer(path: IdPath, header: IfMatch, body: CustomerBody) -> Response:
    """Replaces all three; of one who was merged into another, that one's."""
    family = visible_family(path.id)
    version = None
    if header.if_match is not None:
        version = family[0].version
        if not parse_etags(header.if_match).contains_weak(str(version)):
            raise _changed_since()
    try:
        after = here().customers.change(
            family, name=body.name.strip(), note=body.note, language=body.language, version=version
        )
    except StaleVersion:
        raise _changed_since() from None
    _note(family)
    return _show(after)


@customers.post(
    "/customers/<id>/identities",
    summary="He is known by this, too",
    responses={200: CustomerView, **responses(404, 409)},
)
def add_identity(path: IdPath, body: IdentityBody) -> Response:
    """409 when another customer is known by it: nobody becomes another by an entry; merge them, with
    evidence."""
    family = visible_family(path.id)
    after = here().customers.add_identity(family, Kind(body.kind), body.value)
    _note(family)
    return _show(after)


@customers.delete(
    "/customers/<id>/identities",
    summary="He is not known by this any more",
    responses={200: CustomerView, **responses(404)},
)
def remove_identity(path: IdPath, query: IdentityQuery) -> Response:
    """His contacts stay his. Who comes by it next is a new customer."""
    family = visible_family(path.id)
    after = here().customers.remove_identity(family, Kind(query.kind), query.value)
    _note(family)
    return _show(after)


@customers.get(
    "/customers/<id>/history",
    summary="His contacts in all channels, newest first",
    responses={200: CustomerHistoryList, **responses(404)},
)
def list_history(path: IdPath, query: HistoryQuery) -> Response:
    """With those of all who were merged into him. An agent who may see the customer sees a line of each
    contact; who is restricted to queues, those of these."""
    family = visible_family(path.id)
    sight = sight_of(caller())
    past = here().customers.past(
        family,
        before=query.before,
        limit=query.limit,
        wanted=lambda interaction: sight.own or sight.sees(interaction),
    )
    return answer(
        CustomerHistoryList(
            items=[contact_view(i, yours=may_see(i)) for i in past.contacts],
            more=past.before is not None,
            before=past.before,
        )
    )


def _show(family: Family) -> Response:
    response = answer(customer_view(family))
    response.set_etag(str(family[0].version))
    return response


def _note(family: Family) -> None:
    here().people.trail.note(deed(subject=family[0].id))


def _changed_since() -> PreconditionFailed:
    g.refused = say("audit_version_old", "not the version that stands")
    return PreconditionFailed(
        say(
            "customer_changed",
            "this customer was changed since you read it, so nothing is saved; read it again, and send"
            " its ETag as If-Match",
        )
    )
