import pytest
from structlog.testing import capture_logs

from console.api.rights import API, RIGHTS, SOCKET

#: For browsers; the OpenAPI document is about the rest.
PAGE = {"/", "/<page:path>", "/assets/<name>"}


@pytest.fixture
def page(anonymous):
    return anonymous.get("/openapi.json").json


def operations(page):
    for path, methods in page["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_the_openapi_page_has_every_route(page):
    documented = {(method, path) for method, path, _ in operations(page)}
    documented.add(("GET", f"{API}/openapi.json"))
    rights = {
        (m, rule.replace("<", "{").replace(">", "}"))
        for m, rule in RIGHTS
        if m != SOCKET and rule not in PAGE
    }
    assert documented == rights


def test_every_operation_says_what_it_is_and_how_it_fails(page):
    for method, path, operation in operations(page):
        assert operation["summary"], (method, path)
        assert operation["tags"], (method, path)
        if path.startswith(API):
            signing_in = (method, path) == ("POST", f"{API}/session")
            own = path.startswith(f"{API}/session")
            needs = [{}, {"cookie": []}] if signing_in else [{"cookie": []}]
            needs = needs if own else [{"token": []}, {"cookie": []}]
            assert operation["security"] == needs, (method, path)
            assert {"401", "403", "422"} <= set(operation["responses"]), (method, path)
            problem = operation["responses"]["403"]["content"]["application/problem+json"]
            assert problem["schema"]["$ref"].endswith("/Problem")


def test_every_reference_of_the_page_leads_somewhere(page):
    def references(value):
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for item in value.values():
                yield from references(item)
        elif isinstance(value, list):
            for item in value:
                yield from references(item)

    found = set(references(page))
    known = {f"#/components/schemas/{name}" for name in page["components"]["schemas"]}
    assert found
    assert found <= known


def test_a_password_is_written_and_never_read(page):
    schemas = page["components"]["schemas"]
    assert schemas["ProfileBody"]["properties"]["phone_password"]["writeOnly"] is True
    assert "phone_password" not in schemas["ProfileView"]["properties"]


@pytest.mark.parametrize("path", ["/healthz", "/queues", "/nothing"])
def test_every_answer_has_the_security_headers(anonymous, path):
    headers = anonymous.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers
    assert "Set-Cookie" not in headers


def test_the_request_log_has_the_template_and_nothing_of_the_caller(centre, supervisor):
    centre.arrive("c1")
    with capture_logs() as lines:
        supervisor.get("/interactions/c1?x=personal")
        supervisor.get("/interactions?queue=personal")
    requests = [line for line in lines if line["event"] == "request"]
    assert [line["route"] for line in requests] == [
        f"{API}/interactions/<id>",
        f"{API}/interactions",
    ]
    assert requests[0]["method"] == "GET"
    assert requests[0]["status"] == 200
    assert requests[0]["ms"] >= 0
    assert not any(w in str(lines) for w in ("personal", supervisor.token, "c1", "+4930123"))


def test_a_refused_token_is_not_logged(anonymous):
    anonymous.token = "tdm_" + "s" * 43
    with capture_logs() as lines:
        anonymous.get("/queues")
    assert lines
    assert "sss" not in str(lines)


def test_setup_changes_are_logged_with_who_made_them(admin):
    with capture_logs() as lines:
        admin.put(
            "/agent-profiles/ann", {"name": "Ann", "extension": "1001", "phone_password": "p" * 12}
        )
    (line,) = [line for line in lines if line["event"] == "catalogue_changed"]
    assert (line["done"], line["kind"], line["id"]) == ("changed", "agent", "ann")
    assert "pppp" not in str(lines)
    assert admin.token not in str(lines)
