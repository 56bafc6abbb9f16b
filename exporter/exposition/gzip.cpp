// SPDX-License-Identifier: Apache-2.0
#include "exposition/gzip.h"

#include <isa-l/igzip_lib.h>

namespace fleet {

Gzip::Gzip() : stream_(std::make_unique<isal_zstream>()) {
  isal_deflate_init(stream_.get());
  stream_->gzip_flag = IGZIP_GZIP;
}

Gzip::~Gzip() = default;

void Gzip::compress(std::string_view text, bool last, std::string& out) {
  // ISA-L reads through a non-const pointer but never writes there.
  stream_->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  stream_->avail_in = static_cast<std::uint32_t>(text.size());
  stream_->end_of_stream = last ? 1 : 0;
  stream_->flush = NO_FLUSH;
  do {
    const std::size_t before = out.size();
    const std::size_t room = text.size() / 4 + 4096;
    out.resize(before + room);
    stream_->next_out = reinterpret_cast<std::uint8_t*>(out.data() + before);
    stream_->avail_out = static_cast<std::uint32_t>(room);
    isal_deflate(stream_.get());
    out.resize(before + room - stream_->avail_out);
  } while (stream_->avail_out == 0);
  if (last) {
    isal_deflate_reset(stream_.get());
    stream_->gzip_flag = IGZIP_GZIP;
  }
}

std::string compressed(std::string_view text) {
  std::string out;
  Gzip().compress(text, true, out);
  return out;
}

}  // namespace fleet
