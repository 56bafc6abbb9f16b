# SPDX-License-Identifier: Apache-2.0
"""How long things take is up to whatever else a machine of tests does, and no fault there."""

# For an exporter's file: limits that a server reaches only where a test makes it slow.
THRESHOLDS = {"probe_round_trip_seconds": {"warning": 2, "critical": 5},
              "command_mean_seconds": {"warning": 1}, "command_p99_seconds": {"warning": 2},
              "fork_seconds": {"warning": 5}}
# Seconds within which what a test waits for must become true. Only a test that fails waits so long.
PATIENCE = 60
# What an exporter grants its nodes where a test is not about that. Its own 2 s, of which a kept
# connection has half, are no longer than a machine may let a process wait.
LIMITS = {"REDIS_EXPORTER_CONNECTION_TIMEOUT": "15s", "REDIS_EXPORTER_SCRAPE_TIMEOUT": "25s"}
# Milliseconds that a server of a fleet that is well may be silent, before others take its place.
SILENCE = 20000
# What tells of the thresholds, where no file can set a limit.
ALERTS = {"RedisRoundTripSlow", "RedisCommandMeanSlow", "RedisCommandP99Slow", "RedisForkSlow"}
