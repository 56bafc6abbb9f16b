# SPDX-License-Identifier: Apache-2.0
"""The image of the Dockerfile: what is in it, and how it runs, asks, ends and judges its health."""

import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from fixtures.record import REPOSITORY
from image import containers
from image.network import OwnNetwork
from support import exposition
from support.fleet_file import FleetFile
from support.guide import block
from support.page import by_instance, require_complete, value
from support.processes import accepts, free_port, wait_until
from support.redis_servers import RedisServer

FOLDER = "/etc/redis-fleet-exporter"
# As the strictest of runtimes start it.
CONFINED = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--security-opt=no-new-privileges"]
MOST_ADDED = 25_000_000  # bytes beside Debian's base image


class Running(containers.Container):
    """The exporter in a container, on a free port."""

    def __init__(self, *arguments, options=(), **variables):
        self.port = free_port()
        variables["REDIS_EXPORTER_WEB_LISTEN_ADDRESS"] = f"127.0.0.1:{self.port}"
        super().__init__(*arguments, options=[*CONFINED, *options, *(
            f"--env={name}={text}" for name, text in variables.items())])
        self.wait_for(lambda: self.get("/-/ready", None))

    def get(self, path, otherwise=()):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.read().decode()
        except urllib.error.URLError:
            if otherwise != ():
                return otherwise
            raise

    def scrape(self, path="/metrics"):
        return exposition.parse(self.get(path))


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.image = containers.build_exporter()

    def running(self, *arguments, **given):
        return self.enterContext(Running(*arguments, **given))

    def health(self, container):
        """What a runtime that runs HEALTHCHECK hears."""
        test = self.image["Healthcheck"]["Test"]
        self.assertEqual(test[0], "CMD")
        return container.exec(*test[1:])

    def test_it_says_what_it_is(self):
        config = self.image["Config"]
        self.assertEqual(config["User"], "65534:65534")
        self.assertEqual(config["Entrypoint"], ["redis_fleet_exporter"])
        self.assertEqual(list(config["ExposedPorts"]), ["9121/tcp"])
        version = re.search(r"^project\(\S+ VERSION (\S+)", (REPOSITORY / "CMakeLists.txt").read_text(),
                            re.MULTILINE)[1]
        labels = {name.rpartition(".")[2]: text for name, text in config["Labels"].items()
                  if name.startswith("org.opencontainers.image.")}
        self.assertEqual((labels["version"], labels["revision"], labels["licenses"]),
                         (version, containers.revision(), "Apache-2.0"))
        done = containers.run("podman", "run", "--rm", "--no-healthcheck", *CONFINED, containers.IMAGE,
                              "--version")
        self.assertTrue(done.stdout.startswith(
            f"redis_fleet_exporter {version} (commit {containers.revision()} of "), done.stdout)

    def test_it_is_small_and_without_what_it_was_built_with(self):
        base = json.loads(containers.run("podman", "image", "inspect", containers.BASE).stdout)[0]
        added = self.image["Size"] - base["Size"]
        print(f"image: {self.image['Size'] / 1e6:.1f} MB, {added / 1e6:.1f} MB of them beside Debian's base")
        self.assertLess(added, MOST_ADDED)
        found = self.running("--redis.addr=").exec(
            "sh", "-c", "ls /source /packages /var/lib/apt/lists/*; which g++ git redis-server")
        self.assertEqual(found.stdout, "")

    def test_it_runs_without_rights_and_answers_of_a_real_redis(self):
        with RedisServer(password="secret") as redis:
            exporter = self.running(REDIS_ADDR=redis.url, REDIS_PASSWORD="secret")
            page = exporter.scrape()
            require_complete(page)
            self.assertEqual(value(page, "redis_process_id"), redis.pid)
            status = pathlib.Path(f"/proc/{exporter.pid}/status").read_text()
            for line in "Uid:\t65534\t65534", "Gid:\t65534\t65534", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1":
                self.assertIn(f"\n{line}", status)
            self.assertIn("Read-only", exporter.exec("sh", "-c", "echo > /tmp/file").stderr)

    def test_certificates_of_public_authorities_are_known(self):
        listed = self.running("--redis.addr=").exec("cat", "/etc/ssl/certs/ca-certificates.crt").stdout
        self.assertGreater(listed.count("BEGIN CERTIFICATE"), 100)

    def test_idle_it_ends_within_a_second(self):
        def seconds():
            code, took = self.running("--redis.addr=").stop()
            print(f"ended after {took:.2f} s")
            self.assertEqual(code, 0)
            return took

        # A busy machine makes some of them longer, and none shorter.
        self.assertTrue(any(seconds() < 1 for _ in range(4)))

    def test_in_a_scrape_it_ends_within_the_nodes_timeout_with_what_has_come(self):
        text = "scrape: {node_timeout: 6s}\ngroups:\n  - {name: two, nodes: ['%s', '%s']}\n"
        with RedisServer() as alive, RedisServer() as hung, FleetFile(text % (
                alive.address, hung.address)) as file:
            file.folder.chmod(0o755)
            exporter = self.running(options=[f"--volume={file.folder}:{FOLDER}:ro"],
                                    REDIS_EXPORTER_CONFIG_FILE=f"{FOLDER}/fleet.yaml")
            hung.pause()
            self.assertGreater(exporter.pid, 0)  # known, so that the signal comes at once
            with concurrent.futures.ThreadPoolExecutor() as pool:
                scrape = pool.submit(exporter.scrape)
                time.sleep(0.5)
                self.assertFalse(scrape.done())
                code, seconds = exporter.stop()
                page = scrape.result()
            print(f"ended after {seconds:.2f} s")
            self.assertEqual(code, 0)
            self.assertGreater(seconds, 0.5)
            self.assertLess(seconds, 9)  # requests in progress have 10 s
            self.assertEqual(by_instance(page, "redis_up"), {alive.address: 1, hung.address: 0})
            self.assertEqual(by_instance(page, "redis_process_id"), {alive.address: alive.pid})

    def test_its_health_check_tells_one_that_hangs(self):
        exporter = self.running(f"--redis.addr=redis://127.0.0.1:{free_port()}")
        done = self.health(exporter)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        os.kill(exporter.pid, signal.SIGSTOP)

        def nanoseconds():
            began = time.monotonic()
            done = self.health(exporter)
            took = (time.monotonic() - began) * 1e9
            self.assertEqual(done.returncode, 1)
            self.assertIn("does not answer in time: it hangs", done.stderr)
            return took

        try:
            self.assertTrue(any(nanoseconds() < self.image["Healthcheck"]["Timeout"]
                                for _ in range(4)))
        finally:
            os.kill(exporter.pid, signal.SIGCONT)
        self.assertEqual(self.health(exporter).returncode, 0)


