import pytest

from controller.lab.arguments import brackets, separate


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b  c", ["a", "b", "c"]),
        ("a 'b c' d", ["a", "b c", "d"]),
        ("a b\\sc", ["a", "b c"]),
        ("", []),
    ],
)
def test_words_are_split_as_freeswitch_splits_them(text: str, words: list[str]):
    assert separate(text, " ", 10) == words


def test_the_last_word_takes_what_is_left():
    assert separate("uuid name two words", " ", 3) == ["uuid", "name", "two words"]


def test_an_escaped_delimiter_stays():
    assert separate("a=1;b=x\\;y", ";") == ["a=1", "b=x;y"]


def test_variables_in_front_of_a_dial_string():
    assert brackets("{a=1,b='x,y'}user/1") == ({"a": "1", "b": "x,y"}, "user/1")
    assert brackets("{^^:a=1:b=2}user/1") == ({"a": "1", "b": "2"}, "user/1")


def test_a_missing_bracket_is_an_error():
    with pytest.raises(ValueError, match="Parse Error"):
        brackets("{a=1")
