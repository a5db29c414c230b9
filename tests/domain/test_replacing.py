"""The quick `replace` of evolve makes what `dataclasses.replace` makes, of every value of the model."""

import dataclasses

import pytest

from controller.domain import model
from controller.domain.evolve.replacing import replace

VALUES = [
    thing
    for thing in vars(model).values()
    if isinstance(thing, type) and thing.__module__.startswith(f"{model.__name__}.")
]


def _sample(kind):
    return kind(**{field.name: f"some {field.name}" for field in dataclasses.fields(kind)})


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_it_makes_what_the_slow_one_makes(kind):
    before = _sample(kind)
    for field in dataclasses.fields(kind):
        changes = {field.name: "another"}
        after = replace(before, **changes)
        assert after == dataclasses.replace(before, **changes)
        assert type(after) is kind
    assert before == _sample(kind)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_the_values_are_such_that_it_may_be_used(kind):
    assert kind.__bases__ == (object,)
    assert set(kind.__slots__) == {field.name for field in dataclasses.fields(kind)}
    assert not hasattr(kind, "__post_init__")


def test_a_field_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError, match="until_when"):
        replace(model.Pause(since=1.0), until_when=2.0)
