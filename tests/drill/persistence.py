# SPDX-License-Identifier: Apache-2.0
"""Disks that are full, snapshots that are not made, rewrites that do not end."""

import pathlib
import time

from .drill import Drill, critical, warning

_MB = 1 << 20


class _OnSmallDisk(Drill):
    """A server whose folder is a file system of 16 MB, which only it sees."""

    def small_disk_server(self, *lines):
        start = ["unshare", "--mount", "sh", "-c",
                 'mkdir -p "${0%/*}/disk" && '
                 'mount -t tmpfs -o size=16m drill "${0%/*}/disk" && exec redis-server "$0" '
                 '--dir "${0%/*}/disk"']
        return self.server(*lines, start=start)

    def fill_disk(self, leave=0):
        # The server's view of the file system.
        self.filler = pathlib.Path(f"/proc/{self.broken.pid}/root{self.broken.folder}/disk/filler")
        with open(self.filler, "wb", buffering=0) as file:
            for size in _MB // 4, 4096, 1:
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:  # full
                    pass
            file.truncate(file.tell() - leave)

    def empty_disk(self):
        self.filler.unlink()


class SnapshotFails(_OnSmallDisk):
    """The disk is full when a snapshot is made, and clients go on to write."""

    expects = (warning("RedisSnapshotFailed"), critical("RedisWritesBlockedByDisk"))

    def prepare(self):
        self.broken = self.small_disk_server("save 86400 1")
        self.broken.command("DEBUG", "POPULATE", 1000, "key", 100)
        self.broken.command("BGSAVE")
        self.group(self.broken)

    def faults(self):
        self.fill_disk()
        self.broken.command("SET", "key", "value")
        self.broken.command("BGSAVE")
        yield
        self.writes = self.traffic(
            self.broken, lambda client, number: client.command("SET", "key", number), 0.1)
        yield

    def cure(self):
        self.empty_disk()
        self.broken.command("BGSAVE")
        self.writes.stop()


class AofFails(_OnSmallDisk):
    """The disk is full while clients write to an append-only file."""

    expects = ((critical("RedisAofWriteFailed"), critical("RedisWritesBlockedByDisk")),)

    def prepare(self):
        self.broken = self.small_disk_server("appendonly yes", "appendfsync everysec")
        self.group(self.broken)

    def faults(self):
        self.fill_disk()
        self.writes = self.traffic(self.broken, lambda client, number: client.command(
            "SET", f"key:{number}", "x" * 1000), 0.05)
        yield

    def cure(self):
        self.empty_disk()
        self.writes.stop()


class AofRewriteFails(_OnSmallDisk):
    """The disk has too little room when the append-only file is rewritten."""

    expects = (warning("RedisAofRewriteFailed"),)
    consequences = ("RedisAofWriteFailed", "RedisWritesBlockedByDisk")

    def prepare(self):
        self.broken = self.small_disk_server("appendonly yes", "auto-aof-rewrite-percentage 0",
                                             "rdbcompression no")
        self.broken.command("DEBUG", "POPULATE", 2000, "key", 1000)
        self.group(self.broken)

    def faults(self):
        self.fill_disk(leave=_MB // 4)
        self.broken.command("BGREWRITEAOF")
        yield

    def cure(self):
        self.empty_disk()
        self.broken.command("BGREWRITEAOF")


class AofRewriteLong(Drill):
    """A rewrite of the append-only file takes its time for each key."""

    expects = (warning("RedisAofRewriteLong"),)
    thresholds = {"aof_rewrite_seconds": {"warning": 1}}

    def prepare(self):
        self.broken = self.server("appendonly yes", "auto-aof-rewrite-percentage 0",
                                  "rdb-key-save-delay 1000")
        self.broken.command("DEBUG", "POPULATE", 60000)
        self.group(self.broken)

    def faults(self):
        self.broken.command("BGREWRITEAOF")
        yield

    def cure(self):
        self.broken.command("CONFIG", "SET", "appendonly", "no")  # which ends it


class SnapshotsStop(Drill):
    """Much is written, and the next snapshot is not due for a day."""

    expects = ((warning("RedisUnsavedChanges"), warning("RedisSnapshotTooOld")),)
    thresholds = {"unsaved_changes": {"warning": 100}, "last_save_age_seconds": {"warning": 60}}
    within = 200

    def prepare(self):
        self.broken = self.server("save 86400 1")
        self.broken.command("SAVE")
        self.group(self.broken)

    def faults(self):
        for _ in range(2):  # so that it is known how often it saves
            self.broken.command("SAVE")
            time.sleep(6)
        self.broken.command("EVAL", "for i = 1, 1000 do redis.call('SET', i, i) end", 0)
        yield

    def cure(self):
        self.broken.command("SAVE")


DRILLS = [SnapshotFails, AofFails, AofRewriteFails, AofRewriteLong, SnapshotsStop]
