# SPDX-License-Identifier: Apache-2.0
"""Finds statements that GCC 12 miscompiles in coroutines.

GCC 12 destroys temporaries twice that are made by braces, by ?: or by a lambda's copies in a full
expression that also awaits, and what is awaited in a condition or for an argument. The rule that
avoids all of it: a statement with co_await holds names, calls and constructor calls, and what is
awaited is bound to a name; bind first, await second.

The source is cut into full expressions without parsing C++: a statement ends at `;`, at the `)` of
an if, for, while or switch, and at the brace of a block. A lambda's body is cut on its own, so that
its awaits and braces do not count for the statement around it.
"""

from lint import cpp_source

_CONTROL = {"if", "for", "while", "switch", "constexpr", "catch"}
_BEFORE_BLOCK = {")", "else", "do", "try", "const", "noexcept", "override", "final", "mutable", ":",
                 "}"}
_BEFORE_AWAIT = {"=", "co_return", "do", "else", ":", ")"}
_SCOPES = {"namespace", "struct", "class", "union", "enum"}
_CLOSES = {"(": ")", "[": "]", "{": "}"}
# A [ after one of these starts a lambda although the token looks like a name.
_KEYWORDS = {"return", "co_return", "co_await", "co_yield", "case", "else", "do"}


def violations(text):
    """(line, what) of every statement that awaits beside a brace, a ?: or a copying lambda."""
    return _Reader(cpp_source.tokens(text)).read()


class _Statement:
    def __init__(self):
        self.await_line = None
        self.found = []  # (line, what)
        self.tokens = []  # of this statement alone, at the depth of its start


class _Reader:
    def __init__(self, tokens):
        self.tokens = tokens
        self.match = _matching(tokens)
        self.result = []

    def read(self):
        self._block(0, len(self.tokens))
        return sorted(set(self.result))

    def _end(self, statement):
        if statement.await_line is not None:
            self.result.extend(statement.found)

    def _token(self, index):
        return self.tokens[index][1] if 0 <= index < len(self.tokens) else ""

    def _block(self, begin, end):
        """Reads the statements of tokens [begin, end)."""
        statement = _Statement()
        depth = 0
        i = begin
        while i < end:
            line, token = self.tokens[i]
            close = self.match.get(i)
            if token == "[" and self._is_lambda(i):
                copies = _copies([t for _, t in self.tokens[i + 1:close]])
                if copies:
                    statement.found.append((line, f"lambda that captures {copies} by value"))
                body = self._lambda_body(close)
                if body is not None:
                    self._block(body + 1, self.match[body])
                    statement.tokens.append("}")
                    i = self.match[body] + 1
                    continue
            if token == "{" and depth == 0 and self._opens_block(statement.tokens):
                self._end(statement)
                self._block(i + 1, close)
                statement = _Statement()
                i = close + 1
                continue
            if token == ";":
                self._end(statement)
                statement = _Statement()
                i += 1
                continue
            if token in _CLOSES:
                depth += 1
            elif token in ")]}":
                depth -= 1
            if token == "{":
                statement.found.append((line, "brace"))
            elif token == "?":
                statement.found.append((line, "?:"))
            elif token == "co_await":
                statement.await_line = line
                if statement.tokens and statement.tokens[-1] not in _BEFORE_AWAIT:
                    statement.found.append((line, "await within an expression or a condition"))
            statement.tokens.append(token)
            if token == ")" and depth == 0 and self._token(self.match[i] - 1) in _CONTROL:
                self._end(statement)
                statement = _Statement()
                # What follows may be a block or a single statement; either way it is a new one.
            i += 1
        self._end(statement)

    def _opens_block(self, before):
        """Whether a brace after these tokens of its statement opens a block, not an initializer."""
        if not before or before[-1] in _BEFORE_BLOCK:
            return True
        if _SCOPES & set(before) and "=" not in before and "(" not in before:
            return True
        if "extern" in before and before[-1] == '""':
            return True
        trailing_return = any(a in (")", "const", "noexcept") and b == "->"
                              for a, b in zip(before, before[1:]))
        return trailing_return and not {"=", "co_await", "co_return", "return"} & set(before)

    def _is_lambda(self, i):
        before, close = self._token(i - 1), self.match[i]
        if before == "[" or self._token(i + 1) == "[":
            return False  # attribute
        if before == "auto" or (before in ("&", "&&") and self._token(i - 2) == "auto"):
            return False  # structured binding
        is_name = before[:1].isalnum() or before[:1] == "_"
        if (is_name and before not in _KEYWORDS) or before in (")", "]", '""'):
            return False  # subscript, array
        return self._token(close + 1) in ("(", "{", "<", "->", "mutable", "noexcept")

    def _lambda_body(self, close):
        """Index of the { of the lambda whose capture list ends at `close`."""
        i = close + 1
        while i < len(self.tokens):
            token = self._token(i)
            if token == "{":
                return i
            if token in (";", ")", "}", "]"):
                return None
            i = self.match[i] + 1 if token in ("(", "[") else i + 1
        return None


def _matching(tokens):
    """Index of each opening bracket -> index of its closing one, and back."""
    pairs, stack = {}, []
    for i, (line, token) in enumerate(tokens):
        if token in _CLOSES:
            stack.append((i, _CLOSES[token]))
        elif token in _CLOSES.values():
            if not stack or stack[-1][1] != token:
                raise ValueError(f"line {line}: unexpected {token}")
            pairs[stack[-1][0]], pairs[i] = i, stack[-1][0]
            stack.pop()
    if stack:
        raise ValueError(f"line {tokens[stack[-1][0]][0]}: bracket is never closed")
    return pairs


def _copies(captures):
    """Names that a capture list copies; & and this copy nothing."""
    names, current, depth = [], [], 0
    for token in captures + [","]:
        depth += token in _CLOSES
        depth -= token in (")", "]", "}")
        if token == "," and depth == 0:
            if current and current[0] not in ("&", "this"):
                names.append("".join(current))
            current = []
        else:
            current.append(token)
    return ", ".join(names)
