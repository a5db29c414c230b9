"""The page as browsers get it: its headers, its paths, and what there is when it was not built."""

import gzip
import re

import pytest

from console.app import create_app
from console.services import PhoneNetwork


@pytest.fixture
def browser(app):
    return app.test_client()


def directives(response) -> dict[str, str]:
    policy = response.headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


@pytest.mark.parametrize("path", ["/", "/desk", "/desk/i-1", "/floor/queues/sales", "/apish"])
def test_every_view_has_the_same_page(browser, path):
    response = browser.get(path)
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_policy_lets_nothing_in_but_what_we_built(browser):
    response = browser.get("/")
    policy = directives(response)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self' wss://10.0.0.5:7443"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "microphone=(self)" in response.headers["Permissions-Policy"]
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"


def test_styles_need_a_nonce_of_this_one_answer(browser):
    seen = set()
    for _ in range(3):
        response = browser.get("/")
        nonce = re.search(r'content="([^"]+)"', response.text).group(1)
        assert directives(response)["style-src"] == f"'self' 'nonce-{nonce}'"
        seen.add(nonce)
    assert len(seen) == 3
    assert all(len(nonce) >= 20 for nonce in seen)


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("wss://switch.example:7443/", "'self' wss://switch.example:7443"),
        ("ws://127.0.0.1:5066", "'self' ws://127.0.0.1:5066"),
        ("wss://[2001:db8::1]:7443", "'self' wss://[2001:db8::1]:7443"),
        ("https://switch.example", "'self'"),
        ("wss://a;script-src *", "'self'"),
        ("wss://a b", "'self'"),
    ],
)
def test_the_page_may_speak_with_the_switch_and_nobody_else(centre, url, source):
    app = create_app(centre.services(phones=PhoneNetwork(domain="tandem.example", url=url)))
    assert directives(app.test_client().get("/"))["connect-src"] == source


def test_a_built_file_is_kept_for_ever(browser):
    response = browser.get("/assets/app-1.js")
    assert response.text == "export {}"
    assert response.content_type == "text/javascript; charset=utf-8"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in response.headers


def test_a_built_file_comes_packed_to_who_can_unpack(browser):
    response = browser.get("/assets/app-1.js", headers={"Accept-Encoding": "gzip, br"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data) == b"export {}"
    refused = browser.get("/assets/app-1.js", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


@pytest.mark.parametrize(
    "path",
    [
        "/assets/app-2.js",
        "/assets/../secret.txt",
        "/assets/..%2fsecret.txt",
        "/assets/%2e%2e/secret.txt",
        "/assets/..%5csecret.txt",
        "/assets//etc/passwd",
        "/assets/app-1.js%00.js",
        "/assets/.hidden.js",
        "/assets/",
        "/secret.txt",
        "/index.html",
        "/robots.txt",
        "/api",
        "/api/v1/nothing",
        "/live/nothing",
    ],
)
def test_nothing_else_is_served(browser, path):
    response = browser.get(path)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


def test_without_a_build_it_says_what_to_do(centre, tmp_path):
    browser = create_app(centre.services(page_dir=tmp_path / "nothing")).test_client()
    response = browser.get("/")
    assert response.status_code == 503
    assert "scripts/setup" in response.text
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/assets/app-1.js").status_code == 404


def test_the_page_is_only_read(browser):
    assert browser.post("/").status_code == 405
    assert browser.delete("/desk").status_code == 405
    assert browser.post("/api/v1/nothing").status_code == 404
