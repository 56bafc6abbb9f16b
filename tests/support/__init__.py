# SPDX-License-Identifier: Apache-2.0
"""What tests that run whole programs share: servers, exporters, certificates, a parser."""
