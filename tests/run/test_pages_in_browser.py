"""Pages in a real browser: what they ask for, what they say, and whether the film turns."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from hebbfilm.run.cli import main
from tests.run.browser import needs_browser, running_browser

pytestmark = [needs_browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with running_browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture(scope="module")
def page(run_folder_maker, tmp_path_factory):
    folder = run_folder_maker(tmp_path_factory.mktemp("page") / "run", size=60.0)
    assert main(["report", str(folder)]) == 0
    return folder / "report.html"


def seen(browser) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(browser.picture())).convert("RGB"), dtype=float)


def test_page_asks_for_nothing_and_says_nothing(browser, page):
    browser.open(page)
    browser.evaluate("scrollTo(0, document.body.scrollHeight)")
    browser.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    browser.wait_for("[...document.images].every(i => i.complete && i.naturalWidth > 100)")
    assert browser.console() == []
    assert browser.requests() == {page.as_uri()}


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_page_is_no_wider_than_its_window(browser, page, width):
    browser.open(page, width=width)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width


def test_film_is_drawn_and_turns(browser, page):
    browser.open(page)
    browser.click("#turn")
    browser.wait_for("document.querySelector('#stage iframe') !== null")
    x, y = browser.middle("#stage iframe")
    before = _drawn(browser)
    browser.mouse("Moved", x - 100, y, held=False)
    browser.mouse("Pressed", x - 100, y)
    for k in range(30):
        browser.mouse("Moved", x - 100 + 4 * k, y)
        time.sleep(0.02)
    browser.mouse("Released", x + 16, y, held=False)
    after = _drawn(browser)
    moved = np.abs(after - before).max(axis=2) > 30
    assert moved.mean() > 0.02
    assert browser.console() == []
    assert browser.requests() <= {page.as_uri(), "about:srcdoc"}


def _drawn(browser) -> np.ndarray:
    """The window once it stays as it is, and has the colours of a film in it."""
    last = seen(browser)
    for _ in range(100):
        time.sleep(0.3)
        now = seen(browser)
        green = (now[..., 1] - now[..., 0] > 25).mean()
        if green > 0.01 and np.array_equal(now, last):
            return now
        last = now
    pytest.fail("no film is drawn")


def test_click_on_a_head_sorts(browser, page):
    browser.open(page)
    head = "table.sortable th:nth-child(3) button"
    rows = "[...document.querySelector('table.sortable').tBodies[0].rows]"
    cells = f"{rows}.map(row => parseFloat(row.cells[2].textContent))"
    assert browser.evaluate(cells) != sorted(browser.evaluate(cells))
    browser.click(head)
    rising = browser.evaluate(cells)
    assert rising == sorted(rising)
    browser.click(head)
    assert browser.evaluate(cells) == rising[::-1]
