# SPDX-License-Identifier: Apache-2.0
"""What a running process has used so far."""

import pathlib
import time


def cpu_nanoseconds(pid):
    """User and system time of all its threads, ended ones too, to the nanosecond.

    This is the clock that clock_getcpuclockid(3) names; /proc/PID/stat counts in ticks of 10 ms,
    which is more than many scrapes take.
    """
    return time.clock_gettime_ns(~pid << 3 | 2)


def resident_bytes(pid):
    return _status_bytes(pid, "VmRSS:")


def peak_resident_bytes(pid):
    """The most that resident_bytes() was since the process started."""
    return _status_bytes(pid, "VmHWM:")


def _status_bytes(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(pid)
