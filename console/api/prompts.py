"""Prompts that admins keep under a name: recorded, uploaded, or typed and spoken."""

from dataclasses import replace

from flask import Response, request, send_file
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models import RawModel
from flask_openapi3.models.tag import Tag
from pydantic import ValidationError

from console.api.answers import answer
from console.api.bodies import SOUND_TYPES
from console.api.guard import caller
from console.api.problems import COMMON, invalid_request, responses
from console.api.rights import API
from console.api.schemas.prompts import (
    LanguageQuery,
    PromptList,
    PromptPath,
    PromptView,
    SavedPromptView,
    SpokenBody,
    TakeView,
)
from console.api.schemas.values import IfMatch
from console.api.setup_changes import check_unused, remove, save, show
from console.api.visible import sight_of
from console.services import here
from console.setup import faults, uses
from console.setup.proposed import Setup
from console.setup.versions import versions
from controller.domain.catalogue import QueueSettings
from controller.domain.prompt import Measured, NamedPrompt, Take
from controller.errors import Invalid, NotFound, say

prompts = APIBlueprint(
    "prompts",
    __name__,
    url_prefix=f"{API}/prompts",
    abp_tags=[
        Tag(name="prompts", description="What callers hear, under the names that flows use.")
    ],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)

#: Mean loudness of what is not silence, in dB of full scale, and the part of the samples at full scale.
_QUIET_DB, _LOUD_DB, _CLIPPED = -35.0, -9.0, 0.001

_SOUND = {
    "description": "The sound. Ranges are served.",
    "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}},
}


class SoundOrText(RawModel):
    """The file as it is, or JSON with a text."""

    mimetypes = ["application/json", *SOUND_TYPES]  # noqa: RUF012 - the library reads it so


@prompts.get("", summary="All prompts", responses={200: PromptList})
def list_prompts() -> Response:
    entries = here().catalogue.all(NamedPrompt)
    items = [_view(entry) for entry in entries]
    return answer(PromptList(items=items, versions=versions(entries)))


@prompts.get("/<name>", summary="One prompt", responses={200: PromptView, **responses(404)})
def show_prompt(path: PromptPath) -> Response:
    entry = here().catalogue.get(NamedPrompt, path.name)
    return show(entry, _view(entry))


@prompts.get(
    "/<name>/audio", summary="Listen to it", responses={200: _SOUND, **responses(404, 503)}
)
def play_prompt(path: PromptPath, query: LanguageQuery) -> Response:
    """As one hears it who chose the language."""
    entry = here().catalogue.get(NamedPrompt, path.name)
    found = entry.take_for((query.language or "").lower())
    if found is None:
        raise NotFound(say("prompt_empty", "prompt {prompt} has nothing to hear", prompt=entry.id))
    file = here().sounds.make(*found)
    return send_file(file, mimetype="audio/wav", download_name=f"{entry.id}.wav", conditional=True)


@prompts.post("/preview", summary="Listen to a text", responses={200: _SOUND, **responses(503)})
def preview_prompt(body: SpokenBody) -> Response:
    """The sound is kept nowhere."""
    sound = here().sounds.speak(body.text, _language(body.language))
    return Response(sound, content_type="audio/wav")


@prompts.put(
    "/<name>",
    summary="Record a prompt, or have a text spoken",
    responses={200: SavedPromptView, 201: SavedPromptView, **responses(412, 413, 415, 503)},
)
def put_prompt(
    path: PromptPath, header: IfMatch, query: LanguageQuery, raw: SoundOrText
) -> Response:
    """A text is of its own language. A recording is of the one in the query; without, it is for every
    language, and all that the prompt was before goes. Who hears the old one hears it to its end.

    WAV, MP3, OGG, WebM, M4A or FLAC of up to 5 minutes; its first bytes decide what it is.
    """
    measured: Measured | None = None
    if request.is_json:
        try:
            spoken = SpokenBody.model_validate(request.get_json(silent=True))
        except ValidationError as error:
            return invalid_request(error)
        language, take = _language(spoken.language), Take(text=spoken.text)
    else:
        language = _language(query.language) if query.language else ""
        digest, measured = here().sounds.take_in(request.get_data())
        take = Take(recording=digest)
    _check(_with_take(path.name, language, take))
    here().sounds.make(language, take)  # what cannot be heard is not saved
    with here().catalogue.alone():
        entry = _with_take(path.name, language, take)  # another language may have come meanwhile
        _check(entry)
        view = SavedPromptView(
            **dict(_view(entry)),
            loudness_db=None if measured is None else measured.loudness_db,
            warnings=[] if measured is None else _warnings(measured),
        )
        return save(entry, view, header)


