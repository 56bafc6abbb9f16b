// SPDX-License-Identifier: Apache-2.0
#include "http/kept_page.h"

#include <utility>

#include "exposition/gzip.h"

namespace fleet::http {

Response KeptPage::answer(std::uint64_t state, bool gzip, const std::function<Response()>& make) {
  const Clock::time_point now = Clock::now();
  if (now >= until_ || state != state_) {
    state_ = state;
    response_ = make();
    plain_ = std::make_shared<const std::string>(std::exchange(response_.body, {}));
    compressed_.reset();
    until_ = Clock::now() + 10 * (Clock::now() - now);
  }
  if (gzip && !compressed_) compressed_ = std::make_shared<const std::string>(compressed(*plain_));
  Response response = response_;
  response.gzip = gzip;
  const auto& body = gzip ? compressed_ : plain_;
  response.body = body->substr(0, kPiece);
  if (body->size() > kPiece)
    response.more = [body, at = kPiece](std::string& piece) mutable {
      piece = body->substr(at, kPiece);
      at += piece.size();
      return at < body->size();
    };
  return response;
}

}  // namespace fleet::http
