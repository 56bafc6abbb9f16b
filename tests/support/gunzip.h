// SPDX-License-Identifier: Apache-2.0
// What a gzip member holds, read by zlib: another implementation than the one that wrote it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fleet::test {

// None unless `compressed` is exactly one whole member with a right checksum.
std::optional<std::string> gunzip(std::string_view compressed);

}  // namespace fleet::test
