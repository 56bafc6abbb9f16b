# SPDX-License-Identifier: Apache-2.0
"""Real faults in a real fleet, and the messages that they lead to: see run."""
