# SPDX-License-Identifier: Apache-2.0
"""Fenced blocks of documents, by the comment above them, for tests that do what they say."""

import re

from lint import tree

_FENCE = re.compile(r"(?:^<!-- ([a-z ]+) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document):
    """(mark, language, text) of each fenced block; mark is that of <!-- mark --> in the line above
    it, or ""."""
    return _FENCE.findall(tree.text(document))


def marked(document, mark):
    """The texts of the blocks with this mark, of which there must be one."""
    found = [text for given, _, text in blocks(document) if given == mark]
    if not found:
        raise AssertionError(f"{document} has no block <!-- {mark} -->")
    return found


def block(document, mark):
    """The text of the one block with this mark."""
    (text,) = marked(document, mark)
    return text
