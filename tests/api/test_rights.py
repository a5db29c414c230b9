"""The table of route against roles, cell by cell, over HTTP."""

from pathlib import Path

import pytest

from console.api.rights import API, EVERY_ROLE, RIGHTS, SOCKET, may
from console.app import create_app
from console.auth import Role
from tests.api.clients import Client

#: What the table must say, written the other way round: what each role may change and see.
FLOOR = {
    f"POST {API}/agents/<id>/sign-in",
    f"POST {API}/agents/<id>/sign-out",
    f"PUT {API}/agents/<id>/status",
    f"GET {API}/offers",
    f"POST {API}/offers/<offer_id>/accept",
    f"POST {API}/offers/<offer_id>/decline",
    f"POST {API}/interactions/<id>/hold",
    f"POST {API}/interactions/<id>/resume",
    f"POST {API}/interactions/<id>/hang-up",
    f"POST {API}/interactions/<id>/reconnect",
    f"POST {API}/calls",
    f"POST {API}/interactions/<id>/transfer",
    f"POST {API}/interactions/<id>/consult",
    f"POST {API}/interactions/<id>/consult/complete",
    f"POST {API}/interactions/<id>/consult/cancel",
    f"POST {API}/interactions/<id>/consult/swap",
    f"POST {API}/interactions/<id>/consult/join",
    f"POST {API}/interactions/<id>/recording/pause",
    f"POST {API}/interactions/<id>/recording/resume",
    f"PUT {API}/interactions/<id>/disposition",
    f"POST {API}/interactions/<id>/wrap-up/extend",
    f"POST {API}/interactions/<id>/wrap-up/end",
    f"POST {API}/interactions/<id>/messages",
    f"POST {API}/interactions/<id>/notes",
    f"PUT {API}/customers/<id>",
    f"POST {API}/customers/<id>/identities",
    f"DELETE {API}/customers/<id>/identities",
    f"POST {API}/customers/<id>/merges",
    f"POST {API}/customers/<id>/merges/<merge_id>/undo",
}
ROUTES = {row: roles for row, roles in RIGHTS.items() if row[0] != SOCKET}
CELLS = [(method, rule, role) for (method, rule), roles in ROUTES.items() if roles for role in Role]

#: Of what a browser sends over its live connection: who may.
SOCKET_ROWS = {
    "open desk": {Role.AGENT, Role.SUPERVISOR, Role.ADMIN},
    "open directory": set(Role),
    "open floor": {Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR},
    "open interaction": set(Role),
    "open setup": {Role.ADMIN, Role.AUDITOR},
    "close": set(Role),
    "phone": {Role.AGENT, Role.SUPERVISOR, Role.ADMIN},
}


def concrete(rule: str) -> str:
    named = rule.replace("<page:path>", "desk").replace("<name>", "app-1.js")
    return (
        named.replace("<id>", "nobody")
        .replace("<offer_id>", "x")
        .replace("<recording_id>", "x")
        .replace("<merge_id>", "x")
    )


def routes_of(app) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_a_row_and_every_row_a_route(app):
    assert routes_of(app) == set(ROUTES)


@pytest.mark.parametrize("role", Role)
def test_a_socket_event_is_for_exactly_the_roles_of_its_row(role):
    allowed = {event for kind, event in RIGHTS if kind == SOCKET and may(role, SOCKET, event)}
    assert allowed == {event for event, roles in SOCKET_ROWS.items() if role in roles}
    assert not may(role, SOCKET, "open sesame")


def test_no_route_answers_options(app):
    assert not any("OPTIONS" in rule.methods for rule in app.url_map.iter_rules())


@pytest.mark.parametrize(("method", "rule", "role"), CELLS)
def test_a_role_gets_exactly_what_its_cell_says(client_of, method, rule, role):
    client = client_of(role, "ann" if role is Role.AGENT else None)
    response = client.call(method, concrete(rule), {})
    forbidden = (
        response.status_code == 403
        and f"the role {role} may not do this" in response.json["detail"]
    )
    assert forbidden == (role not in RIGHTS[method, rule])


@pytest.mark.parametrize(("method", "rule"), [key for key, roles in ROUTES.items() if roles])
def test_without_a_token_nothing_but_the_public_rows_answers(anonymous, method, rule):
    response = anonymous.call(method, concrete(rule), {})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "rule"), [key for key, roles in ROUTES.items() if not roles])
def test_public_rows_answer_without_a_token(app, method, rule):
    answer = 422 if method == "POST" else 200  # who signs in sends a name and a password
    assert app.test_client().open(concrete(rule), method=method).status_code == answer


def test_the_floor_is_for_agents_supervisors_and_admins():
    expected = {Role.AGENT, Role.SUPERVISOR, Role.ADMIN}
    assert {f"{m} {r}" for (m, r), roles in ROUTES.items() if roles == expected} == FLOOR


def test_only_admins_change_the_setup():
    setup = ("queues", "agent-profiles", "schedules", "dids", "tokens", "accounts", "audit")
    for (method, rule), roles in ROUTES.items():
        if rule.removeprefix(f"{API}/").split("/")[0] in setup:
            readers = EVERY_ROLE - {Role.AGENT}
            if any(noun in rule for noun in ("tokens", "accounts", "audit")):
                readers = {Role.ADMIN, Role.AUDITOR}
            assert roles == ({Role.ADMIN} if method != "GET" else readers)


def test_managers_and_auditors_change_nothing_but_their_own_session():
    for (method, rule), roles in ROUTES.items():
        if method != "GET" and not rule.startswith(f"{API}/session"):
            assert roles is not None
            assert not roles & {Role.MANAGER, Role.AUDITOR}


def test_everybody_has_his_own_session_and_anybody_may_begin_one():
    rows = {key: roles for key, roles in ROUTES.items() if key[1].startswith(f"{API}/session")}
    assert rows.pop(("POST", f"{API}/session")) is None
    assert len(rows) == 4
    assert all(roles == EVERY_ROLE for roles in rows.values())


def test_agents_hear_no_recordings():
    for (_, rule), roles in RIGHTS.items():
        if "/recordings" in rule:
            assert roles == EVERY_ROLE - {Role.AGENT}


def test_only_supervisors_and_admins_listen_to_others():
    rows = [roles for (_, rule), roles in ROUTES.items() if rule.endswith(("monitor", "take-over"))]
    assert rows == [{Role.SUPERVISOR, Role.ADMIN}] * 4


def test_a_route_without_a_row_is_closed(centre):
    app = create_app(centre.services())
    app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "secret")
    response = Client(app, centre.token("admin")).get("/forgotten")
    assert response.status_code == 403
    assert b"secret" not in response.data


def test_the_page_for_people_has_the_same_table():
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    documented = {line for line in page.splitlines() if line.startswith(("| `GET", "| `P", "| `D"))}
    expected = set()
    for (method, rule), roles in ROUTES.items():
        path = rule.replace("<", "{").replace(">", "}")
        cells = ["open" if roles is None else "yes" if r in roles else "" for r in Role]
        expected.add(f"| `{method} {path}` | {' | '.join(cells)} |")
    assert documented == expected
