"""Everything the domain can say survives the database's text."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.adapters.db.codec import REPLACEMENT, Codec, clean_text, event_types
from controller.domain.agent import Agent, AgentEvent
from controller.domain.catalogue import CATALOGUE, Did
from controller.domain.events import Arrived, Event
from controller.domain.model import Interaction
from controller.errors import StoreError

CODEC = Codec()
NUMBERS = st.floats(allow_nan=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))

for plain, strategy in ((float, NUMBERS), (str, TEXT), (int, st.integers(-(2**62), 2**62))):
    st.register_type_strategy(plain, strategy)


def _all_subclasses(kind):
    return {name for sub in kind.__subclasses__() for name in {sub.__name__} | _all_subclasses(sub)}


def test_the_registry_has_every_event_of_the_domain():
    assert set(event_types()) == _all_subclasses(Event) | _all_subclasses(AgentEvent)
    assert len(event_types()) > 20


@pytest.mark.parametrize("name", sorted(event_types()))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_event_comes_back_equal(name, data):
    event = data.draw(st.builds(event_types()[name]))
    read = CODEC.event("s", 1, name, CODEC.encode(event))
    assert read == event
    assert type(read) is type(event)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_catalogue_entry_comes_back_equal(name, data):
    entry = data.draw(st.builds(CATALOGUE[name]))
    assert CODEC.entry(name, "x", CODEC.encode(entry)) == entry


@settings(max_examples=40, deadline=None)
@given(st.builds(Interaction), st.builds(Agent))
def test_states_come_back_equal(interaction, agent):
    assert CODEC.interaction("x", CODEC.encode(interaction)) == interaction
    assert CODEC.agent("x", CODEC.encode(agent)) == agent


@given(st.text())
def test_any_text_is_cleaned_into_what_a_database_takes(text):
    cleaned = clean_text(text)
    assert len(cleaned.encode()) >= len(text)
    assert "\0" not in cleaned
    changed = {old for old, new in zip(text, cleaned, strict=True) if old != new}
    assert all(char == "\0" or "\ud800" <= char <= "\udfff" for char in changed)


def _arrived(name):
    return Arrived(
        interaction_id="a", at=1.0, channel="voice", leg="l", address="1", name=name, dialled="2"
    )


def test_hostile_text_is_replaced_and_nothing_else_is():
    encoded = CODEC.encode(_arrived("x\0y\ud83dz\\u0000 é"))
    assert json.loads(encoded)["name"] == f"x{REPLACEMENT}y{REPLACEMENT}z\\u0000 é"


def test_infinity_survives():
    event = Arrived(
        interaction_id="a", at=math.inf, channel="v", leg="l", address="1", name="", dialled="2"
    )
    assert CODEC.event("s", 1, "Arrived", CODEC.encode(event)) == event


def test_unknown_fields_of_a_newer_tandem_are_left_out():
    fields = json.loads(CODEC.encode(_arrived("Anna"))) | {"mood": "good", "nested": {"a": [1]}}
    assert CODEC.event("s", 1, "Arrived", json.dumps(fields)) == _arrived("Anna")


def test_an_unknown_event_type_says_what_to_do():
    with pytest.raises(StoreError, match=r"event 7 of interaction:a is a Teleported.*upgrade"):
        CODEC.event("interaction:a", 7, "Teleported", "{}")


def test_an_unreadable_row_names_the_field_and_no_value():
    fields = json.loads(CODEC.encode(_arrived("Anna"))) | {"at": "half past Zebra"}
    with pytest.raises(
        StoreError, match=r"event 1 of s cannot be read.*at: float_parsing"
    ) as caught:
        CODEC.event("s", 1, "Arrived", json.dumps(fields))
    assert "Zebra" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_missing_field_with_a_default_takes_it():
    assert CODEC.entry("did", "1", '{"id": "1", "flow": "main"}') == Did(id="1", flow="main")
