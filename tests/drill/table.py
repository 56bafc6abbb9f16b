# SPDX-License-Identifier: Apache-2.0
"""All drills, by subject."""

from . import availability, exporter, memory
from .healthy import Healthy

DRILLS = [*availability.DRILLS, *memory.DRILLS, *exporter.DRILLS]
HEALTHY = Healthy


def expected():
    """{(alert, severity)} that a drill expects."""
    return {(alert.name, alert.severity) for drill in DRILLS for alert in drill.all_expected()}
