// What ValueSet resources say of their codes, as it was read. Internal to this folder.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace paraneo::terminology {

// ValueSet.compose.include or compose.exclude, or the part of an expansion that is of one system.
struct Include {
  struct Filter {
    std::string property, op, value;
  };
  std::string system;
  std::string version;  // of the system; empty: any
  std::vector<std::string> codes;
  std::vector<std::string> value_sets;  // canonical: with a version where one is meant
  std::vector<Filter> filters;
};

// One ValueSet. An expansion that is not whole was left out.
struct Composition {
  std::string version;  // of the set itself
  std::vector<Include> includes, excludes;
  std::vector<Include> expansion;
  bool has_no_inactive = false;  // compose.inactive is false: codes that are not in use are not in
                                 // it
};

// Of a ValueSet. Its texts are its own.
Composition read_composition(const json::Value& value_set);

// A code that a set lists, and what it calls it. Views of the ValueSet.
struct NamedCode {
  std::string_view system, code, name;
};
// Of a ValueSet: the names in its compose and in its expansion.
std::vector<NamedCode> names_in(const json::Value& value_set);

// By the canonical URL of the set, without a version.
using Compositions = std::map<std::string, Composition>;

}  // namespace paraneo::terminology
