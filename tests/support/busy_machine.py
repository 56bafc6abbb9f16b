# SPDX-License-Identifier: Apache-2.0
"""How long things take is up to whatever else a machine of tests does, and no fault there."""

# For an exporter's file: limits that a server reaches only where a test makes it slow.
THRESHOLDS = {"probe_round_trip_seconds": {"warning": 2, "critical": 5},
              "command_mean_seconds": {"warning": 1}, "command_p99_seconds": {"warning": 2},
              "fork_seconds": {"warning": 5}}
# Milliseconds that a server of a fleet that is well may be silent, before others take its place.
SILENCE = 20000
# What tells of the thresholds, where no file can set a limit.
ALERTS = {"RedisRoundTripSlow", "RedisCommandMeanSlow", "RedisCommandP99Slow", "RedisForkSlow"}