class Readme(unittest.TestCase):
    def test_its_commands_build_run_and_check_one(self):
        script = block("README.md", "docker")
        containers.build_exporter()
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        docker = folder / "docker"
        docker.write_text(f"""#!/bin/sh
case $1 in
  build) shift; set -- build {' '.join(containers.BUILD)} --pull=never {containers.compiler_cache()} "$@" ;;
  run) shift; set -- run --no-healthcheck "$@" ;;
esac
exec podman "$@"
""")
        docker.chmod(0o755)
        self.enterContext(OwnNetwork())
        redis = self.enterContext(RedisServer())
        for written, ours in (("$(git rev-parse HEAD)", containers.revision()),
                              ("redis-1.internal:6379", redis.address)):
            self.assertIn(written, script)
            script = script.replace(written, ours)
        self.addCleanup(containers.run, "podman", "rm", "--force", "--time=1", "redis-fleet-exporter")
        start, check = script.rsplit("\n", 2)[:2]
        self.shell(start, folder)
        wait_until(lambda: accepts("127.0.0.1", 9121), "the exporter")
        self.shell(check, folder)
        with urllib.request.urlopen("http://localhost:9121/metrics") as answer:
            self.assertEqual(value(exposition.parse(answer.read().decode()), "redis_up"), 1)

    def shell(self, script, folder):
        environment = containers.environment()
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=REPOSITORY, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=600,
                              env={**environment, "PATH": f"{folder}:{environment['PATH']}"})
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])


if __name__ == "__main__":
    unittest.main()
