"""The console's Flask app: the API's blueprints, the page, and what surrounds every request."""

import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info
from flask_openapi3.models.security_scheme import SecurityScheme
from flask_openapi3.openapi import OpenAPI

from console import page
from console.api import auditing, guard, problems
from console.api.accounts import accounts
from console.api.agents import agents
from console.api.alarms import alarms
from console.api.audit import audit
from console.api.calls import calls
from console.api.candidates import candidates
from console.api.consults import consults
from console.api.customers import customers
from console.api.dids import dids
from console.api.directory import directory
from console.api.flows import flows
from console.api.handling import handling
from console.api.interactions import interactions
from console.api.merges import merges
from console.api.messages import messages
from console.api.offers import offers
from console.api.previews import previews
from console.api.profiles import profiles
from console.api.prompts import prompts
from console.api.queues import queues
from console.api.reasons import reasons
from console.api.recordings import recordings
from console.api.reports import reports
from console.api.rights import API
from console.api.schedules import schedules
from console.api.session import session
from console.api.setup import setup
from console.api.steering import steering
from console.api.supervising import supervising
from console.api.system import system
from console.api.thresholds import thresholds
from console.api.tokens import tokens
from console.api.transfers import transfers
from console.closed import CLOSED
from console.services import Services, attach
from console.sessions import COOKIE

_log = structlog.get_logger(__name__)

BLUEPRINTS: tuple[APIBlueprint, ...] = (
    session,
    agents,
    offers,
    interactions,
    messages,
    candidates,
    handling,
    transfers,
    consults,
    calls,
    supervising,
    steering,
    customers,
    merges,
    directory,
    recordings,
    queues,
    previews,
    profiles,
    schedules,
    dids,
    flows,
    prompts,
    reasons,
    thresholds,
    alarms,
    setup,
    tokens,
    accounts,
    audit,
    reports,
    system,
)

_ABOUT = Info(
    title="Tandem: agents by API",
    version="1",
    description=(
        "Everything an agent, a supervisor or an admin does, over HTTP. Send a token as"
        " `Authorization: Bearer tdm_...`, or sign in; the role decides what you may do. With the"
        " cookie of a session, what changes something needs the header `X-Tandem: 1` and comes from"
        " our own page. Errors are problem"
        " details (RFC 9457) whose `detail` says what to do. Times are RFC 3339 in UTC."
    ),
)

_SECURITY: dict[str, SecurityScheme | dict[str, Any]] = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token: tdm_..."},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "Set by POST /api/v1/session; for the page.",
    },
}


def create_app(services: Services) -> Flask:
    """An app over `services`. Several may live in one process."""
    app = OpenAPI(
        "console",
        info=_ABOUT,
        security_schemes=_SECURITY,
        doc_ui=False,
        validation_error_model=problems.Problem,
        validation_error_callback=problems.invalid_request,
        static_folder=None,
    )
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    attach(app.extensions, services)
    _log_requests(app)
    auditing.register(app)
    guard.register(app)
    problems.register(app)
    for blueprint in BLUEPRINTS:
        app.register_api(blueprint)
    page.register(app)
    app.add_url_rule(f"{API}/openapi.json", "openapi_json", lambda: app.api_doc)
    app.after_request(_add_headers)
    return app


def _add_headers(response: Response) -> Response:
    for name, value in CLOSED.items():
        if request.path.startswith(API):  # sound comes with a cache header of Flask's own
            response.headers[name] = value
        else:
            response.headers.setdefault(name, value)
    return response


def _log_requests(app: Flask) -> None:
    """A line per request: the route's template, never its ids, queries, tokens or bodies."""

    def begin() -> None:
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        # Looking is what consoles do all day; what changes something, or fails, is worth a line.
        quiet = request.method in ("GET", "HEAD") and response.status_code < 400
        tell = _log.debug if quiet else _log.info
        tell(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.began) * 1000, 1),
        )
        return response

    app.before_request(begin)
    app.after_request(end)
