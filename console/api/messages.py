"""What is written in a contact: to read, and to write to the customer or for colleagues."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from console.api.acting import on_record, present_segment
from console.api.answers import answer
from console.api.guard import caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.messages import MessageBody, MessageList, MessageView, message_view
from console.api.schemas.values import IdPath, Query
from console.api.visible import find_interaction
from console.services import here
from controller.domain.channels import VOICE
from controller.domain.commands import WriteMessage, WriteNote
from controller.domain.messages import messages_of
from controller.domain.model import Interaction, Message, Text
from controller.errors import IllegalCommand, say
from controller.ports import stream_of

messages = APIBlueprint(
    "messages",
    __name__,
    url_prefix=f"{API}/interactions",
    abp_tags=[Tag(name="messages", description="What is written in a contact.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses={**COMMON, **responses(404)},
)


class MessageQuery(Query):
    after: int = Field(default=0, ge=0, description="Only those with a higher number.")
    limit: int = Field(default=200, ge=1, le=1000)


@messages.get("/<id>/messages", summary="Its messages", responses={200: MessageList})
def list_messages(path: IdPath, query: MessageQuery) -> Response:
    """By number, notes among them."""
    found = [m for m in _all(find_interaction(path.id)) if m.number > query.after]
    return answer(MessageList(items=[message_view(m) for m in found[: query.limit]]))


@messages.post(
    "/<id>/messages",
    summary="Write to the customer",
    responses={201: MessageView, **responses(409, 502)},
)
def write(path: IdPath, body: MessageBody) -> Response:
    """By the agent who has him. How far it comes is told by the message's `delivery`."""
    interaction, segment = present_segment(path.id)
    if interaction.channel == VOICE:
        raise IllegalCommand(
            say(
                "voice_not_written", "the customer is on the phone: there is no way to write to him"
            )
        )
    return _written(
        WriteMessage(
            interaction_id=interaction.id,
            message_id=body.id,
            segment_id=segment.id,
            parts=(Text(text=body.text),),
        )
    )


@messages.post(
    "/<id>/notes",
    summary="Write a note for colleagues",
    responses={201: MessageView, **responses(409, 502)},
)
def write_note(path: IdPath, body: MessageBody) -> Response:
    """While the contact is open. The customer never sees it."""
    interaction = find_interaction(path.id)
    return _written(
        WriteNote(
            interaction_id=interaction.id,
            message_id=body.id,
            author=caller().agent or on_record(),
            parts=(Text(text=body.text),),
        )
    )


def _written(command: WriteMessage | WriteNote) -> Response:
    after = here().engine.handle(command)
    assert isinstance(after, Interaction)
    ours = next(message for message in _all(after) if message.id == command.message_id)
    return answer(message_view(ours), 201)


def _all(interaction: Interaction) -> list[Message]:
    return messages_of(here().store.events(stream_of(interaction)))
