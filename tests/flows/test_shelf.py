"""Prompts by name: what a flow says, and what is made of it."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.domain.prompt import NamedPrompt, Take
from controller.errors import Invalid
from ivr_flows.actions import Play
from ivr_flows.flow import FlowInvalid, load_flow
from ivr_flows.graph import Known
from ivr_flows.interpreter import Facts, advance, begin
from ivr_flows.prompts import Prompt
from ivr_flows.shelf import Shelf, flows_using

FLOW = """
flow: support
start: language
steps:
  language: {set: {language: zh-cn}, next: hello}
  hello: {say: [{name: welcome}, "Bye."], next: wait}
  wait: {queue: {name: sales, music: jazz}, otherwise: end}
  end: {hangup: }
"""
DIGEST = "0" * 64


@pytest.fixture
def flow(tmp_path):
    (tmp_path / "support.yaml").write_text(FLOW)
    return load_flow(tmp_path / "support.yaml")


@pytest.fixture
def shelf():
    catalogue = MemoryCatalogue()
    takes = {"en": Take(text="Good\nday"), "zh": Take(text="您好"), "fr": Take(recording=DIGEST)}
    catalogue.put(NamedPrompt(id="welcome", takes=takes))
    catalogue.put(NamedPrompt(id="chime", takes={"": Take(recording=DIGEST)}))
    catalogue.put(NamedPrompt(id="lost", takes={"": Take(recording="1" * 64)}))
    return Shelf(catalogue, {DIGEST: Path("/kept/0.wav")}.get)


def test_a_flow_plays_a_prompt_by_its_name_in_the_callers_language(flow, shelf):
    action, _ = advance(flow, begin(flow, Facts()), None, Facts())
    assert isinstance(action, Play)
    assert action.prompts[0] == Prompt(name="welcome", language="zh-cn")
    assert shelf.resolved(action.prompts)[0] == Prompt(text="您好", language="zh")


@pytest.mark.parametrize(
    ("name", "language", "found"),
    [
        ("welcome", "en", Prompt(text="Good day", language="en")),
        ("welcome", "zh-tw", Prompt(text="您好", language="zh")),
        ("welcome", "fr", Prompt(file="/kept/0.wav")),
        ("welcome", "de", Prompt(text="Good day", language="en")),
        ("chime", "de", Prompt(file="/kept/0.wav")),
        ("lost", "en", None),
        ("none", "en", None),
    ],
)
def test_he_hears_it_in_his_language_or_in_one_there_is(shelf, name, language, found):
    assert shelf.find(name, language) == found


def test_a_name_that_leads_nowhere_is_left_out_and_told(shelf):
    plain = Prompt(text="Hello")
    with capture_logs() as logs:
        assert shelf.resolved([Prompt(name="none"), plain, Prompt(name="lost")]) == [plain]
    assert [line["prompt"] for line in logs] == ["none", "lost"]


def test_a_flow_tells_what_it_plays(flow):
    flows = {"support": flow}
    assert flows_using(flows, "welcome") == flows_using(flows, "jazz") == ["support"]
    assert flows_using(flows, "chime") == []


def test_the_check_knows_the_names(tmp_path):
    file = tmp_path / "support.yaml"
    file.write_text(FLOW)
    load_flow(file, Known(prompts=frozenset({"welcome"})))
    with pytest.raises(FlowInvalid) as refused:
        load_flow(file, Known(prompts=frozenset({"welcomes", "other"})))
    [problem] = refused.value.problems
    assert (problem.line, problem.message) == (6, "there is no prompt `welcome`")
    assert problem.remedy == "Did you mean `welcomes`?"


@pytest.mark.parametrize("say", ["{name: Bad name}", "{name: a, file: b.wav}", "{name: ''}"])
def test_a_speech_is_one_thing_under_a_name_that_can_be_one(tmp_path, say):
    file = tmp_path / "x.yaml"
    file.write_text(f"flow: x\nstart: a\nsteps:\n  a: {{say: {say}, next: b}}\n  b: {{hangup: }}\n")
    with pytest.raises(FlowInvalid):
        load_flow(file)


def test_a_prompt_is_one_thing():
    for wrong in ({}, {"text": "a", "name": "b"}, {"file": "/a", "name": "b"}):
        with pytest.raises(Invalid):
            Prompt(**wrong)
