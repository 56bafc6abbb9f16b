// SPDX-License-Identifier: Apache-2.0
// How nodes of one group are reached, and what they are asked. A reload that changes any of it
// makes a new one, and new nodes; scrapes in progress keep the one that they began with.
#pragma once

#include "net/connector.h"
#include "scrape/conversation.h"

namespace fleet {

struct NodeAccess {
  // Resolver and limits must outlive it.
  NodeAccess(ScrapeSettings how, TlsFiles files, Resolver& resolver, ConnectLimits& limits)
      : settings(std::move(how)), tls(std::move(files)), connector(resolver, tls, limits) {}
  NodeAccess(const NodeAccess&) = delete;
  NodeAccess& operator=(const NodeAccess&) = delete;

  ScrapeSettings settings;
  TlsClient tls;
  Connector connector;
};

}  // namespace fleet
