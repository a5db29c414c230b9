"""Who speaks HTTP to the app: a program with a token, and our page in a browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from console.sessions import COOKIE

#: Of every account here.
PASSWORD = "correct horse"


@dataclass
class Client:
    """Speaks HTTP to the app with one token."""

    app: Flask
    token: str | None = None

    def call(self, method: str, path: str, json: Any = None, **more: Any) -> TestResponse:
        headers = dict(more.pop("headers", {}))
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if not path.startswith(("/api", "/healthz", "/readyz", "/metrics")):
            path = f"/api/v1{path}"
        return self.app.test_client().open(path, method=method, json=json, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.call("POST", path, json, **more)

    def put(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.call("PUT", path, json, **more)

    def delete(self, path: str) -> TestResponse:
        return self.call("DELETE", path)


@dataclass
class Browser:
    """Our page in a browser: keeps the cookie, and sends what our page sends unless told otherwise."""

    app: Flask
    address: str = "192.0.2.1"
    cookie: str | None = None

    def call(self, method: str, path: str, json: Any = None, **more: Any) -> TestResponse:
        headers = {"Origin": "http://localhost", "X-Tandem": "1", **more.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        if self.cookie is not None:
            headers["Cookie"] = f"{COOKIE}={self.cookie}"
        response = self.app.test_client(use_cookies=False).open(
            f"/api/v1{path}",
            method=method,
            json=json,
            headers=headers,
            environ_overrides={"REMOTE_ADDR": self.address},
            **more,
        )
        for name, text in parse_cookies(response):
            if name == COOKIE:
                self.cookie = text or None
        return response

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.call("POST", path, json, **more)

    def put(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.call("PUT", path, json, **more)

    def delete(self, path: str, **more: Any) -> TestResponse:
        return self.call("DELETE", path, **more)

    def sign_in(self, name: str, password: str = PASSWORD, **more: Any) -> TestResponse:
        return self.post("/session", {"name": name, "password": password}, **more)


def parse_cookies(response: TestResponse) -> Iterator[tuple[str, str]]:
    for line in response.headers.getlist("Set-Cookie"):
        name, _, rest = line.partition("=")
        yield name, rest.partition(";")[0]
