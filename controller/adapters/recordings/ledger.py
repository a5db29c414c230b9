"""Keeps a manifest beside each interaction's recordings: the `Ledger` of ports."""

from pathlib import Path

import gevent

from controller.adapters.recordings.manifest import encode, manifest_of, write_atomically
from controller.adapters.recordings.paths import manifest_path
from controller.domain.model import Interaction
from controller.errors import PeerFault


class RecordingLedger:
    """`root`: the recordings folder. Files are written in a real thread; only the caller waits."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write_manifest(self, interaction: Interaction) -> None:
        """Write what is known now; written again with nothing new, it changes nothing.

        Raises Invalid for an id that cannot name a folder, PeerFault when the disk refuses.
        """
        path = manifest_path(self._root, interaction)
        content = encode(manifest_of(interaction, path.parent))
        try:
            gevent.get_hub().threadpool.apply(write_atomically, (path, content))
        except OSError as error:
            raise PeerFault(
                f"the manifest {path} was not written: {error.strerror}; give Tandem space and the "
                "right to write there. It is written again with the interaction's next recording"
            ) from error
