# SPDX-License-Identifier: Apache-2.0
"""Headless Chromium, by its DevTools protocol over a pipe.

    with Browser() as browser:
        page = browser.open("http://127.0.0.1:9121/")
        page.evaluate("document.title")
"""

import itertools
import json
import os
import subprocess
import tempfile

from .busy_machine import PATIENCE
from .processes import wait_until

# Without a sandbox of its own: tests may run as root, and visit nothing but the exporter.
_FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
          "--no-first-run", "--disable-extensions", "--disable-background-networking",
          "--remote-debugging-pipe"]


class Browser:
    def __init__(self):
        self._numbers = itertools.count(1)
        self._unread, self.events = b"", []
        self._profile = tempfile.TemporaryDirectory(prefix="fleet-browser-",
                                                    ignore_cleanup_errors=True)
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # The protocol is spoken on descriptors 3 and 4.
        script = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", script, "bash", "chromium", *_FLAGS,
             f"--user-data-dir={self._profile.name}", "about:blank"],
            pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)

    def open(self, url, scripts=True, dark=False):
        """A page that has loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in "Page", "Runtime", "Log", "Accessibility":
            page.call(f"{domain}.enable")
        page.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        page.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        page.call("Page.navigate", url=url)
        page.event("Page.loadEventFired")
        return page

    def call(self, method, session=None, **parameters):
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def receive(self):
        while b"\0" not in self._unread:
            read = os.read(self._in, 1 << 16)
            if not read:
                raise AssertionError("Chromium has ended")
            self._unread += read
        message, _, self._unread = self._unread.partition(b"\0")
        return json.loads(message)

    def close(self):
        self._process.terminate()
        self._process.wait(timeout=30)
        os.close(self._in)
        os.close(self._out)
        self._profile.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Page:
    def __init__(self, browser, session):
        self._browser, self._session = browser, session

    def call(self, method, **parameters):
        return self._browser.call(method, self._session, **parameters)

    def event(self, method):
        """Waits for an event, and returns it."""
        while True:
            for event in self._browser.events:
                if event.get("method") == method and event.get("sessionId") == self._session:
                    self._browser.events.remove(event)
                    return event["params"]
            self._browser.events.append(self._browser.receive())

    def complaints(self):
        """What the page's console has as errors and warnings so far."""
        self.evaluate("0")
        return [event["params"]["entry"]["text"] for event in self._browser.events
                if event.get("method") == "Log.entryAdded" and
                event.get("sessionId") == self._session]

    def evaluate(self, expression):
        """The value of JavaScript; of a promise, what it becomes."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            raise AssertionError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def becomes(self, expression, timeout=PATIENCE):
        """Waits until JavaScript is true."""
        wait_until(lambda: self.evaluate(expression), expression, timeout)

    def press(self, key, code=0, text=""):
        """A key, down and up: "Tab" (9), "Enter" (13, "\\r"), letters by type()."""
        for kind in "keyDown", "keyUp":
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode=code, text=text if kind == "keyDown" else "")

    def type(self, text):
        self.call("Input.insertText", text=text)

    def accessible(self):
        """(role, name) of everything that a screen reader is told of, in order."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes
                if not node["ignored"] and "role" in node]
