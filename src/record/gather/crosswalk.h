// Which patients of which sources are one person: what a registry knows and no sender says.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "record/gather/pseudonyms.h"

namespace paraneo::record {

// Immutable once it is filled.
class Crosswalk {
 public:
  // A patient: of the source (source_of_base()), by the id of its Patient, or, with a bar in it, by
  // an identifier "SYSTEM|VALUE".
  struct Row {
    std::string person;  // id of the record
    std::string source;
    std::string id;
    std::size_t line = 0;  // in its file
    bool is_identifier() const { return id.find('|') != std::string::npos; }
  };

  // Null, or the row of another person that has this patient: then this one is not taken.
  const Row* add(Row row);

  bool empty() const { return rows_.empty(); }
  // In the order in which they came: what the first of a person's patients says of itself, holds.
  // Null when nobody named it.
  const Row* find(std::string_view source, std::string_view id) const;
  std::size_t number_of(const Row& row) const {
    return static_cast<std::size_t>(&row - rows_.data());
  }
  std::vector<const Row*> rows_of(std::string_view person) const;
  std::vector<std::string> persons() const;

  // With hashes instead of ids.
  Crosswalk with(const Pseudonyms& pseudonyms) const;

 private:
  std::vector<Row> rows_;
  std::map<std::string, std::size_t, std::less<>> by_patient_;  // "source id"
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_person_;
};

}  // namespace paraneo::record
