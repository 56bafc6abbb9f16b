# SPDX-License-Identifier: Apache-2.0
"""Keys that are flushed, looked at by a command that stops the server, or not deleted in time."""

from .drill import Drill, info, pause, warning


class DataFlushed(Drill):
    """Somebody empties a server that had keys an hour before."""

    expects = ((warning("RedisDataFlushed", passing=True, cmd="flushall"), warning("RedisKeysFell")),)

    def prepare(self):
        self.broken = self.server()
        self.broken.command("DEBUG", "POPULATE", 5000)
        self.group(self.broken)

    def faults(self):
        pause(max(0, self.fleet.seconds_of(hours=1) - self.fleet.age()))
        self.broken.command("FLUSHALL")
        yield

    def cure(self):
        self.broken.command("DEBUG", "POPULATE", 5000)


class KeysAsked(Drill):
    """A client uses KEYS."""

    expects = (info("RedisDangerousCommand", cmd="keys"),)

    def prepare(self):
        self.broken = self.server()
        self.group(self.broken)
        self.broken.command("KEYS", "*")  # from its first use on a command has a counter

    def faults(self):
        self.asking = self.traffic(
            self.broken, lambda client, number: client.command("KEYS", "*"), pause=0.1)
        yield

    def cure(self):
        self.asking.stop()


class ExpiryFallsBehind(Drill):
    """Keys expire faster than the server deletes them."""

    expects = (warning("RedisExpiryTooSlow"),)
    _MANY_FOR_A_MOMENT = "for i = 1, 3000 do redis.call('SET', i .. ARGV[1], 1, 'PX', 1) end"

    def prepare(self):
        self.broken = self.server()
        self.group(self.broken)

    def faults(self):
        self.writing = self.traffic(self.broken, lambda client, number: client.command(
            "EVAL", self._MANY_FOR_A_MOMENT, 0, f":{number}"), pause=0.1)
        yield

    def cure(self):
        self.writing.stop()


DRILLS = [DataFlushed, KeysAsked, ExpiryFallsBehind]
