# SPDX-License-Identifier: Apache-2.0
"""C++ source reduced to what a lint looks at, with line numbers kept."""

import re

_COMMENT_OR_LITERAL = re.compile(
    r"""
    //(?:[^\\\n]|\\.|\\\n)*                                   # line comment, with continuation
  | /\*.*?\*/                                                 # block comment
  | (?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
  | (?P<string>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*")
  | (?P<char>(?<![0-9a-zA-Z_])(?:u8|[uUL])?'(?:[^'\\\n]|\\.)+')   # not the ' in 1'000
    """,
    re.VERBOSE | re.DOTALL)

_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\\\n]|\\.|\\\n)*", re.MULTILINE | re.DOTALL)


def _blank(match):
    newlines = "\n" * match.group().count("\n")
    if match.group("raw") or match.group("string"):
        return '""' + newlines
    if match.group("char"):
        return "''" + newlines
    return " " + newlines


def without_comments_and_literals(text):
    return _COMMENT_OR_LITERAL.sub(_blank, text)


def code(text):
    """Without preprocessor lines too."""
    return _DIRECTIVE.sub(lambda match: "\n" * match.group().count("\n"),
                          without_comments_and_literals(text))


def includes(text):
    """(line, spelling) of each #include; spelling keeps its quotes or angle brackets."""
    found = []
    # Only comments go: the include's own quotes are what we want.
    kept = _COMMENT_OR_LITERAL.sub(
        lambda m: m.group() if m.group("string") else _blank(m), text)
    for number, line in enumerate(kept.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*("[^"]+"|<[^>]+>)', line)
        if match:
            found.append((number, match.group(1)))
    return found


_TOKEN = re.compile(r"""[A-Za-z_]\w*|\d[\w.']*|""|''|->|::|&&|\|\||[^\s\w]""")


def tokens(text):
    """(line, token) of everything in code(text)."""
    found = []
    for number, line in enumerate(code(text).split("\n"), 1):
        found.extend((number, token) for token in _TOKEN.findall(line))
    return found
