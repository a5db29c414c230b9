"""`uuid_displace`: a sound in place of whatever a leg is sent, until it is over or is stopped.

The leg goes on with what it is doing, and hears that again afterwards.
"""

from controller.lab.channel import Leg
from controller.lab.core import Core


def start(core: Core, leg: Leg, path: str) -> bool:
    """Play `path`; False when it is not there or plays already."""
    seconds = core.media.seconds(path)
    if seconds is None or path in leg.displaced or not leg.up:
        return False
    leg.progress_media()
    leg.emit("MEDIA_BUG_START", _told(path))
    leg.displaced[path] = core.timers.after(seconds, lambda: _over(leg, path))
    return True


def stop(leg: Leg, path: str) -> bool:
    timer = leg.displaced.pop(path, None)
    if timer is None:
        return False
    timer.cancel()
    leg.emit("MEDIA_BUG_STOP", _told(path))
    return True


def _over(leg: Leg, path: str) -> None:
    stop(leg, path)


def stop_all(leg: Leg) -> None:
    """The leg has hung up."""
    for path in tuple(leg.displaced):
        stop(leg, path)


def _told(path: str) -> dict[str, str]:
    return {"Media-Bug-Function": "displace", "Media-Bug-Target": path}
