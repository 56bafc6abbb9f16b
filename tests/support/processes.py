# SPDX-License-Identifier: Apache-2.0
"""Starts programs for a test, waits until they answer, and ends them whatever happens.

A Program is ended by its own pid: by stop(), at the end of its `with` block, when Python exits,
and by the kernel (PR_SET_PDEATHSIG) when Python itself is killed.
"""

import atexit
import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

from .busy_machine import PATIENCE

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_running = set()
_ports_given = []


class StartError(Exception):
    """The program ended, or did not answer in time; the message holds the end of its log."""


def free_port(host="127.0.0.1"):
    """A TCP port that nothing listens on now, and that no process of tests was given before."""
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.bind((host, 0))
            port = probe.getsockname()[1]
        # The name of a socket that has no file belongs to one process until that ends.
        given = socket.socket(socket.AF_UNIX)
        try:
            given.bind(f"\0fleet-tests-port-{port}")
        except OSError:
            given.close()
            continue
        _ports_given.append(given)
        return port


def accepts(host, port):
    """Whether something accepts TCP connections there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def is_ready(url):
    """Whether a Prometheus or an Alertmanager says so."""
    try:
        return urllib.request.urlopen(f"{url}/-/ready", timeout=10).status == 200
    except OSError:
        return False


def wait_until(condition, what, timeout=PATIENCE, pause=0.02):
    """Returns the first true result of condition(), or raises TimeoutError that names `what`."""
    end = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() >= end:
            raise TimeoutError(f"not within {timeout} s: {what}")
        time.sleep(pause)


class Program:
    """A running program. Its output goes to `<folder>/<name>.log`.

    Start it from a thread that lives as long as the program should: the kernel ends a child when
    the thread that made it ends.
    """

    def __init__(self, arguments, answers=None, timeout=PATIENCE, folder=None, name=None, env=None):
        self.arguments = [str(argument) for argument in arguments]
        self.name = name or os.path.basename(self.arguments[0])
        self._own_folder = None
        if folder is None:
            self._own_folder = tempfile.TemporaryDirectory(prefix=f"fleet-{self.name}-")
            folder = self._own_folder.name
        self.folder = pathlib.Path(folder)
        self.log_path = self.folder / f"{self.name}.log"
        self._env, self._answers, self._timeout = env, answers, timeout
        self.start()

    def start(self):
        """Starts the program (again, after stop()), and waits until it answers."""
        with open(self.log_path, "ab") as log:
            self._process = subprocess.Popen(
                self.arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=None if self._env is None else {**os.environ, **self._env},
                preexec_fn=_die_with(os.getpid()),
            )
        self.pid = self._process.pid
        _running.add(self)
        if self._answers is not None:
            self._wait_for(self._answers, self._timeout)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def exit_code(self):
        """The exit code (negative: ended by that signal), or None while it runs."""
        return self._process.poll()

    def wait(self, timeout=PATIENCE):
        """Waits for the program to end by itself; returns its exit code."""
        code = self._process.wait(timeout)
        _running.discard(self)
        return code

    def stop(self, with_signal=signal.SIGTERM, timeout=30.0):
        """Ends the program; returns its exit code. One that ignores the signal is killed."""
        if self._process.poll() is None:
            self._process.send_signal(with_signal)
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        _running.discard(self)
        return self._process.returncode

    def send_signal(self, number):
        self._process.send_signal(number)

    def pause(self):
        """Stops its execution (SIGSTOP): connections stay open and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def is_paused(self):
        state = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2][0]
        return state == "T"

    def resume(self):
        os.kill(self.pid, signal.SIGCONT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the program and removes its folder, if the folder was made for it."""
        if self._process.poll() is None:
            self.resume()
        self.stop()
        if self._own_folder is not None:
            self._own_folder.cleanup()

    def _wait_for(self, answers, timeout):
        try:
            wait_until(lambda: self.exit_code() is not None or answers(), "an answer", timeout)
            if self.exit_code() is None:
                return
            problem = f"ended with {self.exit_code()} before it answered"
        except TimeoutError:
            problem = f"did not answer within {timeout} s"
        log = self.log()[-2000:]
        self.close()
        raise StartError(f"{' '.join(self.arguments)}\n{problem}; its log ends:\n{log}")


def _die_with(parent):
    """Makes the new process end when its parent does, even if that has happened already."""

    def in_child():
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return in_child


@atexit.register
def _end_all():
    for program in list(_running):
        program.close()
