import re
from pathlib import Path

import pytest

from ivr_flows.flow import SHIPPED, check, check_command, load_flow, load_flows
from ivr_flows.graph import Known
from ivr_flows.problems import FlowInvalid
from ivr_flows.steps import VERBS, Menu

END = "end:\n  hangup:\n"


def found(path, known=None):
    return [(p.line, p.column, p.message, p.remedy) for p in check([path], known)]


def test_a_menu_becomes_one_frozen_value(flow_of):
    flow = flow_of(
        "start:\n  menu:\n    prompt: Press 1\n    choices: {1: end}\n    timeout: 1500ms\n"
        "    otherwise: end\n" + END
    )
    menu = flow.steps["start"]
    assert isinstance(menu, Menu)
    assert (dict(menu.choices), menu.timeout, menu.otherwise) == ({"1": "end"}, 1.5, "end")
    with pytest.raises(AttributeError):
        menu.otherwise = "start"


@pytest.mark.parametrize(
    ("steps", "line", "column", "message", "remedy"),
    [
        ("start:\n  say: hi\n  next: end_\nend:\n  hangup:", 6, 11, "no step `end_`", "`end`"),
        ("start:\n  sya: hi\n  next: end\n" + END, 5, 5, "unknown key `sya`", "`say`"),
        ("start:\n  say: {txt: hi}\n  next: end\n" + END, 5, 11, "key `txt`", "`text`"),
        ("start:\n  say: hi\n" + END, 5, 10, "`next` is missing", "Add `next"),
        ("start:\n  say: hi\n  say: ho\n  next: end\n" + END, 6, 5, "second time", "Remove"),
        (
            "start:\n  menu: {prompt: a, choices: {x: end}, otherwise: end}\n" + END,
            5, 33, "`x` cannot be used", "0-9, * and #",
        ),
        (
            "start:\n  say: {text: a, language: xx}\n  next: end\n" + END,
            5, 30, "unknown language `xx`", "en-gb",
        ),
        ("start:\n  say: {file: a.wav}\n  next: end\n" + END, 5, 17, "no file `a.wav`", "Put"),
        ("start:\n  say: {file: ../a.wav}\n  next: end\n" + END, 5, 17, "outside", "beside"),
        ("start:\n  say: hi ${naame}\n  next: end\n" + END, 5, 10, "sets the variable", "Set it"),
        ("start:\n  say: hi ${1+1}\n  next: end\n" + END, 5, 10, "not a variable", "${name}"),
        ("start:\n  say: hi\n  next: start", 4, 3, "endless loop: start -> start", "menu"),
        ("start:\n  hangup:\nlost:\n  hangup:", 6, 3, "no step leads to `lost`", "remove"),
        (
            "start:\n  transfer: {to: \"1\\n2\", otherwise: end}\n" + END,
            5, 20, "cannot be used", "number",
        ),
        (
            "start:\n  branch: [{var: did, matches: '(a+)+', next: end}]\n  otherwise: end\n" + END,
            5, 34, "pattern refused", "sets",
        ),
        (
            "start:\n  gather: {prompt: a, into: pin, secret: true, next: b, otherwise: b}\n"
            "b:\n  set: {x: \"${pin}\"}\n  next: end\n" + END,
            7, 10, "secret `pin`", "branch",
        ),
        ("start: &a\n  hangup:", 4, 10, "anchors", "Write the value out"),
        ("start:\n\thangup:", 5, 3, "not YAML", "spaces"),
    ],
)  # fmt: skip
def test_a_fault_is_shown_with_place_and_remedy(write_flow, steps, line, column, message, remedy):
    faults = found(write_flow(steps))
    assert any(
        (f[0], f[1]) == (line, column) and message in f[2] and remedy in f[3] for f in faults
    ), faults


def test_all_faults_are_found_at_once(write_flow):
    path = write_flow(
        "start:\n  queue: {name: sails, priority: 99}\n  otherwise: nowhere\n"
        "two:\n  hours: {schedule: ofice, open: gone, closed: start}\n"
    )
    text = "\n".join(map(str, check([path], Known(schedules=frozenset({"office"})))))
    for part in ("`priority` is out of range", "`ofice`", "Did you mean `office`?", "`gone`"):
        assert part in text


