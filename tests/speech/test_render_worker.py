import io
import json

from controller.adapters.speech.render_worker import serve


def test_every_request_gets_one_answer_and_none_ends_the_worker(tmp_path):
    target = str(tmp_path / "out.wav")
    requests = [
        "not json",
        json.dumps({"do": "dance"}),
        json.dumps({"do": "convert", "file": "/none.wav", "targets": {"8000": target}}),
        json.dumps({"do": "convert"}),
    ]
    answers = io.StringIO()
    serve(io.StringIO("\n".join(requests)), answers)
    replies = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert [reply["ok"] for reply in replies] == [False] * 4
    assert all(reply["error"] and reply["remedy"] for reply in replies)
    assert not list(tmp_path.iterdir())
