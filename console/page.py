"""The page: what `console/web/` was built into, with the headers that keep it closed.

`index.html` answers every path that is not the API's, the live feed's or the operator's, so that a view's
address can be kept and opened again. Nothing on the page may run or load but what we built.
"""

import re
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

from console.services import here
from controller.errors import say

#: Vite puts a hash of the content in every one of these names, so they never change.
_FOREVER = "public, max-age=31536000, immutable"
#: No slash, no leading dot: a name in one flat folder, never a way out of it.
_ASSET = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,120}")
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".wav": "audio/wav",
}
#: Best first. The build makes them beside each file that gets smaller by it.
_PACKED = (("br", ".br"), ("gzip", ".gz"))
_SOCKET_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")

_NOT_BUILT = (
    "The console's page is not built. Install Node.js 20.19 or newer, run scripts/setup and load this"
    " page again. The API under /api/v1 works without it.\n"
)


class _PagePath(BaseConverter):
    """Paths of views. With a dot it would be a file, and there is none."""

    regex = r"(?!(?:api|live|assets|healthz|readyz|metrics)(?:/|$))[^.]+"
    part_isolating = False


def register(app: Flask) -> None:
    app.url_map.converters["page"] = _PagePath
    app.add_url_rule("/", "page", _index)
    app.add_url_rule("/<page:path>", "page_path", _index)
    app.add_url_rule("/assets/<name>", "page_asset", _asset)


def _index(path: str = "") -> Response:
    try:
        text = (here().page_dir / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        return Response(_NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    nonce = secrets.token_urlsafe(16)
    response = Response(text.replace("__NONCE__", nonce), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _policy(nonce)
    response.headers["Permissions-Policy"] = (
        "microphone=(self), speaker-selection=(self), autoplay=(self), camera=(), geolocation=(),"
        " payment=(), usb=()"
    )
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


def _policy(nonce: str) -> str:
    """`nonce`: for the style elements that the page's components make as they are first shown."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self'{_switch_socket()}",
            "media-src 'self' blob:",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _switch_socket() -> str:
    """Where the softphone registers, as a source of the policy; empty where none is set up."""
    url = urlsplit(here().phones.url or "")
    if url.scheme not in ("ws", "wss") or not _SOCKET_HOST.fullmatch(url.netloc):
        return ""
    return f" {url.scheme}://{url.netloc}"


def _asset(name: str) -> Response:
    folder = here().page_dir / "assets"
    file = folder / name
    if not _ASSET.fullmatch(name) or file.suffix not in _TYPES or not file.is_file():
        raise NotFound(
            say(
                "page_file_gone",
                "no such file of the page; it may be of an older version: load the page again",
            )
        )
    response = Response(content_type=_TYPES[file.suffix])
    response.headers["Cache-Control"] = _FOREVER
    response.headers["Vary"] = "Accept-Encoding"
    for coding, suffix in _PACKED:
        packed = folder / (name + suffix)
        if request.accept_encodings.quality(coding) > 0 and packed.is_file():
            response.headers["Content-Encoding"] = coding
            file = packed
            break
    response.set_data(file.read_bytes())
    return response
