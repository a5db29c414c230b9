"""`tandem export` and `tandem apply` against a served API."""

import json
from functools import partial

import gevent
import pytest
from click import Group
from click.testing import CliRunner
from structlog.testing import capture_logs

from console.server import serve
from controller.cli_setup import SETUP_COMMANDS
from controller.domain.catalogue import AgentProfile, Did, QueueSettings
from controller.domain.schedule import Schedule


@pytest.fixture
def tandem(app, centre):
    """Runs `tandem export ...` and so on as an admin, in a thread of its own."""
    running = serve(app, "127.0.0.1", 0)
    main = Group(commands={command.name: command for command in SETUP_COMMANDS})
    env = {
        "TANDEM_URL": f"http://127.0.0.1:{running.server_port}",
        "TANDEM_TOKEN": centre.token("admin"),
    }

    def run(*words, **more):
        work = partial(CliRunner().invoke, main, [str(w) for w in words], env=env, **more)
        with capture_logs():
            return gevent.get_hub().threadpool.apply(work)

    yield run
    running.stop(timeout=1)


def done(result):
    assert result.exit_code == 0, result.output
    return result.stdout


def furnish(centre):
    centre.catalogue.put(
        Schedule(
            id="office",
            timezone="Europe/Berlin",
            week={"mon": (("09:00", "12:30"), ("13:30", "24:00"))},
            holidays={"2026-12-25": ()},
        )
    )
    centre.catalogue.put(Did(id="+4930123", flow="main_menu", name="null: 'yes' # 1e3"))
    centre.catalogue.put(Did(id="0301", flow="main_menu", name="销售"))
    centre.catalogue.put(
        QueueSettings(
            id="yes",
            name="~",
            rings=((20.0, {"english": 1}), (60.5, {})),
            overflow={"waited": "sales"},
            schedule="office",
            closing_ends_waits=True,
            dispositions=("no", "1", "null"),
            caller_id="+4930",
        )
    )
    centre.catalogue.put(
        AgentProfile(id="carl", name="true", extension="0123", queues=("yes",), a1_hash="x")
    )


def test_what_was_exported_changes_nothing_when_it_is_applied(tandem, centre, tmp_path):
    furnish(centre)
    file = tmp_path / "centre.yaml"
    assert done(tandem("export", file)) == ""
    assert file.read_text() == done(tandem("export"))
    told = done(tandem("apply", file, "--prune"))
    assert told == "0 created, 0 changed, 0 removed, 8 unchanged\n"


def test_into_an_empty_centre_it_makes_all_of_it_again(tandem, centre):
    furnish(centre)
    text = done(tandem("export"))
    wanted = {kind: centre.catalogue.all(kind) for kind in (Schedule, QueueSettings, Did)}
    for kind in (AgentProfile, QueueSettings, Schedule, Did):
        for entry in centre.catalogue.all(kind):
            centre.catalogue.remove(kind, entry.id)
    assert "8 created" in done(tandem("apply", "-", input=text))
    assert {kind: centre.catalogue.all(kind) for kind in wanted} == wanted
    assert centre.catalogue.get(AgentProfile, "carl").extension == "0123"


def test_a_dry_run_shows_what_would_change_and_saves_nothing(tandem, centre, tmp_path):
    file = tmp_path / "centre.yaml"
    file.write_text(
        "# comments are yours\n"
        "queues:\n"
        "  sales: {name: Vertrieb, dispositions: [sold, lost], offer_s: 9, units: 200}\n"
        "  new: {name: New}\n"
        "dids: {}\n"
    )
    centre.catalogue.put(Did(id="5000", flow="main_menu"))
    result = tandem("apply", file, "--dry-run", "--prune")
    assert done(result) == (
        "+ queues new\n"
        "~ queues sales\n"
        "    name: Sales -> Vertrieb\n"
        "    offer_s: 20.0 -> 9.0\n"
        "    units: 100 -> 200\n"
        "- dids 5000\n"
        "1 created, 1 changed, 1 removed, 0 unchanged; nothing is saved, for this was a dry run\n"
    )
    column = file.read_text().splitlines()[2].index("units") + 1
    warned = f"{file}:3:{column}: warning: queues.sales.units: a contact takes 200"
    assert warned in result.stderr
    assert centre.catalogue.get(QueueSettings, "sales").name == "Sales"
    done(tandem("apply", file, "--prune"))
    assert centre.catalogue.get(QueueSettings, "sales").offer_s == 9
    assert centre.catalogue.all(Did) == ()


def test_every_mistake_has_its_line(tandem, centre, tmp_path):
    file = tmp_path / "centre.yaml"
    file.write_text(
        "agents:\n"
        "  carl:\n"
        "    name: Carl\n"
        "    extension: 1001\n"
        "    queues:\n"
        "      - sales\n"
        "      - nowhere\n"
        "queues:\n"
        "  support:\n"
        "    rings:\n"
        "      - {after_s: 20}\n"
        "      - {after_s: x}\n"
    )
    result = tandem("apply", file)
    assert result.exit_code == 3
    lines = result.stderr.splitlines()
    assert sorted(line.removeprefix(f"{file}:").split(" ")[:2] for line in lines[:-1]) == [
        ["12:10:", "queues.support.rings.1.after_s:"],
        ["4:5:", "agents.carl.extension:"],
        ["5:5:", "agents.carl.queues:"],
        ["9:3:", "queues.support.name:"],
    ]
    assert len(lines) == 5
    assert lines[-1] == "Error: nothing is changed; correct the file"
    assert centre.catalogue.find(QueueSettings, "support") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("queues:\n\tsales: {}\n", ":2:1: not YAML"),
        ("queues: {sales: {name: &a Sales, music: *a}}", "anchors"),
        ("queues: {}\nqueues: {}\n", ":2:1: `queues` stands here a second time"),
        ("- queues\n", "no set-up"),
        ("prune: true\n", "Say --prune"),
        ("queues: [", "not YAML"),
    ],
)
def test_a_file_that_is_no_set_up_is_refused_before_anybody_is_asked(
    tandem, tmp_path, content, said
):
    file = tmp_path / "centre.yaml"
    file.write_text(content)
    result = tandem("apply", file)
    assert result.exit_code == 1
    assert said in result.output
    assert str(file) in result.output


def test_files_that_cannot_be_read_or_written_are_told(tandem, tmp_path):
    assert "cannot read" in tandem("apply", tmp_path / "none.yaml").output
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"queues: {a: {name: \xe4}}")
    assert "UTF-8" in tandem("apply", latin).output
    assert "cannot write" in tandem("export", tmp_path / "no" / "folder.yaml").output


def test_both_speak_json_too(tandem):
    found = json.loads(done(tandem("export", "--json")))
    assert found["queues"]["sales"]["name"] == "Sales"
    text = json.dumps({"queues": {"sales": {"name": "S"}}})
    assert (
        json.loads(done(tandem("apply", "-", "--json", input=text)))["changed"][0]["id"] == "sales"
    )
