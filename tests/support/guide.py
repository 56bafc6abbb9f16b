# SPDX-License-Identifier: Apache-2.0
"""Fenced blocks of documents, by the comment above them, for tests that do what they say."""

import re

from lint import tree


def block(document, mark):
    """The text of the one block of the document below <!-- mark -->."""
    (text,) = re.findall(rf"^<!-- {mark} -->\n```\w+\n(.*?)^```$", tree.text(document),
                         re.MULTILINE | re.DOTALL)
    return text
