// SPDX-License-Identifier: Apache-2.0
// Values of the headers that are read: Accept, Accept-Encoding, and the scrape timeout as a number.
// What they say must not depend on blanks around them, on case, or on what else is accepted.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "exposition/negotiate.h"
#include "exposition/text_writer.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string value(text);

  const bool gzip = fleet::accepts_gzip(text);
  std::string upper = value;
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  require(fleet::accepts_gzip("br, " + value) == gzip);
  require(fleet::accepts_gzip("gzip," + value));
  require(!fleet::accepts_gzip("gzip;q=0," + value));
  const bool named =
      upper.find("GZIP") != std::string::npos || upper.find('*') != std::string::npos;
  require(named || !gzip);

  const bool openmetrics = fleet::preferred_format(text) == fleet::Format::openmetrics;
  require(fleet::preferred_format(upper) == fleet::preferred_format(text) ||
          upper.find("VERSION") != std::string::npos || upper.find('Q') != std::string::npos);
  require(fleet::preferred_format("*/*, " + value) == fleet::preferred_format(text));
  require(!openmetrics || upper.find("APPLICATION/OPENMETRICS-TEXT") != std::string::npos);

  if (const auto number = fleet::parse_number(text)) {
    // A number reads back from the way that a page spells it.
    std::string spelled;
    fleet::append_number(spelled, *number);
    if (spelled.starts_with('+')) spelled.erase(0, 1);
    const auto again = fleet::parse_number(spelled);
    require(again && (*again == *number || (std::isnan(*again) && std::isnan(*number))));
  }
  return 0;
}
