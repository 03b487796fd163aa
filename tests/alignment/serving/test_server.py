import threading
import urllib.error
import urllib.request

import pytest

from alignment.serving.server import HOST, PageServer
from assets.errors import UserError


class Plain:
    """A page of one word that keeps what it is told, up to ten bytes."""

    most_bytes = 10

    def __init__(self, folder):
        self.page, self.heard = folder / "page.html", []
        self.page.write_text("word")

    @property
    def state(self):
        return {"heard": len(self.heard)}

    def told(self, path, told):
        self.heard.append((path, told))
        return self.state

    def file(self, path):
        if path == "gone":
            raise UserError("it went")
        return (b"text", "text/plain") if path == "there" else None


@pytest.fixture
def server(tmp_path):
    with PageServer(0, Plain(tmp_path)) as serving:
        thread = threading.Thread(
            target=serving.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def code_of(url, body=None, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as reply:
            return reply.status
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_page_is_shown_at_its_whole_address_alone(server):
    root = f"http://{HOST}:{server.server_port}/"
    assert len(server.url) - len(root) > 20
    assert code_of(server.url) == code_of(f"{server.url}there?1") == 200
    for wrong in (root, f"{root}there", server.url[:-2], f"{root}{'x' * 22}/"):
        assert code_of(wrong) == 404
    assert code_of(f"{root}keep", b"{}") == 404
    assert server.served.heard == []


def test_two_servers_have_two_addresses(server, tmp_path):
    with PageServer(0, Plain(tmp_path)) as other:
        assert other.root != server.root


@pytest.mark.parametrize(
    ("path", "body", "headers", "code"),
    [
        ("keep", b"{}", {}, 200),
        ("keep", b'{"a": "0123456789"}', {}, 400),
        ("keep", b"[]", {}, 400),
        ("keep", b"{}", {"Origin": "http://elsewhere"}, 403),
        ("there", None, {"Host": "elsewhere"}, 403),
        ("gone", None, {}, 404),
        ("nothing", None, {}, 404),
    ],
)
def test_what_is_too_much_or_from_elsewhere_is_refused(server, path, body, headers, code):
    assert code_of(f"{server.url}{path}", body, **headers) == code
