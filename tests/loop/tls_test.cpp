// SPDX-License-Identifier: Apache-2.0
// TLS against a real OpenSSL server: who is trusted, what is told when it fails, and when the
// certificates expire.
#include <ctime>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "loop/exporter.h"
#include "support/certificates.h"

namespace fleet::test {
namespace {

constexpr std::time_t kDay = 24 * 3600;
constexpr const char* kOwn = "redis_tls_client_certificate_not_after_timestamp_seconds";
constexpr const char* kPeer = "redis_tls_peer_certificate_not_after_timestamp_seconds";

class Tls : public testing::Test {
 protected:
  Tls() : ends_(std::time(nullptr) + 90 * kDay) { answer_all(redis_); }

  // A server with a certificate for 127.0.0.1.
  void serve(const std::string& name = "IP:127.0.0.1", const std::string& client_ca = "") {
    const Certificates::Pair pair = certificates_.sign(name, ends_);
    redis_.speaks_tls({pair.certificate, pair.key, client_ca});
  }
  TlsFiles trusting() const {
    TlsFiles files;
    files.ca_file = certificates_.ca();
    return files;
  }
  static Wiring with(const TlsFiles& files) {
    Wiring wiring;
    wiring.tls = files;
    return wiring;
  }
  Target target(const std::string& host = "127.0.0.1") const {
    Target target = Exporter::at(redis_, host);
    target.transport = Target::Transport::tls;
    return target;
  }
  // Scrapes of as many nodes of `server`, which is on another host: of one host the connects are
  // limited as well.
  static void start_others(Exporter& exporter, const FakeRedis& server, std::size_t nodes) {
    Target other = Exporter::at(server, kOtherHost);
    other.transport = Target::Transport::tls;
    const auto deadline = Clock::now() + std::chrono::seconds(5);
    for (std::size_t i = 0; i < nodes; ++i)
      exporter.add(other).start(deadline, exporter.executor());
  }

