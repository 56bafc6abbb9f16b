// SPDX-License-Identifier: Apache-2.0
#include "exposition/negotiate.h"

#include <gtest/gtest.h>

#include "support/exact_buffer.h"

namespace fleet {
namespace {

TEST(AcceptsGzip, ReadsAcceptEncoding) {
  auto reads = [](std::string_view text, bool want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const test::ExactBuffer header(text);
    EXPECT_EQ(accepts_gzip(header.view()), want) << text;
  };
  reads("gzip", true);
  reads("GZIP", true);
  reads("gzip, deflate, br", true);
  reads("deflate,gzip", true);
  reads("deflate ,\tgzip ; q=0.5", true);
  reads("gzip;q=1.0", true);
  reads("gzip;q=0.001", true);
  reads("br;q=0, gzip", true);
  reads("*", true);
  reads("identity, *;q=0.1", true);
  reads("gzip;q=", true);  // a weight that is no number counts as accepted
  reads("gzip;q=x", true);
  reads("gzip;level=0", true);

  reads("", false);
  reads(" ", false);
  reads(",", false);
  reads("identity", false);
  reads("deflate, br", false);
  reads("gzip;q=0", false);
  reads("gzip; Q=0.000", false);
  reads("gzip ;a=b; q = 0", false);
  reads("*;q=0", false);
  reads("*, gzip;q=0", false);  // what is named counts more than what is not
  reads("gzip;q=0, *", false);
  reads("xgzip", false);
  reads("x-gzip", false);
  reads("gzip2", false);
  reads(";gzip", false);
}

TEST(PreferredFormat, ReadsAccept) {
  auto reads = [](std::string_view text, Format want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const test::ExactBuffer header(text);
    EXPECT_EQ(preferred_format(header.view()), want) << text;
  };
  // What Prometheus 2 and 3 send.
  reads(
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
      "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      Format::openmetrics);
  reads(
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
      "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
      Format::openmetrics);
  reads("application/openmetrics-text", Format::openmetrics);
  reads(" Application/OpenMetrics-Text ; Version = 1.0.0 ", Format::openmetrics);
  reads("text/plain;q=0.5, application/openmetrics-text;q=0.5", Format::openmetrics);

  reads("", Format::text);
  reads("*/*", Format::text);
  reads("text/plain", Format::text);
  reads("application/openmetrics-text;version=0.0.1", Format::text);
  reads("application/openmetrics-text;version=2.0.0,text/plain", Format::text);
  reads("application/openmetrics-text;q=0", Format::text);
  reads("application/openmetrics-text;q=0.4,text/plain", Format::text);
}

}  // namespace
}  // namespace fleet
