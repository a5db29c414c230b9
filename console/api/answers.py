"""Turns a view into a response."""

from flask import Response
from pydantic import BaseModel


def answer(view: BaseModel, status: int = 200) -> Response:
    return Response(view.model_dump_json(), status=status, content_type="application/json")


def nothing() -> Response:
    """204: done, and there is nothing to say."""
    return Response(status=204)
