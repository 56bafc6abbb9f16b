# SPDX-License-Identifier: Apache-2.0
"""Commands that take long, a main thread without time, a cache without hits."""

import signal

from support.processes import Program

from .drill import Drill, critical, warning


class CommandsSlow(Drill):
    """Clients send a slow command again and again."""

    expects = ((warning("RedisCommandMeanSlow", cmd="debug"),
                warning("RedisCommandP99Slow", cmd="debug"), warning("RedisSlowCommands")),)
    thresholds = {"command_mean_seconds": {"warning": 0.002},
                  "command_p99_seconds": {"warning": 0.002}}

    def prepare(self):
        self.broken = self.server("slowlog-log-slower-than 2000")
        self.group(self.broken)

    def faults(self):
        self.slow = self.traffic(self.broken, lambda client, number: client.command(
            "DEBUG", "SLEEP", 0.003), pause=0, connections=2)
        yield

    def cure(self):
        self.slow.stop()


class RoundTripsSlow(Drill):
    """The main thread sleeps, and sleeps longer: between two sleeps it answers."""

    expects = (warning("RedisRoundTripSlow"), critical("RedisRoundTripSlow"))
    thresholds = {"probe_round_trip_seconds": {"warning": 0.05, "critical": 0.22}}
    consequences = ("RedisDown", "RedisGroupWithoutMaster")

    def prepare(self):
        self.broken = self.server()
        self.group(self.broken)

    def faults(self):
        for seconds in 0.2, 0.5:
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
        self.load = self.stack.enter_context(Program(
            ["nice", "redis-benchmark", "-h", self.broken.host, "-p", self.broken.port, "-q",
             "-c", 4, "-n", 1000000000, "-t", "set"]))
        yield

    def cure(self):
        self.scripts.stop()
        self.load.stop(signal.SIGKILL)


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
