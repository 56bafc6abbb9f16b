// SPDX-License-Identifier: Apache-2.0
#include "http/passwords.h"

#include <crypt.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/characters.h"
#include "base/text.h"

namespace fleet::http {
namespace {

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0 || !consists_of(text, "+/=")) return std::nullopt;
  std::string decoded(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  // It counts what stands for the padding.
  const auto padding =
      static_cast<std::size_t>(std::ranges::count(text.substr(text.size() - 2), '='));
  decoded.resize(static_cast<std::size_t>(size) - padding);
  return decoded;
}

bool fits_hash(const std::string& password, const std::string& hash) {
  const auto space = std::make_unique<crypt_data>();
  const char* made = ::crypt_r(password.c_str(), hash.c_str(), space.get());
  return made != nullptr && hash.size() == std::string_view(made).size() &&
         CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
}

}  // namespace

std::optional<Login> parse_login(std::string_view authorization) {
  const std::string_view scheme = take_until(authorization, ' ');
  if (!equal_ignoring_case(scheme, "Basic")) return std::nullopt;
  const auto decoded = decode_base64(authorization);
  // crypt(3) would take what stands before a NUL for the whole password.
  if (!decoded || decoded->find('\0') != std::string::npos) return std::nullopt;
  std::string_view password = *decoded;
  const std::string_view name = take_until(password, ':');
  if (name.size() == decoded->size()) return std::nullopt;  // without a colon
  return Login{std::string(name), std::string(password)};
}

Passwords::Passwords(asio::any_io_executor executor) : worker_(std::move(executor)) {
  // Without a key that nobody can know digests would be hashes that are quick to try.
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
    throw std::runtime_error("the system has no random numbers");
}

void Passwords::set_users(std::vector<WebUser> users) {
  users_ = std::move(users);
  ++generation_;
  forget();
}

// All but those that need no hash.
void Passwords::forget() {
  right_.clear();
  for (const WebUser& user : users_)
    if (!user.hashed) right_.insert(digest(user.name, user.password.reveal()));
}

Passwords::Digest Passwords::digest(std::string_view name, std::string_view password) const {
  std::string both(name);
  both.append(1, ':').append(password);
  Digest result{};
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(both.data()), both.size(), result.data(), nullptr);
  return result;
}

asio::awaitable<Passwords::Verdict> Passwords::check(std::string authorization, std::string from) {
  const auto login = parse_login(authorization);
  if (!login) co_return Verdict::wrong;
  const Digest told = digest(login->name, login->password);
  if (right_.contains(told)) co_return Verdict::right;
  const auto named = std::ranges::find(users_, login->name, &WebUser::name);
  const auto any = std::ranges::find(users_, true, &WebUser::hashed);
  if (any == users_.end()) co_return Verdict::wrong;  // those that are not hashed were all above
  // Who is not there costs as much as who is: how long it takes tells no names.
  const bool known = named != users_.end() && named->hashed;
  const std::string hash = known ? named->password.reveal() : any->password.reveal();
  std::size_t& of_address = waiting_of_[from];
  if (waiting_ >= kMostWaiting || of_address >= kMostOfOneAddress) {
    if (of_address == 0) waiting_of_.erase(from);
    co_return Verdict::busy;
  }
  ++waiting_;
  ++of_address;
  const unsigned generation = generation_;
  const auto fits = std::make_shared<bool>(false);
  std::function<void()> work = [fits, hash, password = login->password] {
    *fits = fits_hash(password, hash);
  };
  const bool ended = co_await worker_.run(std::move(work));
  --waiting_;
  if (--waiting_of_[from] == 0) waiting_of_.erase(from);
  if (!ended || !known || !*fits || generation != generation_) co_return Verdict::wrong;
  if (right_.size() >= kMostRemembered + users_.size()) forget();
  right_.insert(told);
  co_return Verdict::right;
}

}  // namespace fleet::http
