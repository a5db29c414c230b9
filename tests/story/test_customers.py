"""Who calls is found by his number; who calls again is the same, with what he had before."""

from tests.story.stage import Caller


def ended(stage, address: str):
    """A caller who comes, waits and goes."""
    before = {interaction.id for interaction in stage.interactions()}
    stage.dial(Caller(stay=1, address=address)).wait_over()
    return stage.until(lambda i: i.closed and i.id not in before)


def test_who_calls_again_is_one_customer_with_one_history(stage):
    first = ended(stage, "+4930111222")
    found = stage.api("GET", f"interactions/{first.id}/customer")
    assert [(k["kind"], k["value"]) for k in found["identities"]] == [("phone", "+4930111222")]
    assert found["name"] == "Ann Smith"

    again, other = ended(stage, "+4930111222"), ended(stage, "+4930111333")
    assert stage.api("GET", f"interactions/{again.id}/customer")["id"] == found["id"]
    assert stage.api("GET", f"interactions/{other.id}/customer")["id"] != found["id"]
    history = stage.api("GET", f"customers/{found['id']}/history")["items"]
    assert [row["id"] for row in history] == [again.id, first.id]


def test_who_calls_from_within_is_nobody(stage):
    contact = ended(stage, "1042")
    assert stage.api("GET", f"interactions/{contact.id}/customer") is None
