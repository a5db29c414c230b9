"""The lab switch: an event socket server that behaves as FreeSWITCH does, with scripted people.

See docs/lab.md for how to use it.
"""

from controller.lab.callers import (
    Caller,
    HangUp,
    HangUpAfter,
    LabCall,
    Press,
    Talk,
    Wait,
    WaitForAgent,
    WaitForPrompt,
)
from controller.lab.core import Settings
from controller.lab.dialplan import Dialplan
from controller.lab.phones import LabPhone, Phone
from controller.lab.switch import LabSwitch

__all__ = [
    "Caller",
    "Dialplan",
    "HangUp",
    "HangUpAfter",
    "LabCall",
    "LabPhone",
    "LabSwitch",
    "Phone",
    "Press",
    "Settings",
    "Talk",
    "Wait",
    "WaitForAgent",
    "WaitForPrompt",
]