@prompts.delete(
    "/<name>", summary="Remove a prompt", responses={204: None, **responses(404, 409, 412)}
)
def delete_prompt(path: PromptPath, header: IfMatch, query: LanguageQuery) -> Response:
    """Refused while a flow or a queue plays it. With a language, only what is heard in it goes."""
    catalogue = here().catalogue
    with catalogue.alone():
        entry = catalogue.get(NamedPrompt, path.name)
        if query.language is None:
            return remove(entry, uses.of_prompt(entry, Setup(catalogue)), header)
        language = query.language.lower()
        if language not in entry.takes:
            there = faults.known(filter(None, entry.takes))
            raise NotFound(
                say(
                    "prompt_no_language",
                    "prompt {prompt} has nothing in {language}; known: {known}",
                    prompt=entry.id,
                    language=language,
                    known=there,
                )
            )
        left = {name: take for name, take in entry.takes.items() if name != language}
        if not left:
            check_unused(entry, uses.of_prompt(entry, Setup(catalogue)))
            return remove(entry, [], header)
        rest = replace(entry, takes=left)
        save(rest, _view(rest), header)
        return Response(status=204)


def _with_take(name: str, language: str, take: Take) -> NamedPrompt:
    """As it is now, with that in the language; without a language it is for all, and nothing else stays."""
    present = here().catalogue.find(NamedPrompt, name) if language else None
    takes = {**(present.takes if present is not None else {}), language: take}
    return NamedPrompt(id=name, takes=dict(sorted(takes.items())))


def _check(entry: NamedPrompt) -> None:
    faults.check(faults.of_prompt(entry, Setup(here().catalogue, put=[entry])))


def _language(written: str) -> str:
    """Raises Invalid for one that nobody speaks here."""
    language = written.lower().replace("_", "-")
    if language not in here().sounds.languages:
        raise Invalid(
            say("language_unknown", "language: unknown; write for example en, en-gb, zh, fr or es")
        )
    return language


def _view(entry: NamedPrompt) -> PromptView:
    """The queues among those that the caller may see."""
    services, sight = here(), sight_of(caller())
    takes = [_take_view(language, take) for language, take in sorted(entry.takes.items())]
    lengths = [take.length_s for take in takes if take.length_s is not None]
    return PromptView(
        name=entry.id,
        kind="file" if any(take.kind == "file" for take in takes) else "speech",
        languages=[take.language for take in takes if take.language],
        length_s=max(lengths, default=None),
        takes=takes,
        queues=[
            queue.id
            for queue in services.catalogue.all(QueueSettings)
            if queue.music == entry.id and sight.sees_queue(queue.id)
        ],
        flows=list(services.sounds.flows_using(entry.id)),
    )


def _take_view(language: str, take: Take) -> TakeView:
    return TakeView(
        language=language or None,
        kind="file" if take.recording else "speech",
        text=take.text or None,
        length_s=here().sounds.length_s(language, take),
    )


def _warnings(measured: Measured) -> list[str]:
    said = []
    if measured.loudness_db < _QUIET_DB:
        said.append(
            "it is quiet beside other prompts; record it nearer to the microphone or louder"
        )
    if measured.loudness_db > _LOUD_DB:
        said.append("it is loud beside other prompts; lower its volume")
    if measured.clipped > _CLIPPED:
        said.append("it is distorted where it is loudest; record it at a lower level")
    return said
