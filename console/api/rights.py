"""Who may call what: the one table of route and socket event against roles.

What has no row here is closed to everyone. `None` opens a row to callers who say not who they are.
Where the row says `agent`, the route itself sees to it that an agent reaches only what is his.
"""

from console.auth import Role

Roles = frozenset[Role]

_AGENT, _SUPERVISOR, _MANAGER = Role.AGENT, Role.SUPERVISOR, Role.MANAGER
_ADMIN, _AUDITOR = Role.ADMIN, Role.AUDITOR

EVERY_ROLE: Roles = frozenset(Role)
#: Those who act: an agent for himself, the others for any agent.
ON_THE_FLOOR: Roles = frozenset({_AGENT, _SUPERVISOR, _ADMIN})
#: Those who may listen to others' contacts; it takes an agent's phone, too.
LISTENERS: Roles = frozenset({_SUPERVISOR, _ADMIN})
#: Those who may decide who is served when, where and by whom.
STEERING: Roles = frozenset({_SUPERVISOR, _ADMIN})
#: Those who may see everybody's work.
OVERSEERS: Roles = frozenset({_SUPERVISOR, _MANAGER, _ADMIN, _AUDITOR})
#: Those who may see who has a token or an account, though never the secret, and who did what.
KEY_KEEPERS: Roles = frozenset({_ADMIN, _AUDITOR})
ADMINS: Roles = frozenset({_ADMIN})
ANYBODY: None = None

API = "/api/v1"
#: Instead of a method: what a browser sends over its live connection.
SOCKET = "SOCKET"

