// SPDX-License-Identifier: Apache-2.0
#include "checks/search_check.h"

#include <fstream>
#include <iterator>

#include "scripted_check.h"

namespace fleet::test {
namespace {

// A reply of tests/fixtures/search.
std::string recorded(const std::string& name) {
  std::ifstream file(FIXTURES_FOLDER "/search/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string names(const std::vector<std::string>& all) {
  std::vector<std::string> replies;
  for (const std::string& name : all) replies.push_back(bulk(name));
  return array(replies);
}

// Of one index that answers so.
std::string told_of(const std::string& info) {
  ScriptedServer server;
  server.answers("FT._LIST", names({"i"})).answers("FT.INFO i", info);
  SearchCheck check(Regex(".*"), true, 0);
  server.run(check);
  EXPECT_EQ(check.failure(), "");
  EXPECT_EQ(check.progress(), 1);
  return told(check);
}

// "redis_search_index_NAME 1" for each series, whose label is the same in all.
std::string series(const std::string& lines) {
  constexpr std::string_view kLabel = "{index_name=\"i\"}", kPrefix = "redis_search_index_";
  std::string text = lines;
  for (const std::string_view part : {kLabel, kPrefix})
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos;)
      text.erase(at, part.size());
  return text;
}

TEST(SearchCheck, ReadsEachFieldOfRediSearch8) {
  EXPECT_EQ(series(told_of(recorded("redisearch-8.0-info.synthetic"))),
            "num_docs 10\n"
            "max_doc_id 12\n"
            "num_terms 546\n"
            "num_records 692\n"
            "inverted_size_bytes 4096\n"
            "vector_index_size_bytes 524288\n"
            "total_inverted_index_blocks 551\n"
            "offset_vectors_size_bytes 1024\n"
            "doc_table_size_bytes 2048\n"
            "sortable_values_size_bytes 0\n"
            "key_table_size_bytes 262144\n"
            "tag_overhead_size_bytes 131072\n"
            "text_overhead_size_bytes 65536\n"
            "total_index_memory_size_bytes 1572864\n"
            "geoshapes_size_bytes 32768\n"
            "avg_per_doc_records 69.19999694824219\n"
            "avg_per_record_bytes 6.0505781173706055\n"
            "avg_per_term_offsets 1.0679190158843994\n"
            "avg_per_record_offset_bits 8\n"
            "indexing 1\n"
            "percent_indexed 0.75\n"
            "hash_indexing_failures 1\n"
            "number_of_uses_total 7\n"
            "cleaning 0\n");
}

TEST(SearchCheck, WhatAnOlderServerDoesNotTellIsAbsent) {
  EXPECT_EQ(series(told_of(recorded("redisearch-1.2-info.resp"))),
            "num_docs 3\n"
            "max_doc_id 3\n"
            "num_terms 8\n"
            "num_records 18\n"
            "inverted_size_bytes 108\n"
            "offset_vectors_size_bytes 18\n"
            "doc_table_size_bytes 273\n"
            "sortable_values_size_bytes 72\n"
            "key_table_size_bytes 112\n"
            "avg_per_doc_records 6\n"
            "avg_per_record_bytes 6\n"
            "avg_per_term_offsets 1\n"
            "avg_per_record_offset_bits 8\n");
}

TEST(SearchCheck, AnAverageOfNothingIsNoNumber) {
  const std::string lines = series(told_of(recorded("redisearch-1.2-info-empty.resp")));
  EXPECT_NE(lines.find("avg_per_doc_records NaN\n"), std::string::npos) << lines;
  EXPECT_NE(lines.find("num_docs 0\n"), std::string::npos) << lines;
}

TEST(SearchCheck, ReadsWhatValkeyCallsTheSame) {
  EXPECT_EQ(series(told_of(recorded("valkey-search-1.2-info.synthetic"))),
            "num_docs 10\n"
            "num_terms 0\n"
            "num_records 20\n"
            "hash_indexing_failures 2\n");
}

TEST(SearchCheck, AsksOnlyForIndexesWhoseNamesMatchSomewhere) {
  ScriptedServer server;
  server.answers("FT._LIST", names({"orders", "old_orders", "users", "orders"}));
  const std::string info = array({bulk("num_docs"), integer(1)});
  server.answers("FT.INFO old_orders", info).answers("FT.INFO orders", info);
  SearchCheck check(Regex("order"), true, 0);
  server.run(check);
  EXPECT_EQ(server.asked,
            (std::vector<std::string>{"FT._LIST", "FT.INFO old_orders", "FT.INFO orders"}));
  EXPECT_FALSE(check.truncated());
}

TEST(SearchCheck, AnIndexThatFailsLosesOnlyItself) {
  ScriptedServer server;
  server.answers("FT._LIST", names({"a", "b", "c", "d", "e"}));
  server.answers("FT.INFO a", recorded("redisearch-1.2-info-missing.resp"));
  server.answers("FT.INFO b", "-NOPERM User does not have the required permissions\r\n");
  server.answers("FT.INFO c", "-SEARCH_INDEX_NOT_FOUND Index not found\r\n");
  server.answers("FT.INFO d", "+OK\r\n");
  server.answers("FT.INFO e", array({bulk("num_docs"), integer(1)}));
  SearchCheck check(Regex(""), true, 0);
  server.run(check);
  EXPECT_EQ(check.failure(), "FT.INFO b: NOPERM User does not have the required permissions");
  EXPECT_EQ(told(check), "redis_search_index_num_docs{index_name=\"e\"} 1\n");
}

TEST(SearchCheck, OneThatWasDroppedMeanwhileIsNoFailure) {
  for (const char* words : {"Unknown Index name", "x: no such index", "SEARCH_INDEX_NOT_FOUND x",
                            "Index with name 'x' not found"}) {
    ScriptedServer server;
    server.answers("FT._LIST", names({"x"}));
    server.answers("FT.INFO x", std::string("-") + words + "\r\n");
    SearchCheck check(Regex(""), true, 0);
    server.run(check);
    EXPECT_EQ(check.failure(), "") << words;
    EXPECT_EQ(told(check), "");
  }
}

TEST(SearchCheck, AServerWithoutSuchAModuleIsNotAsked) {
  ScriptedServer server;
  SearchCheck check(Regex(""), false, 0);
  server.run(check);
  EXPECT_TRUE(server.asked.empty());
  EXPECT_EQ(check.failure(), "");
  EXPECT_EQ(check.progress(), 1);
}

TEST(SearchCheck, WhereNobodyKnowsAnUnknownCommandMeansThatThereIsNone) {
  const std::string refusal = recorded("redisearch-1.2-list.resp");
  const std::string words = "FT._LIST: " + refusal.substr(1, refusal.find('\r') - 1);
  for (const bool known : {false, true}) {
    const auto module = known ? std::optional<bool>(true) : std::nullopt;
    ScriptedServer server;
    server.answers("FT._LIST", refusal);
    SearchCheck first(Regex(""), module, 0);
    server.run(first);
    EXPECT_EQ(first.failure(), known ? words : "");
    server.refuses("FT._LIST", refusal.substr(1));  // it is remembered
    server.asked.clear();
    SearchCheck second(Regex(""), module, 0);
    server.run(second);
    EXPECT_TRUE(server.asked.empty());
    EXPECT_EQ(second.failure().empty(), !known);
  }
}

TEST(SearchCheck, ARefusedCommandIsAFailure) {
  ScriptedServer server;
  server.answers("FT._LIST", "-NOPERM no\r\n");
  SearchCheck list(Regex(""), std::nullopt, 0);
  server.run(list);
  EXPECT_EQ(list.failure(), "FT._LIST: NOPERM no");

  ScriptedServer other;
  other.answers("FT._LIST", names({"a"})).refuses("FT.INFO", "NOPERM no");
  SearchCheck info(Regex(""), true, 0);
  other.run(info);
  EXPECT_EQ(info.failure(), "FT.INFO: NOPERM no");
  EXPECT_EQ(other.asked, std::vector<std::string>{"FT._LIST"});
}

TEST(SearchCheck, ADatabaseThatCannotBeSelectedIsAFailure) {
  ScriptedServer server;
  server.has_no_database(3);
  SearchCheck check(Regex(""), true, 3);
  server.run(check);
  EXPECT_EQ(check.failure(), "SELECT 3: ERR out of range");
}

TEST(SearchCheck, ManyIndexesAreAskedInPartsUpToALimit) {
  std::vector<std::string> all;
  ScriptedServer server;
  for (int i = 0; i < 2000; ++i) all.push_back("i" + std::to_string(10000 + i));
  for (const std::string& name : all)
    server.answers("FT.INFO " + name, array({bulk("num_docs"), integer(1)}));
  server.answers("FT._LIST", names(all));
  SearchCheck check(Regex(""), true, 0);
  server.run(check);
  EXPECT_TRUE(check.truncated());
  EXPECT_EQ(check.failure(), "");
  EXPECT_EQ(server.sizes.size(), 1 + SearchCheck::kMostIndexes / SearchCheck::kAtOnce);
  EXPECT_EQ(server.sizes[1], SearchCheck::kAtOnce);
  EXPECT_EQ(server.asked.size(), 1 + SearchCheck::kMostIndexes);
  EXPECT_EQ(server.asked.back(), "FT.INFO i10999");  // the first in the order of names
}

TEST(SearchCheck, NamesThatALabelCannotShowAreLeftOut) {
  ScriptedServer server;
  server.answers("FT._LIST", names({"\xff\xfe", std::string(600, 'n'), "", "good"}));
  server.answers("FT.INFO good", array({bulk("num_docs"), integer(1)}));
  SearchCheck check(Regex(""), true, 0);
  server.run(check);
  EXPECT_TRUE(check.truncated());
  EXPECT_EQ(told(check), "redis_search_index_num_docs{index_name=\"good\"} 1\n");
}

TEST(SearchCheck, NonsenseIsNotTold) {
  EXPECT_EQ(told_of(array({bulk("num_docs"), array({}), bulk("num_docs"), integer(1), integer(5),
                           bulk("num_terms"), bulk("num_terms"), bulk("12x"), bulk("cleaning")})),
            "");
  EXPECT_EQ(series(told_of(array({bulk("indexing"), bulk("inf"), bulk("cleaning"), bulk("-nan")}))),
            "indexing +Inf\ncleaning NaN\n");
  for (const char* list : {"+OK\r\n", "$-1\r\n", ":3\r\n"}) {
    ScriptedServer server;
    server.answers("FT._LIST", list);
    SearchCheck check(Regex(""), true, 0);
    server.run(check);
    EXPECT_EQ(check.failure(), "FT._LIST: a list of names is wanted");
  }
  ScriptedServer server;
  server.answers("FT._LIST", array({integer(3), array({bulk("a")}), "$-1\r\n"}));
  SearchCheck check(Regex(""), true, 0);
  server.run(check);
  EXPECT_EQ(server.asked.size(), 1u);
}

}  // namespace
}  // namespace fleet::test
