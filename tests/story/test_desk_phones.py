"""What an agent's desk phone does by itself: hold, transfer, dial. Tandem follows."""

import gevent
import pytest

from controller.domain import events as e
from controller.domain.model import EndedBy, Outcome, State
from tests.story.stage import Caller, Phone

NEAR = 0.5
