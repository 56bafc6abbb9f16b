# SPDX-License-Identifier: Apache-2.0
"""Commands that take long, a main thread without time, a cache without hits."""

from .drill import Drill, critical, warning


class CommandsSlow(Drill):
    """Clients send a slow command again and again."""

    expects = ((warning("RedisCommandMeanSlow", cmd="debug"),
                warning("RedisCommandP99Slow", cmd="debug"), warning("RedisSlowCommands")),)
    thresholds = {"command_mean_seconds": {"warning": 0.001},
                  "command_p99_seconds": {"warning": 0.001}}

    def prepare(self):
        self.broken = self.server("slowlog-log-slower-than 1000")
        self.group(self.broken)

    def faults(self):
        self.slow = self.traffic(self.broken, lambda client, number: client.command(
            "DEBUG", "SLEEP", 0.0015), pause=0, connections=2)
        yield

    def cure(self):
        self.slow.stop()


class RoundTripsSlow(Drill):
    """The main thread sleeps, and sleeps longer: between two sleeps it answers."""

    expects = (warning("RedisRoundTripSlow"), critical("RedisRoundTripSlow"))
    # A question comes at any moment of a sleep, and most wait longer than this.
    thresholds = {"probe_round_trip_seconds": {"warning": 0.03, "critical": 0.12}}
    consequences = ("RedisDown", "RedisGroupWithoutMaster")

    def prepare(self):
        self.broken = self.server()
        self.group(self.broken)

    def faults(self):
        for seconds in 0.107, 0.43:  # no divisor of a second, when it is asked again
            self.sleeps = self.traffic(self.broken, lambda client, number: client.command(
                "DEBUG", "SLEEP", seconds), pause=0)
            yield
            self.sleeps.stop()

    def cure(self):
        self.sleeps.stop()


class ForkSlow(Drill):
    """A server with much data forks to save it."""

    expects = (warning("RedisForkSlow"),)
    thresholds = {"fork_seconds": {"warning": 0.001}}
    within = 120  # as long as the window of the rule
    ends_alone = True  # the fork is over

    def prepare(self):
        self.broken = self.server()
        self.broken.command("DEBUG", "POPULATE", 300000, "key", 500)
        self.group(self.broken)

    def faults(self):
        self.broken.command("BGSAVE")
        yield


class MainThreadBusy(Drill):
    """Clients ask for more than one thread can do."""

    expects = ((warning("RedisMainThreadBusy", passing=True),
                warning("RedisMainThreadInKernel", passing=True)),)
    # Less than a whole CPU, for machines that have few and are busy.
    thresholds = {"main_thread_ratio": {"warning": 0.05},
                  "main_thread_system_ratio": {"warning": 0.01}}
    _LONG = "local sum = 0 for i = 1, 2000000 do sum = sum + i end return sum"

    def prepare(self):
        self.broken = self.server()
        self.group(self.broken)

    def faults(self):
        self.scripts = self.traffic(
            self.broken, lambda client, number: client.command("EVAL", self._LONG, 0))
        self.broken.command("SET", "large", b"x" * (1 << 21))
        self.reads = self.traffic(
            self.broken, lambda client, number: client.command("GET", "large"), pause=0.001)
        yield

    def cure(self):
        self.scripts.stop()
        self.reads.stop()


class CacheMisses(Drill):
    """A cache is asked for what it does not have."""

    expects = (warning("RedisHitRatioLow"),)
    within = 120

    def prepare(self):
        self.broken = self.server("maxmemory 100mb", "maxmemory-policy allkeys-lru")
        self.group(self.broken)

    def faults(self):
        self.asked = self.traffic(self.broken, lambda client, number: client.command(
            "GET", f"key:{number}"))
        yield

    def cure(self):
        self.asked.stop()


DRILLS = [CommandsSlow, RoundTripsSlow, ForkSlow, MainThreadBusy, CacheMisses]
