// SPDX-License-Identifier: Apache-2.0
#include "http/page_body.h"

#include <algorithm>

namespace fleet::http {
namespace {

constexpr std::size_t kPiece = 256 << 10;

class PageBody {
 public:
  PageBody(PageParts parts, bool gzip)
      : parts_(std::move(parts)), writer_(parts_.name_space, blocks(), parts_.filter) {
    if (gzip) gzip_.emplace();
  }

  // Appends the next piece; false when it was the last.
  bool next(std::string& piece) {
    std::string text;
    text.reserve(likely_size_);
    const bool more = writer_.write(text, kPiece);
    if (!more) text += parts_.tail;
    likely_size_ = std::clamp(text.size() + 1024, likely_size_, kPiece + (16 << 10));
    if (gzip_) {
      gzip_->compress(text, !more, piece);
    } else if (piece.empty()) {
      piece = std::move(text);
    } else {
      piece += text;
    }
    return more;
  }

 private:
  std::vector<TextWriter::Block> blocks() const {
    std::vector<TextWriter::Block> blocks;
    for (const auto& [report, labels] : parts_.nodes) blocks.push_back({&report->samples, labels});
    return blocks;
  }

  // The next page will be about as large as the largest so far; what one huge family needed is not
  // asked for again.
  static inline std::size_t likely_size_ = 64 << 10;
  PageParts parts_;
  TextWriter writer_;
  std::optional<Gzip> gzip_;
};

}  // namespace

Response page_response(PageParts parts, bool gzip) {
  auto body = std::make_shared<PageBody>(std::move(parts), gzip);
  Response response;
  response.content_type = kTextContentType;
  response.gzip = gzip;
  if (body->next(response.body))
    response.more = [body](std::string& piece) { return body->next(piece); };
  return response;
}

}  // namespace fleet::http
