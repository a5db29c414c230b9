"""A sound in place of what a leg hears: announcements over endless music."""

from pathlib import Path

import pytest

from tests.conformance.acts import answered
from tests.conformance.benches import Bench
from tests.conformance.client import Client
from tests.conformance.stories import story
from tests.live.tones import write_wav_tone

MUSIC = "tone_stream://%(1000,0,440);loops=-1"
DONE = "+OK Success\n"


def waiting(bench: Bench, client: Client) -> str:
    """An answered caller with endless music."""
    leg = answered(bench, client)
    client.sendmsg(leg, "endless_playback", MUSIC, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)
    client.forget()
    return leg


@pytest.fixture
def sounds(tmp_path: Path) -> tuple[Path, Path]:
    return (
        write_wav_tone(tmp_path / "a.wav", hz=700, seconds=0.6),
        write_wav_tone(tmp_path / "b.wav", hz=900, seconds=0.6),
    )


def test_sounds_in_a_row_displace_the_music_and_end_by_themselves(bench, client, sounds):
    leg = waiting(bench, client)
    both = f"file_string://{sounds[0]}!{sounds[1]}"
    assert client.api(f"uuid_displace {leg} start {both}") == DONE
    began = client.wait_name("MEDIA_BUG_START", leg)
    assert (began["Media-Bug-Function"], began["Media-Bug-Target"]) == ("displace", both)
    ended = client.wait_name("MEDIA_BUG_STOP", leg)
    lasted = int(ended["Event-Date-Timestamp"]) - int(began["Event-Date-Timestamp"])
    assert 1.1 < lasted / 1e6 < 3.0  # busy cores play late
    assert story(client, leg) == ["MEDIA_BUG_START", "MEDIA_BUG_STOP"]  # the music plays on
    assert client.api(f"uuid_displace {leg} stop {both}") == "-ERR Cannot stop displace session!\n"


def test_it_is_stopped_at_once(bench, client, sounds):
    leg = waiting(bench, client)
    assert client.api(f"uuid_displace {leg} start {sounds[0]}") == DONE
    assert client.api(f"uuid_displace {leg} start {sounds[0]}") == "-ERR Cannot displace session!\n"
    assert client.api(f"uuid_displace {leg} stop {sounds[0]}") == DONE
    client.wait_name("MEDIA_BUG_STOP", leg)
    assert story(client, leg) == ["MEDIA_BUG_START", "MEDIA_BUG_STOP"]


def test_it_does_not_end_with_the_music_but_with_the_leg(bench, client, sounds):
    leg = waiting(bench, client)
    assert client.api(f"uuid_displace {leg} start {sounds[0]}") == DONE
    client.api(f"uuid_park {leg}")
    client.wait_name("CHANNEL_PARK", leg)
    assert "MEDIA_BUG_STOP" not in story(client, leg)
    client.api(f"uuid_kill {leg}")
    client.wait_name("CHANNEL_DESTROY", leg)
    told = story(client, leg)
    assert told.index("HANGUP") < told.index("MEDIA_BUG_STOP") < told.index("HANGUP_COMPLETE")


def test_what_cannot_be(bench, client):
    leg = waiting(bench, client)
    usage = "-USAGE: <uuid> [start|stop] <path> [<limit>] [mux]\n"
    assert client.api(f"uuid_displace {leg}") == usage
    assert client.api(f"uuid_displace {leg} turn a.wav") == usage
    assert (
        client.api(f"uuid_displace {leg} start /no/such.wav") == "-ERR Cannot displace session!\n"
    )
    nobody = "00000000-0000-0000-0000-000000000000"
    assert client.api(f"uuid_displace {nobody} start a.wav") == "-ERR Cannot locate session!\n"
