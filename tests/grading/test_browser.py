"""The pages in a real browser: nothing runs, nothing is asked for, nothing is too wide."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from records import grade_of, override, poisoned, record_of, titles

from derive.grading.pages.feedback import feedback_page
from derive.grading.pages.index import Row, index_page

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), ""
)
pytestmark = pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")

WIDTHS = (360, 1280)
LANGUAGES = pytest.mark.parametrize("lang", ["en", "ru"])

# A frame of `srcdoc` belongs to the page around it, which may therefore measure it; its own
# policy holds in it all the same.  A sheet of the same origin is all it is given.
PROBE = """<!DOCTYPE html><title>waiting</title><body>FRAMES<script>
onload = () => {
  const told = [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument, room = page.documentElement.clientWidth;
    const scrolls = node => node && (
      /auto|scroll/.test(frame.contentWindow.getComputedStyle(node).overflowX) ||
      scrolls(node.parentElement));
    const wide = [...page.body.querySelectorAll("*")].filter(node =>
      node.getBoundingClientRect().right > room + 1 && !scrolls(node.parentElement));
    return {
      title: page.title, room, width: page.documentElement.scrollWidth,
      wide: wide.map(node => node.outerHTML.slice(0, 200)),
      asked: frame.contentWindow.performance.getEntriesByType("resource").map(e => e.name),
      ran: "ran" in frame.contentWindow || "ran" in window,
    };
  });
  const out = document.createElement("pre");
  out.id = "told"; out.textContent = JSON.stringify(told); document.body.append(out);
};
</script>"""


@pytest.fixture(scope="module")
def asked():
    """A server that notes what is asked of it; its address, and the list."""
    found: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", found
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def record():
    return record_of("ambiguous.md", "follows.md", "continuing.md", skipped=(("photo.jpg", "no"),))


def dumped(file, profile) -> str:
    """Load a file and give the document as it is then."""
    done = subprocess.run(  # noqa: S603 - the browser of this machine
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--hide-scrollbars", f"--user-data-dir={profile}",
            "--window-size=1400,900",
            "--virtual-time-budget=3000", "--dump-dom", file.as_uri(),
        ],
        capture_output=True, text=True, encoding="utf-8", errors="replace", check=True,
    )  # fmt: skip
    return done.stdout


def measured(pages: list[str], tmp_path) -> list[dict]:
    """Show pages in frames of every width; what the probe says of each."""
    frames = "".join(
        f'<iframe style="width:{width}px;height:2000px;border:0" srcdoc="{html.escape(page)}">'
        "</iframe>"
        for page in pages
        for width in WIDTHS
    )
    file = tmp_path / "probe.html"
    file.write_text(PROBE.replace("FRAMES", frames), encoding="utf-8")
    told = re.search(r'<pre id="told">(.*?)</pre>', dumped(file, tmp_path / "profile"), re.DOTALL)
    assert told, "the probe did not run"
    found = json.loads(html.unescape(told[1]))
    assert [one["room"] for one in found] == list(WIDTHS) * len(pages)
    return found


def pages_of(record, name: str, lang: str, decided=None) -> list[str]:
    found = grade_of(record, name, decided)
    rows = [Row(found, f"{name}.html"), Row(grade_of(None, name))]
    return [
        feedback_page(record, found, titles(), lang),
        index_page(rows, titles(), lang),
        feedback_page(None, grade_of(None, name), titles(), lang),
    ]


@LANGUAGES
def test_nothing_is_wider_than_the_page(record, lang, tmp_path):
    name = "Wolfeschlegelsteinhausenbergerdorff " * 2 + "x" * 120
    decided = {"2.1 J": override("1/10", "y" * 300, "z" * 90)}
    for one in measured(pages_of(record, name, lang, decided), tmp_path):
        assert one["wide"] == []
        assert one["width"] <= one["room"]
        assert one["asked"] == []


@LANGUAGES
def test_formulas_of_any_length_scroll_in_their_own_box(record, lang, tmp_path):
    long = poisoned(record, " + ".join(f"x_{{{n}}}" for n in range(150)))
    for one in measured(pages_of(long, "A", lang), tmp_path):
        assert one["wide"] == []
        assert one["width"] <= one["room"]


def test_no_text_runs_or_asks_for_anything(record, asked, tmp_path):
    address, found = asked
    tricks = (
        f"<script>ran=1;parent.ran=1;document.title='PWNED';fetch('{address}/a')</script>",
        f"\"'></title></style><img src={address}/b onerror=parent.ran=1><svg onload=parent.ran=1>",
        rf"$\href{{javascript:parent.ran=1}}{{x}}$ \text{{<iframe src={address}/d>}}",
        rf"\includegraphics{{{address}/c.png}} \input{{{address}/c}}",
    )
    for number, trick in enumerate(tricks):
        folder = tmp_path / str(number)
        folder.mkdir()
        decided = {"2.1 J": override("1/10", trick, trick)}
        for one in measured(pages_of(poisoned(record, trick), trick, "en", decided), folder):
            assert not one["ran"]
            assert one["title"] != "PWNED"
            assert one["asked"] == []
            assert one["wide"] == []
    assert found == []


def test_the_policy_stops_what_gets_through_all_the_same(record, asked, tmp_path):
    """As if a text had not been escaped: neither of its script nor of its picture comes aught."""
    address, found = asked
    inject = (
        f"<script>ran=1;parent.ran=1;document.title='PWNED';fetch('{address}/e')</script>"
        f"<img src='{address}/f' onerror=parent.ran=1><style>@import '{address}/g';"
        f"h1 {{ background: url({address}/h) }}</style><link rel=stylesheet href='{address}/i'>"
        f"<iframe src='{address}/j'></iframe><form action='{address}/k'></form>"
    )
    page = feedback_page(record, grade_of(record, "MARK"), titles(), "en")
    open_page = page.replace("<h1>MARK", f"<h1>{inject}MARK")
    assert inject in open_page
    for one in measured([open_page], tmp_path):
        assert not one["ran"]
        assert one["title"] != "PWNED"
    assert found == []


def test_the_probe_sees_what_it_is_there_for(asked, tmp_path):
    """Without a policy a script runs, a picture is asked for, and what is wide is found."""
    address, found = asked
    script = "<script>parent.ran=1;document.title='PWNED'</script>"
    picture, wide = f"<img src='{address}/seen'>", "<p style='width:3000px'>x</p>"
    page = f"<!DOCTYPE html><title>t</title><body>{script}{picture}{wide}"
    first, *_ = measured([page], tmp_path)
    assert first["ran"]
    assert first["title"] == "PWNED"
    assert first["width"] > first["room"]
    assert len(first["wide"]) == 1
    assert "/seen" in found
    found.clear()
