# SPDX-License-Identifier: Apache-2.0
"""Images and containers by buildah, podman and runc, as root, in a storage of their own below build/.

Nothing is pulled: Debian's base image, and those of others that deploy/ names, are made here of Debian's packages. What
was made is kept, layer by layer, until what it is made of changes.
"""

import atexit
import contextlib
import fcntl
import functools
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

from fixtures.record import REPOSITORY
from support.processes import wait_until

STORAGE = REPOSITORY / "build/containers"
IMAGE = "localhost/redis-fleet-exporter"
BASE = "docker.io/library/debian:bookworm-slim"
# As Debian's image is: no manuals, no waiting for the disk, no start of services.
_SLIM = ["--dpkgopt=force-unsafe-io", *(f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in (
    "doc", "info", "lintian", "locale", "man"))]


@functools.cache
def environment():
    """Of podman and buildah: their storage, and what they can do without systemd and rights over networks."""
    STORAGE.mkdir(parents=True, exist_ok=True)
    storage, containers = STORAGE / "storage.conf", STORAGE / "containers.conf"
    storage.write_text(f'[storage]\ndriver = "overlay"\ngraphroot = "{STORAGE}/graph"\n'
                       f'runroot = "{STORAGE}/run"\n')
    containers.write_text('[containers]\nnetns = "host"\n'
                          'default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n'
                          '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n')
    (STORAGE / "tmp").mkdir(exist_ok=True)
    atexit.register(unmount)
    return {**os.environ, "CONTAINERS_STORAGE_CONF": str(storage), "CONTAINERS_CONF": str(containers),
            "TMPDIR": str(STORAGE / "tmp")}


@contextlib.contextmanager
def build_lock():
    with open(STORAGE / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def unmount():
    """What would keep `make clean` from removing the storage: buildah leaves containers of stages, and mounted what it
    copied from, and podman leaves the storage mounted onto itself. Containers of other processes keep what they use."""
    with build_lock():
        run("buildah", "rm", "--all", check=False)
        containers = STORAGE / "graph/overlay-containers/containers.json"
        used = {one["layer"] for one in json.loads(containers.read_text())} if containers.exists() else set()
        mounted = [pathlib.Path(line.split()[1]) for line in
                   pathlib.Path("/proc/self/mounts").read_text().splitlines()]
        for path in [path for path in mounted if path.match(f"{STORAGE}/graph/overlay/*/merged")
                     and path.parent.name not in used] + [STORAGE / "graph/overlay"]:
            subprocess.run(["umount", path], capture_output=True, check=False)


def run(*command, check=True, timeout=60, **options):
    """A CompletedProcess with its output."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=timeout, env=environment(), **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done


def has_image(name):
    return run("podman", "image", "exists", name, check=False).returncode == 0


def make_base():
    """Debian 12 under the name that the Dockerfile gives it."""
    if has_image(BASE):
        return
    with tempfile.TemporaryDirectory(dir=STORAGE) as folder:
        archive = f"{folder}/base.tar"
        run("mmdebstrap", "--quiet", "--variant=minbase", *_SLIM,
            '--customize-hook=rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*',
            '--customize-hook=printf "#!/bin/sh\nexit 101\n" > "$1"/usr/sbin/policy-rc.d',
            '--customize-hook=chmod 755 "$1"/usr/sbin/policy-rc.d', "bookworm", archive, timeout=300)
        run("podman", "import", "--quiet", archive, BASE, timeout=120)


# In a chroot: what is built needs no other root, user or network. Layers that were built before are kept.
BUILD = ["--isolation=chroot", "--format=docker", "--layers"]


def build(folder, name, *arguments):
    """Builds an image. Of several that want one at once, one builds, and the others find its layers."""
    environment()
    with build_lock():
        make_base()
        run("buildah", "bud", *BUILD, "--pull-never", f"--tag={name}", *arguments, folder, timeout=900)


@functools.cache
def revision():
    """The last commit that changed what the image is made of: others need no other image."""
    ignored = (REPOSITORY / ".dockerignore").read_text()
    made_of = [line[1:] for line in ignored.splitlines() if line.startswith("!")]
    return run("git", "-C", REPOSITORY, "log", "-1", "--format=%H", "--", "Dockerfile", *made_of).stdout.strip()


@functools.cache
def compiler_cache():
    """Of the compilers outside, where the release build has left all that the Dockerfile's needs, which else takes
    minutes."""
    return f"--volume={run('ccache', '--get-config=cache_dir').stdout.strip()}:/ccache"


@functools.cache
def build_exporter():
    """The image of the Dockerfile."""
    build(REPOSITORY, IMAGE, compiler_cache(), f"--build-arg=REVISION={revision()}")
    return json.loads(run("podman", "image", "inspect", IMAGE).stdout)[0]


class Container:
    """A running container, on the network of this host."""

    def __init__(self, *arguments, options=(), image=IMAGE):
        self.id = run("podman", "run", "--detach", "--no-healthcheck", *options, image,
                      *arguments).stdout.strip()

    def inspect(self):
        return json.loads(run("podman", "inspect", self.id).stdout)[0]

    @functools.cached_property
    def pid(self):
        return self.inspect()["State"]["Pid"]

    def logs(self):
        done = run("podman", "logs", self.id)
        return done.stdout + done.stderr

    def exec(self, *command):
        return run("podman", "exec", self.id, *command, check=False)

    def wait_for(self, answers):
        wait_until(lambda: answers() or not self.inspect()["State"]["Running"], "an answer")
        if not answers():
            raise AssertionError(f"it ended:\n{self.logs()}")

    def stop(self, timeout=20):
        """By SIGTERM; the exit status, and the seconds until its process was gone."""
        process = pathlib.Path(f"/proc/{self.pid}")
        began = time.monotonic()
        os.kill(self.pid, signal.SIGTERM)
        wait_until(lambda: not process.exists(), "its end", timeout, pause=0.005)
        seconds = time.monotonic() - began
        return int(run("podman", "wait", self.id).stdout), seconds

    def __enter__(self):
        return self

    def __exit__(self, *_):
        run("podman", "rm", "--force", "--time=0", "--volumes", self.id)
