"""What the lab switch claims to do as FreeSWITCH does; the suite checks all of it.

The lab implements nothing that is not named here, and what is named it implements
(`test_coverage.py`). What is not named, the lab does not claim.
"""

#: API commands, for `api` and `bgapi`.
COMMANDS = frozenset(
    {
        "create_uuid",
        "global_getvar",
        "hupall",
        "originate",
        "reload",
        "reloadxml",
        "sched_api",
        "sched_del",
        "sched_hangup",
        "sched_transfer",
        "show",
        "sofia",
        "sofia_contact",
        "status",
        "uptime",
        "uuid_answer",
        "uuid_break",
        "uuid_bridge",
        "uuid_broadcast",
        "uuid_displace",
        "uuid_dump",
        "uuid_exists",
        "uuid_getvar",
        "uuid_hold",
        "uuid_kill",
        "uuid_park",
        "uuid_phone_event",
        "uuid_record",
        "uuid_recv_dtmf",
        "uuid_setvar",
        "uuid_setvar_multi",
        "uuid_transfer",
        "version",
    }
)

#: Dialplan applications.
APPLICATIONS = frozenset(
    {
        "answer",
        "break",
        "eavesdrop",
        "endless_playback",
        "export",
        "hangup",
        "multiset",
        "park",
        "play_and_get_digits",
        "playback",
        "pre_answer",
        "record",
        "record_session",
        "respond",
        "sched_hangup",
        "sched_transfer",
        "set",
        "sleep",
        "stop_record_session",
        "three_way",
        "unset",
    }
)

#: Events that a leg, or the switch, fires.
EVENTS = frozenset(
    {
        "BACKGROUND_JOB",
        "CALL_UPDATE",
        "CHANNEL_ANSWER",
        "CHANNEL_BRIDGE",
        "CHANNEL_CALLSTATE",
        "CHANNEL_CREATE",
        "CHANNEL_DESTROY",
        "CHANNEL_EXECUTE",
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_HANGUP",
        "CHANNEL_HANGUP_COMPLETE",
        "CHANNEL_HOLD",
        "CHANNEL_ORIGINATE",
        "CHANNEL_OUTGOING",
        "CHANNEL_PARK",
        "CHANNEL_PROGRESS",
        "CHANNEL_PROGRESS_MEDIA",
        "CHANNEL_UNBRIDGE",
        "CHANNEL_UNHOLD",
        "CHANNEL_UNPARK",
        "CUSTOM",
        "DTMF",
        "HEARTBEAT",
        "MEDIA_BUG_START",
        "MEDIA_BUG_STOP",
        "PLAYBACK_START",
        "PLAYBACK_STOP",
        "RECORD_START",
        "RECORD_STOP",
        "RELOADXML",
    }
)
