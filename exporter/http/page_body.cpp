// SPDX-License-Identifier: Apache-2.0
#include "http/page_body.h"

#include <algorithm>
#include <utility>

namespace fleet::http {
namespace {

// Text is compressed in slices that stay in the processor's cache.
constexpr std::size_t kSlice = 32 << 10;

class PageBody {
 public:
  PageBody(PageParts parts, bool gzip)
      : parts_(std::move(parts)),
        writer_(parts_.name_space, blocks(), parts_.filter, parts_.format) {
    parts_.tail += end_of_page(parts_.format);
    if (gzip) gzip_.emplace();
  }

  // Appends the next piece; false when it was the last.
  bool next(std::string& piece) { return gzip_ ? next_compressed(piece) : next_plain(piece); }

 private:
  bool next_plain(std::string& piece) {
    piece.reserve(piece.size() + likely_size_);
    piece += std::exchange(parts_.head, {});
    const std::size_t before = piece.size();
    const bool more = writer_.write(piece, before + kPiece);
    if (!more) piece += parts_.tail;
    likely_size_ = std::max(likely_size_, piece.size() - before + 1024);
    return more;
  }

  bool next_compressed(std::string& piece) {
    std::string text;
    text.reserve(kSlice + 1024);
    bool more = true;
    for (std::size_t made = 0; more && made < kPiece; made += text.size()) {
      text = std::exchange(parts_.head, {});
      more = writer_.write(text, kSlice);
      if (!more) text += parts_.tail;
      gzip_->compress(text, !more, piece);
    }
    return more;
  }

  std::vector<TextWriter::Block> blocks() const {
    std::vector<TextWriter::Block> blocks;
    if (parts_.fleet) blocks.push_back({parts_.fleet.get(), ""});
    for (const auto& [report, labels] : parts_.nodes) {
      blocks.push_back({&report->samples, labels});
      for (const auto& checked : report->checks) blocks.push_back({checked.get(), labels});
    }
    return blocks;
  }

  // The next page will be about as large as the largest so far.
  static inline std::size_t likely_size_ = 64 << 10;
  PageParts parts_;
  TextWriter writer_;
  std::optional<Gzip> gzip_;
};

}  // namespace

Response page_response(PageParts parts, bool gzip) {
  const Format format = parts.format;
  auto body = std::make_shared<PageBody>(std::move(parts), gzip);
  Response response;
  response.content_type = content_type(format);
  response.gzip = gzip;
  if (body->next(response.body))
    response.more = [body](std::string& piece) { return body->next(piece); };
  return response;
}

}  // namespace fleet::http
