import pytest

from controller.domain import commands as c
from tests.domain.stories import CUSTOMER, Story


@pytest.fixture
def handled():
    """A contact with one finished segment, `o1`, of agent anna."""
    story = Story().in_flow().queued().at(5).offered().accepted().connected()
    return story.at(30).leg_ended(CUSTOMER).leg_ended("a1")


@pytest.fixture
def recorded(handled):
    """Tells the story that `path` was recorded; returns the interaction."""

    def tell(path, sha256, length_s=2.0, error=None):
        handled.do(
            c.NoteRecordingStarted,
            recording_id="o1",
            segment_id="o1",
            path=str(path),
            at=handled.now,
        )
        handled.do(
            c.NoteRecordingStopped,
            recording_id="o1",
            length_s=length_s,
            sha256=sha256,
            error=error,
            at=handled.now,
        )
        return handled.state

    return tell
