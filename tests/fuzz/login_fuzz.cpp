// SPDX-License-Identifier: Apache-2.0
// The value of an Authorization header: whatever comes, reading ends, and what is taken for a user
// and a password is what base64 stands for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/passwords.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  const auto login = fleet::http::parse_login(value);
  if (!login) return 0;
  require(value.size() > 6);
  require(login->name.find(':') == std::string::npos);
  for (const std::string& part : {login->name, login->password})
    require(part.find('\0') == std::string::npos);
  // Three bytes for each four characters, the colon among them.
  const std::size_t most = (value.size() - 6) / 4 * 3;
  require(login->name.size() + 1 + login->password.size() <= most);
  require(login->name.size() + 1 + login->password.size() + 2 >= most);
  return 0;
}
