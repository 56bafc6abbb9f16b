// SPDX-License-Identifier: Apache-2.0
#include "support/gunzip.h"

#include <zlib.h>

namespace fleet::test {

std::optional<std::string> gunzip(std::string_view compressed) {
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  z_stream stream = {};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) return std::nullopt;
  std::string input(compressed);  // zlib's input is not const
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  std::string text;
  int result = Z_OK;
  while (result == Z_OK) {
    Bytef bytes[16384];
    stream.next_out = bytes;
    stream.avail_out = sizeof(bytes);
    result = inflate(&stream, Z_NO_FLUSH);
    text.append(reinterpret_cast<const char*>(bytes), sizeof(bytes) - stream.avail_out);
  }
  inflateEnd(&stream);
  if (result != Z_STREAM_END || stream.avail_in != 0) return std::nullopt;
  return text;
}

}  // namespace fleet::test
