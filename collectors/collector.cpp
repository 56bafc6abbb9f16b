// SPDX-License-Identifier: Apache-2.0
#include "collectors/collector.h"

#include <charconv>
#include <cmath>

#include "base/text.h"

namespace fleet {
namespace {

// std::trunc would be a call into libm: the program is built for every x86-64.
bool is_whole(double value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53: above it all are, or are no numbers
  return !(std::abs(value) < kExact) ||
         static_cast<double>(static_cast<std::int64_t>(value)) == value;
}

double quotient(double value, double divisor) {
  if (divisor == 1 || is_whole(value)) return value / divisor;
  // 95.22 / 100 would print as 0.9521999999999999: of a fraction, keep the digits that the server
  // wrote.
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value / divisor,
                                 std::chars_format::general, 15);
  double rounded = 0;
  std::from_chars(digits, end.ptr, rounded);
  return rounded;
}

}  // namespace

void emit_fields(const Info& info, std::span<const InfoField> table, SampleSet& out,
                 SampleSet::Labels labels) {
  for (const InfoField& row : table)
    if (const auto value = info.number(row.field))
      out.add(row.metric, labels, quotient(*value, row.divisor));
}

void emit_columns(std::string_view row, std::span<const InfoField> columns, SampleSet& out,
                  SampleSet::Labels labels, char separator) {
  while (!row.empty()) {
    std::string_view value = take_until(row, separator);
    const std::string_view name = take_until(value, '=');
    for (const InfoField& wanted : columns) {
      if (wanted.field != name) continue;
      if (const auto number = Info::number_in(value))
        out.add(wanted.metric, labels, quotient(*number, wanted.divisor));
      break;
    }
  }
}

Outcome require(Reply reply, std::string_view command) {
  if (reply.absent()) return Outcome::failed(std::string(command) + ": no reply");
  if (reply.is_error()) return Outcome::failed(std::string(command) + ": ", reply.text());
  return Outcome::ok();
}

bool is_asked(const Command& command, const NodeFacts& node, const CollectorOptions& options) {
  if (command.tile38 != node.tile38) return false;
  if (command.valkey_since != 0 ? node.valkey_version < command.valkey_since
                                : node.version < command.since)
    return false;
  return command.wanted == nullptr || command.wanted(node, options);
}

Outcome require_all(const Input& input, std::span<const Command> commands) {
  for (std::size_t i = 0; i < commands.size(); ++i)
    if (Outcome outcome = require(input.replies[i], commands[i].line); !outcome.success)
      return outcome;
  return Outcome::ok();
}

}  // namespace fleet
