// SPDX-License-Identifier: Apache-2.0
#include "http/passwords.h"

#include <crypt.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include <boost/asio/ip/address_v6.hpp>
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

// An IPv6 host has a whole /64 to itself.
std::string network_of(const std::string& address) {
  boost::system::error_code other;
  const auto six = boost::asio::ip::make_address_v6(address, other);
  if (other || six.is_v4_mapped()) return address;
  auto bytes = six.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return boost::asio::ip::address_v6(bytes).to_string();
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
  std::erase_if(right_, [&](const auto& known) {
    const auto before = std::ranges::find(users_, known.second, &WebUser::name);
    return std::ranges::find(users, *before) == users.end();
  });
  users_ = std::move(users);
  ++generation_;
  for (const WebUser& user : users_)
    if (!user.hashed) right_.emplace(digest(user.name, user.password.reveal()), user.name);
}

// All but those that need no hash are forgotten when there are too many: one password has many
// spellings behind its 72nd character.
void Passwords::remember(const WebUser& user, const Digest& digest) {
  const auto hashed = [this](const auto& known) {
    return std::ranges::find(users_, known.second, &WebUser::name)->hashed;
  };
  if (right_.size() >= kMostRemembered + users_.size()) std::erase_if(right_, hashed);
  right_.emplace(digest, user.name);
}

bool Passwords::may_wait(const std::string& network) const {
  const auto of_network = waiting_of_.find(network);
  if (of_network != waiting_of_.end() && of_network->second >= kMostOfOneAddress) return false;
  return waiting_ < kMostWaiting + (came_in_.contains(network) ? kRoomForKnown : 0);
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
  // Who is not there costs as much as who costs most.
  const auto dearest = std::ranges::max_element(users_, {}, [](const WebUser& user) {
    return user.hashed ? user.password.reveal().substr(4, 2) : std::string();
  });
  // Those that are not hashed were all among the right ones.
  if (dearest == users_.end() || !dearest->hashed) co_return Verdict::wrong;
  const bool known = named != users_.end() && named->hashed;
  const WebUser user = known ? *named : *dearest;
  const std::string network = network_of(from);
  if (!may_wait(network)) co_return Verdict::busy;
  ++waiting_;
  ++waiting_of_[network];
  const unsigned generation = generation_;
  const auto fits = std::make_shared<bool>(false);
  std::function<void()> work = [fits, hash = user.password.reveal(), password = login->password] {
    *fits = fits_hash(password, hash);
  };
  const bool ended = co_await worker_.run(std::move(work));
  --waiting_;
  if (--waiting_of_[network] == 0) waiting_of_.erase(network);
  if (!ended || !known || !*fits || generation != generation_) co_return Verdict::wrong;
  remember(user, told);
  if (came_in_.size() >= kMostRemembered) came_in_.clear();
  came_in_.insert(network);
  co_return Verdict::right;
}

}  // namespace fleet::http
