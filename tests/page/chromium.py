"""A real Chromium for tests of pages, over its debugging pipe: no driver, no package, no port."""

from __future__ import annotations

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 60.0


class Chromium:
    """One browser; pages are opened one after another in tabs of their own."""

    def __init__(self):
        here_reads, it_writes = os.pipe()
        it_reads, here_writes = os.pipe()
        self.profile = tempfile.TemporaryDirectory(prefix="chromium-")
        options = [
            "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-extensions", "--hide-scrollbars",
            f"--user-data-dir={self.profile.name}",
        ]  # fmt: skip
        # the browser reads its commands from descriptor 3 and answers on 4
        shell = f'exec "$0" "$@" 3<&{it_reads} 4>&{it_writes}'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, PROGRAM, *options],
            pass_fds=(it_reads, it_writes),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(it_reads)
        os.close(it_writes)
        self._reads, self._writes = here_reads, here_writes
        self._ids, self._rest, self.events = itertools.count(1), b"", []

    def close(self):
        try:
            self.send("Browser.close")
            self.process.wait(10)
        except Exception:  # noqa: BLE001 - it is to end, however
            self.process.kill()
            self.process.wait()
        for end in (self._reads, self._writes):
            os.close(end)
        self.profile.cleanup()

    def send(self, method, session=None, **params):
        """Give a command, and wait for its result."""
        number = next(self._ids)
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        content = json.dumps(message).encode() + b"\0"
        while content:
            content = content[os.write(self._writes, content) :]
        while True:
            answer = self.receive(PATIENCE)
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return answer["result"]
            self.events.append(answer)

    def receive(self, seconds):
        """The next message."""
        end = time.monotonic() + seconds
        while b"\0" not in self._rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._reads], [], [], left)[0]:
                raise TimeoutError("the browser says nothing")
            self._rest += os.read(self._reads, 1 << 20)
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def open(self, path, width=1280, height=900, *, dark=False, scripts=True):
        """Open a file, and wait until it is drawn."""
        return Tab(self, Path(path), width, height, dark=dark, scripts=scripts)


class Tab:
    """A page in the browser."""

    def __init__(self, browser, path, width, height, *, dark, scripts):
        self.browser, self.width = browser, width
        browser.events.clear()
        self.target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        self.resize(width, height)
        if not scripts:
            self.send("Emulation.setScriptExecutionDisabled", value=True)
        self.theme(dark=dark)
        self.send("Page.navigate", url=path.resolve().as_uri())
        end = time.monotonic() + PATIENCE
        while scripts and not self.run("document.readyState == 'complete' && (!document.getElementById('pictures') || "
                                       "'drawn' in document.documentElement.dataset)"):  # fmt: skip
            if time.monotonic() > end:
                raise TimeoutError(f"not drawn: {self.complaints()}")
            time.sleep(0.02)

    def send(self, method, **params):
        return self.browser.send(method, self.session, **params)

    def resize(self, width, height):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def theme(self, *, dark):
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[feature])

    def run(self, expression):
        """The value of a JavaScript expression; promises are waited for."""
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def point(self, x, y):
        """Move the pointer."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def press(self, key):
        """Press a key."""
        for kind in ("rawKeyDown", "char", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "char" else {}
            code = {"Tab": 9, "Enter": 13}[key]
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def screenshot(self, path):
        content = self.send("Page.captureScreenshot", captureBeyondViewport=True, format="png")["data"]
        Path(path).write_bytes(base64.b64decode(content))

    def pdf(self):
        """The page as it is printed."""
        return base64.b64decode(self.send("Page.printToPDF", printBackground=False, preferCSSPageSize=True)["data"])

    def requests(self):
        """Every address that was asked for."""
        return [e["params"]["request"]["url"] for e in self.browser.events if e.get("method") == "Network.requestWillBeSent"]

    def complaints(self):
        """What the console says, and what went wrong."""
        said = []
        for event in self.browser.events:
            method, params = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                said.append(params["exceptionDetails"])
            elif method == "Runtime.consoleAPICalled" and params["type"] in {"error", "warning", "assert"}:
                said.append([argument.get("value", argument.get("description")) for argument in params["args"]])
            elif method == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
                said.append(params["entry"]["text"])
        return said

    def close(self):
        self.browser.send("Target.closeTarget", targetId=self.target)
