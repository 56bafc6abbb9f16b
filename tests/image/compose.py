# SPDX-License-Identifier: Apache-2.0
"""deploy/compose, brought up by Docker Compose on podman, in a network of the test's own.

Docker would give each service an address and a name; here they have those of loopback, 127.0.0.1 and on. Prometheus
asks each second, and the rules' times are a part of theirs.
"""

import json
import pathlib
import subprocess
import tempfile

import yaml

from fixtures.record import REPOSITORY, make_tree
from image import containers
from support.processes import Program

FOLDER = REPOSITORY / "deploy/compose"
TREE = REPOSITORY / "build/trixie-compose"
PROGRAM = TREE / "usr/libexec/docker/cli-plugins/docker-compose"
PROJECT = "redis-fleet-demo"
# No package of Debian has it.
NOT_HERE = {"grafana"}
SCALE = 0.02


def make_program():
    """Debian 13's Docker Compose, which takes the mirror's network."""
    make_tree(TREE, "base-files,docker-compose")


def services():
    """Those of compose.yaml, by name, with what their anchors stand for."""
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]


class Demonstration:
    """What `docker compose up` starts, without Grafana."""

    def __init__(self):
        self._holder = tempfile.TemporaryDirectory(prefix="compose-")
        self.folder = pathlib.Path(self._holder.name)
        self.folder.chmod(0o755)
        socket = self.folder / "podman.sock"
        self._service = Program(["podman", "system", "service", "--time=0", f"unix://{socket}"],
                                answers=socket.exists, env=containers.environment(), folder=self.folder)
        self._environment = {**containers.environment(), "DOCKER_HOST": f"unix://{socket}"}
        self._faster()
        (self.folder / "override.yaml").write_text(self._override())
        self.names = [name for name in services() if name not in NOT_HERE]
        try:
            self.compose("up", "--detach", "--no-build", *self.names, timeout=180)
        except BaseException:
            self.close()
            raise

    def _faster(self):
        """Prometheus's configuration and the rules, with shorter times."""
        text = (FOLDER / "prometheus.yml").read_text()
        for name in "scrape_interval", "evaluation_interval", "refresh_interval":
            text = text.replace(f"{name}: 15s", f"{name}: 1s")
        (self.folder / "prometheus.yml").write_text(text)
        subprocess.run([REPOSITORY / "rules/render", f"--scale={SCALE}", f"--output={self.folder}/rules"],
                       check=True, capture_output=True)

    def _override(self):
        addresses, networks = {}, {}
        for number, name in enumerate(services()):
            addresses[name] = f"127.0.1.{number + 1}" if "NAME" in services()[name].get(
                "environment", {}) else "127.0.0.1"
        for name in services():
            networks[name] = {"network_mode": "host", "healthcheck": {"disable": True},
                              "extra_hosts": [f"{other}:{at}" for other, at in addresses.items()]}
        networks["prometheus"]["volumes"] = [f"{self.folder}/prometheus.yml:/etc/prometheus/prometheus.yml:ro",
                                             f"{self.folder}/rules:/etc/prometheus/rules:ro"]
        text = yaml.safe_dump({"services": networks})
        for name, service in services().items():  # a tag, which that does not write
            if "ports" in service:
                text = text.replace(f"\n  {name}:\n", f"\n  {name}:\n    ports: !reset []\n")
        return text

    def compose(self, *arguments, timeout=60):
        """Runs `docker compose`, with its files to bring it up, and then by its name; what it prints."""
        project = ["--file", FOLDER / "compose.yaml", "--file", self.folder / "override.yaml"]
        if arguments[0] != "up":
            project = ["--project-name", PROJECT]
        done = subprocess.run([PROGRAM, *project, "--progress=plain", *arguments], capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, timeout=timeout, env=self._environment)
        if done.returncode != 0:
            raise AssertionError(f"docker compose {arguments}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout

    def as_written(self, command):
        """Runs a command of the README."""
        written = f"docker compose -p {PROJECT} {command}\n"
        if written not in (FOLDER / "README.md").read_text():
            raise AssertionError(f"deploy/compose/README.md does not have {written}")
        return self.compose(*command.split(), timeout=120)

    def logs(self, *names):
        return self.compose("logs", *names)

    def states(self):
        """(state, exit status, container) by service."""
        listed = map(json.loads, self.compose("ps", "--all", "--format=json").splitlines())
        return {one["Service"]: (one["State"], one["ExitCode"], one["Name"]) for one in listed}

    def close(self):
        try:
            self.as_written("down -v")
        finally:
            self._service.close()
            self._holder.cleanup()
