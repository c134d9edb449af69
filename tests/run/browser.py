"""A headless Chromium that tests drive by its DevTools protocol, where there is one.

One that is at work already, on this machine outside of the environment of the tests, is named by
`HEBBFILM_BROWSER`: http://127.0.0.1:9222 of `chromium --headless --remote-debugging-port=9222`.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

GIVEN = os.environ.get("HEBBFILM_BROWSER", "")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
needs_browser = pytest.mark.skipif(
    not GIVEN and CHROMIUM is None,
    reason="there is no Chromium here, and HEBBFILM_BROWSER names none",
)
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--remote-debugging-port=0",
)
_LONGEST = 60.0
"""Seconds until something is as it should be."""


class Browser:
    """A page in a browser, and what it says and asks for."""

    def __init__(self, address: str, loop: asyncio.AbstractEventLoop) -> None:
        self._address, self._loop, self._numbers = address, loop, itertools.count(1)
        self._events: list[dict[str, Any]] = []

    async def _connect(self) -> None:
        request = urllib.request.Request(f"{self._address}/json/new?about:blank", method="PUT")
        target = json.load(urllib.request.urlopen(request))
        self._session = aiohttp.ClientSession()
        url = target["webSocketDebuggerUrl"]
        self._socket = await self._session.ws_connect(url, max_msg_size=0)

    def begin(self) -> None:
        """Open an empty page, and listen to it."""
        self._loop.run_until_complete(self._connect())
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def end(self) -> None:
        """Close the page."""
        self.call("Page.close")
        self._loop.run_until_complete(self._session.close())

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What a method of the protocol returns."""
        return self._loop.run_until_complete(self._call(method, parameters))

    async def _call(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = await self._socket.receive_json(timeout=_LONGEST)
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self._events.append(message)

    def open(self, page: Path, width: int = 1000, height: int = 900) -> None:
        """Load a file, in a window of that size."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self._events.clear()
        self.call("Page.navigate", url=page.as_uri())
        self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'")

    def evaluate(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, script: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + _LONGEST
        while not self.evaluate(script):
            assert time.monotonic() < end, f"never came true: {script}"
            time.sleep(0.1)

    def mouse(self, kind: str, x: float, y: float, *, held: bool = True) -> None:
        """Move, press or release the left button."""
        pressed = {"button": "left", "buttons": int(held), "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type=f"mouse{kind}", x=x, y=y, **pressed)

    def click(self, element: str) -> None:
        """Scroll to an element that a selector finds, and click on it."""
        x, y = self.middle(element)
        self.mouse("Pressed", x, y)
        self.mouse("Released", x, y, held=False)

    def middle(self, element: str) -> tuple[float, float]:
        """Of an element, once it is scrolled to."""
        found = f"document.querySelector({element!r})"
        self.evaluate(f"{found}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        box = f"{found}.getBoundingClientRect()"
        x, y = self.evaluate(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({box})")
        return x, y

    def picture(self) -> bytes:
        """What is seen in the window, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])

    def console(self) -> list[str]:
        """What was said there: messages of the page, and of the browser on it, but not notes."""
        self.evaluate("0")
        found = []
        for event in self._events:
            told = event.get("params", {})
            if event["method"] == "Runtime.exceptionThrown":
                found.append(json.dumps(told))
            elif event["method"] == "Runtime.consoleAPICalled" and told["type"] != "log":
                found.append(json.dumps(told["args"]))
            elif event["method"] == "Log.entryAdded" and told["entry"]["level"] != "verbose":
                found.append(told["entry"]["text"])
        return found

    def requests(self) -> set[str]:
        """The addresses that the page asked for, but for those that hold their own data."""
        self.evaluate("0")
        asked = (e for e in self._events if e["method"] == "Network.requestWillBeSent")
        urls = {event["params"]["request"]["url"] for event in asked}
        return {url for url in urls if not url.startswith(("data:", "blob:"))}


@contextmanager
def running_browser(folder: Path) -> Iterator[Browser]:
    """A page of the browser that is given, or of one that is started and ended here."""
    loop = asyncio.new_event_loop()
    with _address(folder) as address:
        browser = Browser(address, loop)
        browser.begin()
        try:
            yield browser
        finally:
            browser.end()
            loop.close()


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    if GIVEN:
        yield GIVEN
        return
    started = subprocess.Popen(
        [str(CHROMIUM), *_FLAGS, f"--user-data-dir={folder}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port, end = folder / "DevToolsActivePort", time.monotonic() + _LONGEST
        while not port.exists() or not port.read_text().strip():
            assert time.monotonic() < end, "Chromium does not start"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port.read_text().split()[0]}"
    finally:
        started.terminate()
        started.wait(10)
