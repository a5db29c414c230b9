"""What the Socket.IO libraries have to say, as few lines of ours: never a message's text."""

import structlog

_log = structlog.get_logger(__name__)


class QuietLog:
    """Stands in for their logger. They report each junk message as an exception with its trace."""

    level = 0

    def info(self, message: object, *args: object) -> None:
        return

    def warning(self, message: object, *args: object) -> None:
        return

    def error(self, message: object, *args: object) -> None:
        _log.debug("live_complaint")

    def exception(self, message: object, *args: object) -> None:
        _log.info("live_message_unreadable")
