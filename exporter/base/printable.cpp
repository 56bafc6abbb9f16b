// SPDX-License-Identifier: Apache-2.0
#include "base/printable.h"

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"

namespace fleet {
namespace {

void append_code(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
}

}  // namespace

void append_printable(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const char c = text.front();
    std::size_t length = 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default: {
        length = std::max<std::size_t>(utf8_length(text), 1);
        const bool control = is_control(c) || (length == 2 && c == '\xC2' && text[1] < '\xA0');
        if (!control && (length > 1 || static_cast<signed char>(c) > 0)) {
          out += text.substr(0, length);
        } else {
          for (const char byte : text.substr(0, length)) append_code(out, byte);
        }
      }
    }
    text.remove_prefix(length);
  }
}

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  append_printable(out, text.substr(0, most));
  if (text.size() > most) out += "...";
  return out;
}

}  // namespace fleet
