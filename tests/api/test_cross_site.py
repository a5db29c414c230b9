import pytest

from console.cross_site import foreign, same_site

HOST = "tandem.example:8080"


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Origin": "http://tandem.example:8080"}, True),
        ({"Origin": "http://TANDEM.example:8080"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://outside.example"}, True),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://tandem.example:8080"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://tandem.example:8080"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://tandem.example"}, False),
        ({"Origin": "http://tandem.example:8081"}, False),
        ({"Origin": "http://tandem.example:8080.evil.example"}, False),
        ({"Origin": "http://evil.example/tandem.example:8080"}, False),
        ({"Origin": "http://x@tandem.example:8080"}, False),
        ({"Origin": "http://tandem.example:99999999"}, False),
        ({"Origin": "http://[::1"}, False),
        ({"Origin": "file://tandem.example:8080"}, False),
        ({"Referer": "http://tandem.example:8080/"}, False),
    ],
)
def test_only_our_own_page_is_ours(headers, ours):
    assert same_site(headers, HOST, https=False) == ours


@pytest.mark.parametrize(
    ("origin", "host", "https", "ours"),
    [
        ("https://tandem.example", "tandem.example", True, True),
        ("https://tandem.example", "tandem.example:443", True, True),
        ("https://tandem.example:443", "tandem.example", True, True),
        ("https://tandem.example", "tandem.example", False, True),  # TLS ends at a proxy
        ("http://tandem.example", "tandem.example", True, False),
        ("http://[::1]:8080", "[::1]:8080", False, True),
        ("http://127.0.0.1:8080", "localhost:8080", False, False),
    ],
)
def test_ports_and_schemes_are_what_they_mean(origin, host, https, ours):
    assert same_site({"Origin": origin}, host, https=https) == ours


def test_a_request_that_says_nothing_is_neither_ours_nor_foreign():
    assert not same_site({}, HOST, https=False)
    assert not foreign({}, HOST, https=False)
    assert foreign({"Origin": "http://evil.example"}, HOST, https=False)
    assert not foreign({"Origin": "http://tandem.example:8080"}, HOST, https=False)
