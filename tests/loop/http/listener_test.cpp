// SPDX-License-Identifier: Apache-2.0
#include "http/listener.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace fleet::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class Listener : public testing::Test {
 protected:
  bool reachable(const std::string& address, std::uint16_t port) {
    tcp::socket client(loop_);
    boost::system::error_code error;
    client.connect(tcp::endpoint(asio::ip::make_address(address), port), error);
    return !error;
  }
  asio::io_context loop_;
  tcp::acceptor acceptor_{loop_};
};

TEST_F(Listener, TakesAnAddressOfEitherFamily) {
  auto listens = [this](const std::string& host, bool v4, bool v6, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    tcp::acceptor acceptor(loop_);
    ASSERT_EQ(open_listener(acceptor, host, 0), "");
    const std::uint16_t port = acceptor.local_endpoint().port();
    EXPECT_NE(port, 0);
    EXPECT_EQ(reachable("127.0.0.1", port), v4);
    EXPECT_EQ(reachable("::1", port), v6);
  };
  listens("127.0.0.1", true, false);
  listens("0.0.0.0", true, false);
  listens("::1", false, true);
  listens("", true, true);
}

TEST_F(Listener, TakesAName) {
  ASSERT_EQ(open_listener(acceptor_, "localhost", 0), "");
  EXPECT_TRUE(acceptor_.local_endpoint().address().is_loopback());
}

TEST_F(Listener, APortInUseIsNamedWithTheCure) {
  ASSERT_EQ(open_listener(acceptor_, "127.0.0.1", 0), "");
  const std::uint16_t port = acceptor_.local_endpoint().port();
  tcp::acceptor second(loop_);
  EXPECT_EQ(open_listener(second, "127.0.0.1", port),
            "cannot listen on 127.0.0.1:" + std::to_string(port) +
                ": the port is in use (see: ss -ltnp); end that program or give another "
                "--web.listen-address");
  EXPECT_FALSE(second.is_open());
  EXPECT_EQ(open_listener(second, "", port).rfind("cannot listen on :" + std::to_string(port), 0),
            0U);
}

TEST_F(Listener, AnAddressThatIsNotHereIsNamedWithTheCure) {
  EXPECT_EQ(open_listener(acceptor_, "192.0.2.1", 9121),
            "cannot listen on 192.0.2.1:9121: this machine does not have the address; give "
            "--web.listen-address one of its");
  EXPECT_EQ(open_listener(acceptor_, "2001:db8::1", 9121),
            "cannot listen on [2001:db8::1]:9121: this machine does not have the address; give "
            "--web.listen-address one of its");
  EXPECT_FALSE(acceptor_.is_open());
}

TEST_F(Listener, ANameThatIsNotKnownIsNamedWithTheCure) {
  const std::string problem = open_listener(acceptor_, "no-such-name.invalid", 9121);
  EXPECT_TRUE(problem.starts_with(
      "cannot listen on no-such-name.invalid:9121: no address is known for this name ("))
      << problem;
  EXPECT_TRUE(
      problem.ends_with("); give --web.listen-address an address of this machine, such as "
                        "127.0.0.1:9121"))
      << problem;
  EXPECT_FALSE(acceptor_.is_open());
}

}  // namespace
}  // namespace fleet::http
