"""How the command line speaks to a running Tandem: one HTTP request, one readable error.

Exit codes: 0 done; 1 Tandem cannot be reached or failed; 2 wrong usage; 3 refused, because of the
present state or a wrong value; 4 the token is missing, wrong, or may not do this.
"""

import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import click

API = "/api/v1"
_TIMEOUT_S = 30.0


class ApiRefusal(click.ClickException):
    """The API failed or said no; its words are the message. `errors`: (path, message) of each field
    that is wrong."""

    def __init__(self, status: int, message: str, errors: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.errors = tuple(errors)


class _Refused(ApiRefusal):
    exit_code = 3


class _NotAllowed(ApiRefusal):
    exit_code = 4


def _refusal(status: int, message: str, errors: Sequence[tuple[str, str]]) -> ApiRefusal:
    if status in (401, 403, 429):
        return _NotAllowed(status, message)
    return (_Refused if status < 500 else ApiRefusal)(status, message, errors)


class Api:
    """The API of one Tandem, with one token. `as_json`: print answers as they came."""

    def __init__(self, url: str, token: str | None, *, as_json: bool = False) -> None:
        parts = urlsplit(url)
        try:
            self._port = parts.port
        except ValueError:
            raise click.BadParameter(f"{url}: the port is no number", param_hint="--url") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise click.BadParameter(
                f"{url}: write it as http://127.0.0.1:8080", param_hint="--url"
            )
        self._host, self._secure = parts.hostname, parts.scheme == "https"
        self._base = parts.path.rstrip("/") + API
        self._token = token
        self.as_json = as_json

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        """The answer's JSON, None where there is none. Raises ApiRefusal, ClickException."""
        if self._token is None:
            raise _NotAllowed(
                401, "no token: give --token-file, or set TANDEM_TOKEN; an admin makes tokens"
            )
        target = self._base + path + (f"?{urlencode(query)}" if query else "")
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        connection = self._connect()
        try:
            connection.request(method, target, content, headers)
            response = connection.getresponse()
            status, text = response.status, response.read()
        except (OSError, HTTPException) as error:
            raise click.ClickException(
                f"no answer from Tandem at {self._where}: {error}; is `tandem serve` running"
                " there? Name another with --url"
            ) from None
        finally:
            connection.close()
        return self._read(status, text)

    @property
    def _where(self) -> str:
        return self._host if self._port is None else f"{self._host}:{self._port}"

    def _connect(self) -> HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return HTTPSConnection(self._host, self._port, timeout=_TIMEOUT_S, context=context)
        if not _on_this_machine(self._host):
            click.echo("warning: the token travels unencrypted; use an https address", err=True)
        return HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)

    def _read(self, status: int, text: bytes) -> Any:
        try:
            answer = json.loads(text) if text else None
        except ValueError:
            raise click.ClickException(
                f"{self._where} answered {status}, but not as Tandem does; check --url"
            ) from None
        if status >= 400:
            problem = answer if isinstance(answer, dict) else {}
            detail = problem.get("detail") or f"refused with HTTP status {status}"
            errors = [(str(e["path"]), str(e["message"])) for e in problem.get("errors", ())]
            raise _refusal(status, str(detail), errors)
        return answer


def path_of(*parts: str) -> str:
    """A path of the API out of names, each quoted."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _on_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _token_from(file: Path) -> str | None:
    """The first line of the file; None when the default file is not there."""
    try:
        text = file.expanduser().read_text(encoding="utf-8")
    except FileNotFoundError:
        if str(file) == _DEFAULT_FILE:
            return None
        raise click.BadParameter(f"there is no {file}", param_hint="--token-file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(
            f"cannot read {file}: {error}", param_hint="--token-file"
        ) from None
    return text.strip() or None


_DEFAULT_FILE = "~/.config/tandem/token"


def api_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every group that speaks to the API; `connect` makes an Api of them."""
    options = (
        click.option(
            "--url",
            envvar="TANDEM_URL",
            default="http://127.0.0.1:8080",
            show_default=True,
            help="Where Tandem serves (TANDEM_URL).",
        ),
        click.option(
            "--token",
            envvar="TANDEM_TOKEN",
            help="The token (better TANDEM_TOKEN: others here may see your command line).",
        ),
        click.option(
            "--token-file",
            envvar="TANDEM_TOKEN_FILE",
            type=click.Path(path_type=Path),
            default=_DEFAULT_FILE,
            show_default=True,
            help="File with the token (TANDEM_TOKEN_FILE).",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print answers as JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def connect(url: str, token: str | None, token_file: Path, as_json: bool) -> Api:
    return Api(url, token.strip() if token else _token_from(token_file), as_json=as_json)


def show_json(answer: Any) -> None:
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False))


def table(rows: list[list[str]], heads: list[str]) -> None:
    """Columns as wide as they need to be. Text of customers is stripped of control characters."""
    cells = [heads, *[[printable(cell) for cell in row] for row in rows]]
    widths = [max(len(row[n]) for row in cells) for n in range(len(heads))]
    for row in cells:
        click.echo(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


def printable(text: str) -> str:
    """A name from outside could steer the terminal; this cannot."""
    return "".join(c if c.isprintable() else "?" for c in text)
