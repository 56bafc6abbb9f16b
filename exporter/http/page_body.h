// SPDX-License-Identifier: Apache-2.0
// The body of a metrics page, made in pieces: nodes' samples family by family, then the exporter's
// own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exposition/gzip.h"
#include "exposition/text_writer.h"
#include "http/request.h"
#include "scrape/report.h"

namespace fleet::http {

struct PageParts {
  struct NodeBlock {
    std::shared_ptr<const NodeReport> report;
    std::string labels;  // escaped, in front of each sample's own
  };
  std::string head;  // what stands before all, ready as text
  std::string name_space;
  std::shared_ptr<const SampleSet> fleet;  // null: nothing of the fleet
  std::vector<NodeBlock> nodes;
  NameFilter filter;
  Format format = Format::text;
  std::string tail;  // families that stand after the nodes', ready as text
};

// A 200 with the page. What fits one piece (256 KiB of text) is sent with its length, a larger page
// is made while it is sent.
Response page_response(PageParts parts, bool gzip);

}  // namespace fleet::http