def test_queue_names_are_checked_only_when_known(write_flow):
    path = write_flow("start:\n  queue: {name: sails, otherwise: end}\n" + END)
    assert found(path) == []
    [(line, _, message, remedy)] = found(path, Known(queues=frozenset({"sales"})))
    assert (line, message) == (5, "there is no queue `sails`")
    assert remedy == "Did you mean `sales`?"


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"[" * 5000, b"a: &x [1]\nb: *x", b"!!python/object:os.system {}", b"- 1",
     b"{a: 1", b"x" * 1_000_001, b"a\x00b", b"flow: 1\n---\nflow: 2", b"? [1, 2]\n: 3",
     b"flow: x\nstart: [1]\nsteps: {a: 1, b: [], c: {}, d: {say: }}", b"steps: []", b"'"],
)  # fmt: skip
def test_no_file_content_makes_a_traceback(tmp_path, content):
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    text, code = check_command([path])
    assert code == 1
    assert re.match(rf"{re.escape(str(path))}:\d+:\d+: ", text)


def test_a_missing_file_is_a_problem_not_an_exception(tmp_path):
    with pytest.raises(FlowInvalid, match="cannot be read"):
        load_flow(tmp_path / "none.yaml")


def test_two_flows_cannot_share_a_name_or_a_number(write_flow, tmp_path):
    head = 'flow: same\nstart: start\nnumbers: ["+4420"]\n'
    write_flow("start:\n  hangup:", head=head, name="a.yaml")
    write_flow("start:\n  hangup:", head=head.replace("same", "other"), name="b.yaml")
    write_flow("start:\n  hangup:", head="flow: same\nstart: start\n", name="c.yaml")
    messages = [p.message for p in check([tmp_path])]
    assert messages == [
        "number +4420 belongs to flow `same` already",
        "there is another flow `same`",
    ]


def test_a_number_finds_its_flow_and_an_unknown_one_the_courteous_message(write_flow, tmp_path):
    head = 'flow: mine\nstart: start\nnumbers: ["+4420"]\n'
    write_flow("start:\n  hangup:", head=head)
    book = load_flows(tmp_path, numbers={"77": "mine"})
    assert [book.flow_for(n).name for n in ("4420", "+4420", "77")] == ["mine"] * 3
    assert book.flow_for("999").name == "unknown_number"
    with pytest.raises(FlowInvalid, match="`mien`"):
        load_flows(tmp_path, numbers={"77": "mien"})


def test_shipped_flows_are_sound():
    text, code = check_command([SHIPPED])
    assert (text, code) == ("2 flows checked, no problems found.", 0)


def manual_blocks():
    manual = Path(__file__).parents[2] / "docs" / "flows.md"
    return re.findall(r"```yaml( steps)?\n(.*?)```", manual.read_text("utf-8"), re.DOTALL)


def test_every_example_of_the_manual_is_a_sound_flow(write_flow, tmp_path):
    (tmp_path / "chime.wav").write_bytes(b"")
    seen = set()
    for is_steps, block in manual_blocks():
        if is_steps:
            tail = END if "end" in block else ""
            if "ending" in block:
                tail += "before:\n  set: {ending: '42'}\n  next: start\n"
            head = f"flow: manual\nstart: {'before' if 'ending' in block else 'start'}\n"
            path = write_flow(block + tail, head=head)
        else:
            path = tmp_path / "test.yaml"
            path.write_text(block, encoding="utf-8")
        assert check([path]) == [], block
        seen |= {type(step) for step in load_flow(path).steps.values()}
    assert seen == set(VERBS.values())


@pytest.mark.parametrize(
    ("announce", "message", "remedy"),
    [
        ("{position: true, each: 30s}", "unknown key `each`", "every"),
        ("{first: 10s}", "nothing is announced", "position: true"),
        ("{wait: true, every: 2s}", "`every` is out of range", "at least 10"),
    ],
)
def test_a_mistake_in_an_announcement_is_shown_with_its_remedy(
    write_flow, announce, message, remedy
):
    path = write_flow(
        f"start: {{queue: {{name: sales, announce: {announce}}}, otherwise: end}}\nend: {{hangup: }}"
    )
    [problem] = check([path])
    assert message in problem.message and remedy in problem.remedy
