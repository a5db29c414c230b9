"""The data folder is one process's alone."""

import fcntl
import os
from pathlib import Path
from typing import IO

from controller.errors import Invalid

#: In the data folder; its first line is the pid of the process that has it.
LOCK = "lock"


def lock_folder(data: Path) -> IO[str]:
    """One process a data folder. The lock goes with the process, however it ends."""
    try:
        data.mkdir(mode=0o750, parents=True, exist_ok=True)
        handle = (data / LOCK).open("a")  # what is in it is another's until it is ours
    except OSError as error:
        raise Invalid(
            f"cannot use {data} as data folder: {error.strerror}; choose --data"
        ) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Invalid(
            f"another Tandem is running on {data}; stop it, or choose another folder with --data"
        ) from None
    handle.truncate(0)
    handle.write(f"{os.getpid()}\n")
    handle.flush()
    return handle