#: (method, URL rule) or (SOCKET, event) -> roles. HEAD follows GET.
RIGHTS: dict[tuple[str, str], Roles | None] = {
    ("GET", "/healthz"): ANYBODY,
    ("GET", "/readyz"): ANYBODY,
    ("GET", "/metrics"): ANYBODY,
    ("GET", f"{API}/openapi.json"): ANYBODY,
    ("GET", "/"): ANYBODY,
    ("GET", "/<page:path>"): ANYBODY,
    ("GET", "/assets/<name>"): ANYBODY,
    ("POST", f"{API}/session"): ANYBODY,
    ("GET", f"{API}/session"): EVERY_ROLE,
    ("DELETE", f"{API}/session"): EVERY_ROLE,
    ("PUT", f"{API}/session/password"): EVERY_ROLE,
    ("PUT", f"{API}/session/language"): EVERY_ROLE,
    ("GET", f"{API}/agents"): OVERSEERS,
    ("GET", f"{API}/agents/<id>"): EVERY_ROLE,
    ("POST", f"{API}/agents/<id>/sign-in"): ON_THE_FLOOR,
    ("POST", f"{API}/agents/<id>/sign-out"): ON_THE_FLOOR,
    ("PUT", f"{API}/agents/<id>/status"): ON_THE_FLOOR,
    ("GET", f"{API}/directory"): EVERY_ROLE,
    ("POST", f"{API}/calls"): ON_THE_FLOOR,
    ("GET", f"{API}/offers"): ON_THE_FLOOR,
    ("POST", f"{API}/offers/<offer_id>/accept"): ON_THE_FLOOR,
    ("POST", f"{API}/offers/<offer_id>/decline"): ON_THE_FLOOR,
    ("GET", f"{API}/interactions"): EVERY_ROLE,
    ("GET", f"{API}/interactions/<id>"): EVERY_ROLE,
    ("GET", f"{API}/interactions/<id>/events"): EVERY_ROLE,
    ("GET", f"{API}/interactions/<id>/candidates"): OVERSEERS,
    ("GET", f"{API}/interactions/<id>/messages"): EVERY_ROLE,
    ("POST", f"{API}/interactions/<id>/messages"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/notes"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/hold"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/resume"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/hang-up"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/reconnect"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/transfer"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/consult"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/consult/complete"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/consult/cancel"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/consult/swap"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/consult/join"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/recording/pause"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/recording/resume"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/monitor"): LISTENERS,
    ("PUT", f"{API}/interactions/<id>/monitor"): LISTENERS,
    ("DELETE", f"{API}/interactions/<id>/monitor"): LISTENERS,
    ("POST", f"{API}/interactions/<id>/take-over"): LISTENERS,
    ("PUT", f"{API}/interactions/<id>/priority"): STEERING,
    ("POST", f"{API}/interactions/<id>/move"): STEERING,
    ("POST", f"{API}/interactions/<id>/assign"): STEERING,
    ("PUT", f"{API}/interactions/<id>/disposition"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/wrap-up/extend"): ON_THE_FLOOR,
    ("POST", f"{API}/interactions/<id>/wrap-up/end"): ON_THE_FLOOR,
    ("GET", f"{API}/interactions/<id>/recordings"): OVERSEERS,
    ("GET", f"{API}/interactions/<id>/recordings/<recording_id>"): OVERSEERS,
    ("GET", f"{API}/interactions/<id>/customer"): EVERY_ROLE,
    ("GET", f"{API}/customers"): EVERY_ROLE,
    ("GET", f"{API}/customers/<id>"): EVERY_ROLE,
    ("PUT", f"{API}/customers/<id>"): ON_THE_FLOOR,
    ("POST", f"{API}/customers/<id>/identities"): ON_THE_FLOOR,
    ("DELETE", f"{API}/customers/<id>/identities"): ON_THE_FLOOR,
    ("GET", f"{API}/customers/<id>/history"): EVERY_ROLE,
    ("GET", f"{API}/customers/<id>/merges"): EVERY_ROLE,
    ("POST", f"{API}/customers/<id>/merges"): ON_THE_FLOOR,
    ("POST", f"{API}/customers/<id>/merges/<merge_id>/undo"): ON_THE_FLOOR,
    ("GET", f"{API}/reports/cdr"): OVERSEERS,
    ("GET", f"{API}/reports/queues"): OVERSEERS,
    ("GET", f"{API}/queues"): OVERSEERS,
    ("GET", f"{API}/queues/<id>"): OVERSEERS,
    ("GET", f"{API}/queues/<id>/outlook"): OVERSEERS,
    ("GET", f"{API}/queues/<id>/candidates"): OVERSEERS,
    ("POST", f"{API}/queues/preview"): ADMINS,
    ("PUT", f"{API}/queues/<id>"): ADMINS,
    ("DELETE", f"{API}/queues/<id>"): ADMINS,
    ("GET", f"{API}/agent-profiles"): OVERSEERS,
    ("GET", f"{API}/agent-profiles/<id>"): OVERSEERS,
    ("PUT", f"{API}/agent-profiles/<id>"): ADMINS,
    ("DELETE", f"{API}/agent-profiles/<id>"): ADMINS,
    ("POST", f"{API}/agent-profiles/<id>/phone"): ADMINS,
    ("GET", f"{API}/schedules"): OVERSEERS,
    ("GET", f"{API}/schedules/<id>"): OVERSEERS,
    ("PUT", f"{API}/schedules/<id>"): ADMINS,
    ("DELETE", f"{API}/schedules/<id>"): ADMINS,
    ("GET", f"{API}/dids"): OVERSEERS,
    ("GET", f"{API}/dids/<id>"): OVERSEERS,
    ("PUT", f"{API}/dids/<id>"): ADMINS,
    ("DELETE", f"{API}/dids/<id>"): ADMINS,
    ("GET", f"{API}/flows"): OVERSEERS,
    ("GET", f"{API}/prompts"): OVERSEERS,
    ("GET", f"{API}/prompts/<name>"): OVERSEERS,
    ("GET", f"{API}/prompts/<name>/audio"): OVERSEERS,
    ("POST", f"{API}/prompts/preview"): ADMINS,
    ("PUT", f"{API}/prompts/<name>"): ADMINS,
    ("DELETE", f"{API}/prompts/<name>"): ADMINS,
    ("GET", f"{API}/reasons"): OVERSEERS,
    ("GET", f"{API}/reasons/<id>"): OVERSEERS,
    ("PUT", f"{API}/reasons/<id>"): ADMINS,
    ("DELETE", f"{API}/reasons/<id>"): ADMINS,
    ("GET", f"{API}/thresholds"): OVERSEERS,
    ("GET", f"{API}/thresholds/<id>"): OVERSEERS,
    ("PUT", f"{API}/thresholds/<id>"): ADMINS,
    ("DELETE", f"{API}/thresholds/<id>"): ADMINS,
    ("GET", f"{API}/alarms"): OVERSEERS,
    ("POST", f"{API}/alarms/<id>/acknowledge"): STEERING,
    ("GET", f"{API}/setup"): KEY_KEEPERS,
    ("PUT", f"{API}/setup"): ADMINS,
    ("GET", f"{API}/tokens"): KEY_KEEPERS,
    ("GET", f"{API}/tokens/<id>"): KEY_KEEPERS,
    ("POST", f"{API}/tokens"): ADMINS,
    ("DELETE", f"{API}/tokens/<id>"): ADMINS,
    ("GET", f"{API}/accounts"): KEY_KEEPERS,
    ("GET", f"{API}/accounts/<id>"): KEY_KEEPERS,
    ("PUT", f"{API}/accounts/<id>"): ADMINS,
    ("DELETE", f"{API}/accounts/<id>"): ADMINS,
    ("GET", f"{API}/audit"): KEY_KEEPERS,
    ("POST", f"{API}/audit/<id>/undo"): ADMINS,
    (SOCKET, "open desk"): ON_THE_FLOOR,
    (SOCKET, "open directory"): EVERY_ROLE,
    (SOCKET, "open floor"): OVERSEERS,
    (SOCKET, "open interaction"): EVERY_ROLE,
    (SOCKET, "open setup"): KEY_KEEPERS,
    (SOCKET, "close"): EVERY_ROLE,
    (SOCKET, "phone"): ON_THE_FLOOR,
}


def may(role: Role, method: str, rule: str) -> bool:
    """Whether the role may call the route or send the socket event; never what has no row."""
    try:
        roles = RIGHTS[method, rule]
    except KeyError:
        return False
    return roles is ANYBODY or role in roles
