// SPDX-License-Identifier: Apache-2.0
// A client's command as it stands in the bytes received: an array of bulk strings.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace fleet::simulator {

enum class Framing { kComplete, kIncomplete, kBroken };

// Finds the command at the start of `bytes`: its size in `size`, its words (views into `bytes`) in
// `words`. Inline commands are kBroken: no exporter sends them.
Framing next_request(std::string_view bytes, std::size_t& size,
                     std::vector<std::string_view>& words);

}  // namespace fleet::simulator
