"""Which customers a caller may see: those of contacts that he may see; who sees all contacts, all."""

from console.api.auditing import note_hidden
from console.api.guard import caller
from console.api.visible import sight_of
from console.services import here
from controller.desk.customers import Family
from controller.errors import NotFound, say

#: Of a customer's contacts, the newest so many are looked at for one that is the caller's.
LOOK_BACK = 200


def sees_customer(family: Family) -> bool:
    sight = sight_of(caller())
    if not sight.own and not sight.queues:
        return True
    past = here().customers.past(family, limit=1, look_at=LOOK_BACK, wanted=sight.sees)
    return bool(past.contacts)


def visible_family(customer_id: str) -> Family:
    """Raises NotFound, also for one who is not the caller's to see: he learns nothing of him."""
    try:
        found = here().customers.family(customer_id)
    except NotFound:
        found = []
    if found and not sees_customer(found):
        note_hidden()
        found = []
    if not found:
        raise NotFound(
            say(
                "customer_not_visible",
                "there is no customer {customer} among those you may see; GET"
                " /api/v1/interactions/ID/customer tells whose a contact is",
                customer=customer_id,
            )
        )
    return found
