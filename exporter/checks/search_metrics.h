// SPDX-License-Identifier: Apache-2.0
// What FT.INFO tells about a search index, by the names of its fields.
#pragma once

#include <string_view>

#include "samples/metric.h"

namespace fleet {

struct SearchField {
  std::string_view name;  // in the reply to FT.INFO
  Metric metric;
  double unit = 1;  // of the metric, in a unit of the field
};

namespace search_fields {

inline constexpr double kMiB = 1048576;  // Redis calls it mb

constexpr SearchField field(std::string_view source, Metric metric, double unit = 1) {
  metric.labels = "index_name";
  metric.source_text = source;
  return {source.substr(source.find(' ') + 1), metric, unit};
}

}  // namespace search_fields

inline constexpr SearchField kSearchFields[] = {
    search_fields::field("FT.INFO num_docs",
                         gauge("redis_search_index_num_docs", "Documents in the index.")),
    search_fields::field("FT.INFO max_doc_id", gauge("redis_search_index_max_doc_id",
                                                     "Highest number that a document was given.")),
    search_fields::field("FT.INFO num_terms",
                         gauge("redis_search_index_num_terms", "Different words in the index.")),
    search_fields::field("FT.INFO num_records",
                         gauge("redis_search_index_num_records", "Entries of all its words.")),
    search_fields::field(
        "FT.INFO inverted_sz_mb",
        gauge("redis_search_index_inverted_size_bytes", "Bytes of the lists of documents by word."),
        search_fields::kMiB),
    search_fields::field("FT.INFO vector_index_sz_mb",
                         gauge("redis_search_index_vector_index_size_bytes", "Bytes of vectors."),
                         search_fields::kMiB),
    search_fields::field("FT.INFO total_inverted_index_blocks",
                         gauge("redis_search_index_total_inverted_index_blocks",
                               "Blocks of memory that hold the lists of documents by word.")),
    search_fields::field("FT.INFO offset_vectors_sz_mb",
                         gauge("redis_search_index_offset_vectors_size_bytes",
                               "Bytes of the places of words within documents."),
                         search_fields::kMiB),
    search_fields::field(
        "FT.INFO doc_table_size_mb",
        gauge("redis_search_index_doc_table_size_bytes", "Bytes of what is kept of each document."),
        search_fields::kMiB),
    search_fields::field(
        "FT.INFO sortable_values_size_mb",
        gauge("redis_search_index_sortable_values_size_bytes", "Bytes of values to sort by."),
        search_fields::kMiB),
    search_fields::field("FT.INFO key_table_size_mb",
                         gauge("redis_search_index_key_table_size_bytes",
                               "Bytes of the table from keys to documents."),
                         search_fields::kMiB),
    search_fields::field(
        "FT.INFO tag_overhead_sz_mb",
        gauge("redis_search_index_tag_overhead_size_bytes", "Bytes that find tags in their lists."),
        search_fields::kMiB),
    search_fields::field("FT.INFO text_overhead_sz_mb",
                         gauge("redis_search_index_text_overhead_size_bytes",
                               "Bytes that find words in their lists."),
                         search_fields::kMiB),
    search_fields::field(
        "FT.INFO total_index_memory_sz_mb",
        gauge("redis_search_index_total_index_memory_size_bytes", "Bytes of the whole index."),
        search_fields::kMiB),
    search_fields::field("FT.INFO geoshapes_sz_mb",
                         gauge("redis_search_index_geoshapes_size_bytes", "Bytes of shapes."),
                         search_fields::kMiB),
    search_fields::field("FT.INFO records_per_doc_avg",
                         gauge("redis_search_index_avg_per_doc_records",
                               "Entries of a document, on average; NaN without documents.")),
    search_fields::field("FT.INFO bytes_per_record_avg",
                         gauge("redis_search_index_avg_per_record_bytes",
                               "Bytes of an entry, on average; NaN without entries.")),
    search_fields::field("FT.INFO offsets_per_term_avg",
                         gauge("redis_search_index_avg_per_term_offsets",
                               "Places of an entry's word, on average; NaN without entries.")),
    search_fields::field("FT.INFO offset_bits_per_record_avg",
                         gauge("redis_search_index_avg_per_record_offset_bits",
                               "Bits of such a place, on average; NaN without entries.")),
    search_fields::field("FT.INFO indexing",
                         gauge("redis_search_index_indexing",
                               "1 while keys that were there before the index are read, else 0.")),
    search_fields::field("FT.INFO percent_indexed",
                         gauge("redis_search_index_percent_indexed",
                               "How much of that is done, 0 to 1 in spite of the name.")),
    search_fields::field(
        "FT.INFO hash_indexing_failures",
        gauge("redis_search_index_hash_indexing_failures", "Keys that could not be indexed.")),
    search_fields::field(
        "FT.INFO number_of_uses",
        counter("redis_search_index_number_of_uses_total", "Times that the index was used.")),
    search_fields::field("FT.INFO cleaning",
                         gauge("redis_search_index_cleaning",
                               "1 while an index that was dropped or is changed is "
                               "cleaned up, else 0.")),
};

}  // namespace fleet