  static constexpr const char* kOtherHost = "127.0.0.2";
  Certificates certificates_;
  std::time_t ends_;
  FakeRedis redis_;
};

TEST_F(Tls, AServerOfATrustedAuthorityIsScraped) {
  serve();
  Exporter exporter(with(trusting()));
  Node& node = exporter.add(target());
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter.scrape(node);
    expect_up(scraped);
    EXPECT_EQ(scraped.value(kPeer), std::to_string(ends_));
    EXPECT_EQ(scraped.value(kOwn), "absent");
  }
  EXPECT_EQ(redis_.connections(), 1);
}

TEST_F(Tls, WithoutItThereAreNoTimestamps) {
  Exporter exporter;
  const Scraped scraped = exporter.scrape(exporter.add(redis_));
  expect_up(scraped);
  EXPECT_EQ(scraped.value(kPeer), "absent");
}

TEST_F(Tls, AHostNameIsSentAndChecked) {
  serve("redis.test");
  Wiring wiring = with(trusting());
  wiring.lookup = [](const std::string&) {
    return Resolver::Answer{{asio::ip::make_address("127.0.0.1")}, ""};
  };
  Exporter exporter(wiring);
  expect_up(exporter.scrape(exporter.add(target("redis.test"))));
  expect_down(exporter.scrape(exporter.add(target("other.test"))), Reason::tls,
              "--tls-server-name");
}

TEST_F(Tls, AConfiguredServerNameTakesThePlaceOfTheHost) {
  serve("redis.test");
  TlsFiles files = trusting();
  files.server_name = "redis.test";
  Exporter exporter(with(files));
  expect_up(exporter.scrape(exporter.add(target())));
}

TEST_F(Tls, AnUnknownAuthorityIsTls) {
  serve();
  TlsFiles files;
  files.ca_file = certificates_.other_ca();
  Exporter exporter(with(files));
  const Scraped scraped = exporter.scrape(exporter.add(target()));
  expect_down(scraped, Reason::tls, "check --tls-ca-cert-file");
  EXPECT_LT(scraped.took, milliseconds(900));
}

TEST_F(Tls, AnExpiredCertificateIsTls) {
  ends_ = std::time(nullptr) - kDay;
  serve();
  Exporter exporter(with(trusting()));
  expect_down(exporter.scrape(exporter.add(target())), Reason::tls, "certificate has expired");
}

TEST_F(Tls, WithoutVerificationAnyCertificateDoes) {
  ends_ = std::time(nullptr) - kDay;
  serve("other.test");
  TlsFiles files;
  files.skip_verify = true;
  Exporter exporter(with(files));
  const Scraped scraped = exporter.scrape(exporter.add(target()));
  expect_up(scraped);
  EXPECT_EQ(scraped.value(kPeer), std::to_string(ends_));
}

TEST_F(Tls, AClientCertificateIsShownWhereTheServerAsksForIt) {
  serve("IP:127.0.0.1", certificates_.ca());
  const Certificates::Pair own = certificates_.sign("exporter.test", ends_ + kDay);
  TlsFiles files = trusting();
  files.cert_file = own.certificate;
  files.key_file = own.key;
  Exporter exporter(with(files));
  const Scraped scraped = exporter.scrape(exporter.add(target()));
  expect_up(scraped);
  EXPECT_EQ(scraped.value(kOwn), std::to_string(ends_ + kDay));
}

TEST_F(Tls, AMissingClientCertificateIsTls) {
  serve("IP:127.0.0.1", certificates_.ca());
  Exporter exporter(with(trusting()));
  Node& node = exporter.add(target());
  for (int i = 0; i < 10; ++i) {  // with TLS 1.3 it depends on chance where the refusal is met
    const Scraped scraped = exporter.scrape(node);
    expect_down(scraped, Reason::tls, "--tls-client-cert-file");
    EXPECT_LT(scraped.took, milliseconds(900));
  }
}

TEST_F(Tls, AnUnreadableFileIsSecretAndIsReadAgainWhenItIsThere) {
  serve();
  TlsFiles files;
  files.ca_file = certificates_.folder() / "missing.pem";
  Exporter exporter(with(files));
  Node& node = exporter.add(target());
  const Scraped scraped = exporter.scrape(node);
  expect_down(scraped, Reason::secret, "check that the file exists, is PEM and may be read");
  EXPECT_NE(scraped.report->failure.message.find("missing.pem"), std::string::npos);
  std::filesystem::copy_file(certificates_.ca(), files.ca_file);
  expect_up(exporter.scrape(node));
}

TEST_F(Tls, AKeyOfAnotherCertificateIsSecret) {
  serve();
  TlsFiles files = trusting();
  files.cert_file = certificates_.sign("exporter.test", ends_).certificate;
  files.key_file = certificates_.sign("exporter.test", ends_).key;
  Exporter exporter(with(files));
  expect_down(exporter.scrape(exporter.add(target())), Reason::secret, "client key");
}

TEST_F(Tls, ToAPortWithoutTlsSaysSo) {
  // What Redis makes of a TLS greeting: an unknown command.
  redis_.is_a_stranger_that_says("-ERR unknown command\r\n");
  Exporter exporter(with(trusting()));
  expect_down(exporter.scrape(exporter.add(target())), Reason::tls,
              "the port does not speak TLS: use redis://");
}

TEST_F(Tls, ToAPortThatWaitsForTheRestOfACommandSaysSo) {
  // A TLS greeting without a line break: Redis waits for one.
  redis_.stays_silent();
  Exporter exporter(with(trusting()));
  const Scraped scraped = exporter.scrape(exporter.add(target()));
  expect_down(scraped, Reason::timeout, "check that the port speaks TLS");
  EXPECT_LT(scraped.took, milliseconds(1800));
}

TEST_F(Tls, AHandshakeBeyondTheLimitWaitsForItsTurn) {
  serve();
  FakeRedis silent(FakeRedis::Place{.address = kOtherHost});
  silent.stays_silent();
  Exporter exporter(with(trusting()));
  const auto good_takes = [&](std::size_t others) {
    start_others(exporter, silent, others);
    exporter.wait(milliseconds(500));  // half of their budget
    const Scraped scraped = exporter.scrape(exporter.add(target()));
    expect_up(scraped);
    exporter.wait(milliseconds(700));  // they have given up
    return scraped.took;
  };
  EXPECT_LT(good_takes(ConnectLimits::kHandshakes - 1), milliseconds(300));
  EXPECT_GE(good_takes(ConnectLimits::kHandshakes), milliseconds(300));
}

// Their turn is no part of its budget: it would be over when theirs is.
TEST_F(Tls, HandshakesThatHangCostANodeNothingOfItsBudget) {
  serve();
  redis_.takes(milliseconds(200), "INFO all");
  FakeRedis silent(FakeRedis::Place{.address = kOtherHost});
  silent.stays_silent();
  Exporter exporter(with(trusting()));
  start_others(exporter, silent, ConnectLimits::kHandshakes);
  expect_up(exporter.scrape(exporter.add(target())));
}

TEST_F(Tls, ANodeThatHasShakenHandsKeepsNoTurn) {
  serve();
  FakeRedis slow(FakeRedis::Place{.address = kOtherHost});
  const Certificates::Pair pair = certificates_.sign("IP:127.0.0.2", ends_);
  slow.speaks_tls({pair.certificate, pair.key, ""}).hangs();
  Exporter exporter(with(trusting()));
  start_others(exporter, slow, ConnectLimits::kHandshakes);
  exporter.wait(milliseconds(300));  // their answers are missing
  const Scraped scraped = exporter.scrape(exporter.add(target()));
  expect_up(scraped);
  EXPECT_LT(scraped.took, milliseconds(500));
}

TEST_F(Tls, AHangUpInTheHandshakeIsTls) {
  redis_.is_a_stranger_that_says("");
  Exporter exporter(with(trusting()));
  expect_down(exporter.scrape(exporter.add(target())), Reason::tls,
              "check that the port speaks TLS");
}

TEST_F(Tls, PlainToAPortWithTlsSaysSo) {
  serve();
  Exporter exporter;
  Node& node = exporter.add(redis_);
  for (int i = 0; i < 10; ++i) {  // OpenSSL hangs up: by FIN or by RST, that is chance
    const Scraped scraped = exporter.scrape(node);
    expect_down(scraped, Reason::closed, "does it expect TLS (rediss://)");
    EXPECT_LT(scraped.took, milliseconds(900));
  }
}

TEST_F(Tls, PlainToAPortThatAnswersWithATlsAlertSaysSo) {
  redis_.is_a_stranger_that_says(std::string("\x15\x03\x03\x00\x02\x02\x46", 7));
  Exporter exporter;
  expect_down(exporter.scrape(exporter.add(redis_)), Reason::tls,
              "the port speaks TLS: use rediss://");
}

TEST_F(Tls, AKeptConnectionThatBreaksIsReplaced) {
  serve();
  Exporter exporter(with(trusting()));
  Node& node = exporter.add(target());
  expect_up(exporter.scrape(node));
  redis_.closes_open_connections();
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis_.connections(), 2);
  redis_.resets_in("INFO all", 60, FakeRedis::Meets::open_connections);
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis_.connections(), 3);
}

TEST_F(Tls, HalfAnAnswerIsATimeoutThatKeepsWhatCame) {
  serve();
  redis_.stalls_in("ACL GETUSER default", 4);
  Exporter exporter(with(trusting()));
  const Scraped scraped = exporter.scrape(exporter.add(target()));
  expect_up(scraped, false);
  EXPECT_EQ(scraped.value("redis_slowlog_length"), "3");
}

}  // namespace
}  // namespace fleet::test
