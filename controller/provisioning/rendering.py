"""From settings and agents to the text of every file; nothing here touches a disk but templates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from controller.errors import Invalid
from controller.provisioning.directory import DirectoryEntry, display_name
from controller.provisioning.music import RATES, hold_music
from controller.provisioning.settings import FsSettings

_HOUSE = Path(__file__).parents[2]
_TEMPLATES = {
    PurePosixPath("."): _HOUSE / "fs_conf",
    PurePosixPath("dialplan"): _HOUSE / "dialplan_templates",
}
_NOTICE = Markup(
    "<!-- Rendered by `tandem fs render`: do not edit; add files of your own beside it. -->"
)
_LEVELS = ("debug", "info", "notice", "warning", "err", "crit", "alert")
_SECRET_FILES = {"event_socket.conf.xml", "carrier.xml", "domain.xml", "esl-password"}
# Everything else is written as a character reference. `$` among it: `$${x}` and `${x}` in a name
# must stay what they are while FreeSWITCH's preprocessor reads the line.
_UNSAFE = re.compile(r"[^\w ./:+*@,;=()#%!?|^\\-]")
# That word alone makes the preprocessor drop the whole line it stands in.
_DIRECTIVE = re.compile(r"x-pre-process", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFile:
    """One file to be: `path` under the output folder, `mode` its permissions."""

    path: PurePosixPath
    content: bytes = field(repr=False)
    mode: int = 0o644


def xml_text(value: object) -> Markup:
    """`value` as attribute text that neither XML nor FreeSWITCH's preprocessor can misread."""
    if isinstance(value, Markup):
        return value
    text = _UNSAFE.sub(lambda found: f"&#{ord(found[0])};", str(value))
    return Markup(_DIRECTIVE.sub(lambda found: found[0].replace("-", "&#45;"), text))  # noqa: S704


def render_all(
    settings: FsSettings, agents: Sequence[DirectoryEntry], esl_password: str, out: Path
) -> list[RenderedFile]:
    """Every file of the configuration that will live in `out`; `Invalid` names what contradicts."""
    _check_agents(settings, agents)
    values = _values(settings, agents, esl_password, out)
    files = [
        _render_template(folder / name, values)
        for folder, source in _TEMPLATES.items()
        for name in _template_names(source)
    ]
    files.append(_file(PurePosixPath("esl-password"), f"{esl_password}\n".encode()))
    if settings.moh_dir is None:
        files += [
            _file(PurePosixPath(f"moh/{rate}/tandem.wav"), hold_music(rate)) for rate in RATES
        ]
    return sorted(files, key=lambda file: str(file.path))


def _template_names(source: Path) -> list[str]:
    found = sorted(
        path.relative_to(source).as_posix()
        for path in source.rglob("*.xml.j2")
        if not path.name.startswith("_")
    )
    if not found:
        raise Invalid(f"no templates in {source}: the installation is incomplete; install it again")
    return found


def _render_template(path: PurePosixPath, values: Mapping[str, Any]) -> RenderedFile:
    inside = path.parts[0] == "dialplan"
    source = _TEMPLATES[PurePosixPath("dialplan" if inside else ".")]
    environment = Environment(
        loader=FileSystemLoader(source),
        undefined=StrictUndefined,
        finalize=xml_text,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    name = path.relative_to("dialplan") if inside else path
    text = environment.get_template(str(name)).render(values)
    return _file(path.with_suffix(""), text.encode())


def _file(path: PurePosixPath, content: bytes) -> RenderedFile:
    secret = path.name in _SECRET_FILES
    return RenderedFile(path=path, content=content, mode=0o640 if secret else 0o644)


def _values(
    fs: FsSettings, agents: Sequence[DirectoryEntry], esl_password: str, out: Path
) -> dict[str, Any]:
    # Opus towards a carrier costs CPU and gains nothing on a telephone network.
    trunk_codecs: list[str] = [codec for codec in fs.codecs if codec != "OPUS"] or list(fs.codecs)
    return {
        "notice": _NOTICE,
        "fs": fs,
        "agents": sorted(agents, key=lambda agent: agent.extension),
        "agent_name": lambda agent: display_name(agent.name),
        "esl_password": esl_password,
        "log_levels": ",".join(_LEVELS[_LEVELS.index(fs.log.level) :]),
        "agent_codecs": ",".join(fs.codecs),
        "carrier_codecs": ",".join(trunk_codecs),
        "music": _music(fs, out),
        "hunt_group": _hunt_group(fs, agents),
        "outbound_pattern": "|".join(prefix.lstrip("+") for prefix in fs.outbound_prefixes),
        # `$1` is the dialplan's own back-reference to digits it has matched.
        "trunks": Markup("|").join(
            Markup("sofia/gateway/{}/$1").format(gateway.name) for gateway in fs.gateways
        ),
    }


def _music(fs: FsSettings, out: Path) -> list[tuple[str, int, Path]]:
    """(stream name, samples a second, folder): the one FreeSWITCH takes follows the leg's rate."""
    folders = {rate: fs.moh_dir or out / "moh" / str(rate) for rate in RATES}
    named = [(f"moh/{rate}", rate, folder) for rate, folder in folders.items()]
    return [("default", RATES[0], folders[RATES[0]]), ("moh", RATES[0], folders[RATES[0]]), *named]


def _hunt_group(fs: FsSettings, agents: Sequence[DirectoryEntry]) -> str:
    contacts = {agent.extension: agent.contact for agent in agents}
    return ",".join(
        f"sofia/agents/{contacts[extension] or f'{extension}%{fs.domain}'}"
        for extension in fs.fallback.hunt_group
    )


def _check_agents(fs: FsSettings, agents: Sequence[DirectoryEntry]) -> None:
    seen: set[str] = set()
    for agent in agents:
        if agent.extension in seen:
            raise Invalid(f"extension {agent.extension} is given to two agents; change one")
        seen.add(agent.extension)
    strangers = [extension for extension in fs.fallback.hunt_group if extension not in seen]
    if strangers:
        raise Invalid(
            f"fallback.hunt_group: no agent has extension {', '.join(strangers)}; add the agent or"
            " take the extension out"
        )
