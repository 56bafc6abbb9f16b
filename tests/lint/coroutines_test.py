# SPDX-License-Identifier: Apache-2.0
"""No statement that GCC 12 miscompiles (coroutines.py says which); the lint tells them apart."""

import unittest

from lint import coroutines, tree

BAD = [
    "co_await f({str, 1});",
    "co_await f(Agg{str});",
    "co_await f({.t = str});",
    "co_await f(\n    Agg{\n        str});",
    "Agg a{co_await f(), 2};",
    "v.push_back(Agg{co_await f(), 2});",
    "co_return Agg{co_await f(), 2};",
    "co_await f(std::optional<Agg>{Agg{str}});",
    "co_await f(std::array<std::string, 2>{a, b});",
    "co_await [k]() -> awaitable<int> { co_return k; }();",
    "co_await f([k] { return k; });",
    "co_await f([=] { return k; });",
    "co_await f([&, k] { return k; });",
    "co_await f([k = std::move(k)]() mutable noexcept -> int { return k; });",
    "co_await f([*this] { return k_; });",
    "const auto x = cond ? co_await a() : co_await b();",
    'co_await f(cond ? T() : T("b"));',
    'co_await f({"a", "b"});',
    "if (co_await f(Agg{str})) g();",
    "for (auto x : co_await f({str})) g(x);",
    "while (co_await f({str})) { g(); }",
    "co_await spawn([&]() -> awaitable<void> { co_await f({str}); });",
    "if (a) {\n  b();\n} else {\n  co_await f({str});\n}",
    "switch (a) {\n  case 1: {\n    co_await f(Agg{1});\n  }\n}",
    "if (co_await f()) g();",
    "if (a || b(co_await f())) g();",
    "g(co_await f());",
    "g(a, co_await f());",
    "while (co_await f()) g();",
    "x = 1'000; co_await f(Agg{'a'});",
]

GOOD = [
    "co_await f(std::move(named));",
    "Agg named{str, 1};\nco_await f(std::move(named));",
    "co_await f(Text(str));",
    "auto aw = f({str, 1});\nco_await std::move(aw);",
    "auto k2 = [k] { return k; };\nco_await f(k2);",
    "co_await f([&] { return k; });",
    "co_await f([this, &k]() -> int { return Agg{k}.n; });",
    "co_await f([] {});",
    "const auto [ec, n] = co_await f();",
    "for (const auto& [k, v] : co_await f()) { g(Agg{k, v}); }",
    "if (auto r = co_await f(); r) { g(r ? 1 : 2); }",
    "if (a ? b : c) co_await f();",
    "try {\n  co_await f();\n} catch (const E& e) {\n  g({e});\n}",
    "co_await f();  // not f({str}), nor a ? b : c",
    'co_await f("{?}", \'{\', R"x({?})x");',
    "co_await f(names[i], *it);",
    "co_await f([[maybe_unused]] x);",
    "#define AWAIT(x) co_await f({x})\n",
    "const Agg a = cond ? b : c;\nco_await f(a);",
    "if (x) {\n  co_await f();\n}\nAgg b{1};",
    "const int n{1};  /* co_await */ const Agg b{n};",
]


def in_function(snippet):
    return "awaitable<int> g(T x) {\n" + snippet + "\n  co_return 1;\n}\n"


class Coroutines(unittest.TestCase):
    def test_finds_each_statement_that_is_miscompiled(self):
        for snippet in BAD:
            with self.subTest(snippet):
                self.assertTrue(coroutines.violations(in_function(snippet)))

    def test_lets_each_statement_pass_that_is_right(self):
        for snippet in GOOD:
            with self.subTest(snippet):
                self.assertEqual(coroutines.violations(in_function(snippet)), [])

    def test_sees_through_what_surrounds_a_function(self):
        source = ("namespace a::b {{\nclass C final : public D {{\n public:\n"
                  "  explicit C(int x) : x_{{x}}, y_(x) {{}}\n"
                  "  auto run() const -> awaitable<void> {{\n    {0}\n  }}\n"
                  "  int x_{{0}};\n}};\n}}  // namespace\n")
        self.assertEqual(coroutines.violations(source.format("co_await f();")), [])
        self.assertEqual(coroutines.violations(source.format("co_await f({x});")), [(6, "brace")])

    def test_names_the_line_and_the_reason(self):
        source = "awaitable<void> g() {\n  co_await f(\n      a ? b : c,\n      [x] {});\n}\n"
        self.assertEqual(coroutines.violations(source),
                         [(3, "?:"), (4, "lambda that captures x by value")])

    def test_the_project_has_none(self):
        found = []
        for name in tree.files(".cpp", ".h"):
            try:
                lines = coroutines.violations(tree.text(name))
            except ValueError as error:
                self.fail(f"{name}: {error}")
            found += [f"{name}:{line}: a statement with co_await has a {what}; bind first, await "
                      "second" for line, what in lines]
        if found:
            self.fail("\n" + "\n".join(found))


if __name__ == "__main__":
    unittest.main()
