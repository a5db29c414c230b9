"""What a request may carry. Everywhere a JSON object of less than 64 kB; the exceptions stand here."""

from collections.abc import Set

from console.api.rights import API

KB = 1024

#: No other request of this API comes near it.
BODY_LIMIT = 64 * KB

#: (method, URL rule) -> bytes.
LIMITS: dict[tuple[str, str], int] = {
    ("PUT", f"{API}/setup"): 4096 * KB,
}

#: Routes that take sound beside JSON, as it is: the body is the file.
TAKES_SOUND: Set[tuple[str, str]] = {("PUT", f"{API}/prompts/<name>")}
SOUND_LIMIT = 10 * 1024 * KB

#: What browsers and people call what we can decode; the first bytes decide.
SOUND_TYPES = (
    "audio/wav",
    "audio/x-wav",
    "audio/wave",
    "audio/vnd.wave",
    "audio/mpeg",
    "audio/mp3",
    "audio/ogg",
    "audio/webm",
    "audio/mp4",
    "audio/x-m4a",
    "audio/flac",
    "audio/x-flac",
    "application/ogg",
    "video/webm",
)


def limit_of(method: str, rule: str) -> int:
    """A body of this route has fewer bytes."""
    return LIMITS.get((method, rule), BODY_LIMIT)


def takes_sound(method: str, rule: str) -> bool:
    return (method, rule) in TAKES_SOUND
