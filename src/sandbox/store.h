// Resources with all their versions, and what they can be searched by, in SQLite. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace paraneo::sandbox {

// One version of a resource.
struct Version {
  std::string type;
  std::string id;
  std::int64_t version = 0;
  bool deleted = false;
  std::int64_t updated_ms = 0;
  std::string body;  // empty when deleted
};

// A value that a resource can be found by.
struct IndexValue {
  std::string parameter;
  std::string system;
  std::string value;
};

// One of the values that a criterion takes.
struct Choice {
  std::optional<std::string> system;  // nothing: any
  std::string value;                  // empty: any
};

// One search parameter; its choices are joined by "or".
struct Criterion {
  std::string parameter;  // "_id", or as in IndexValue
  std::vector<Choice> choices;
};

// What is searched for, and which part of it.
struct Query {
  std::string type;                 // empty: any
  std::string patient;              // id: all of its compartment, and itself
  std::vector<Criterion> criteria;  // joined by "and"
  std::int64_t updated_ms_min = INT64_MIN;
  std::int64_t updated_ms_max = INT64_MAX;
  std::string after_type;  // goes on after this one
  std::string after_id;
  std::size_t count = 50;
};

// All versions of all resources, in SQLite. One thread at a time (Turns).
class Store {
 public:
  // `path`: a file, or ":memory:".
  static Result<Store> open(const std::string& path);
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  // Operations end with an error soon after `stop` gives true; it is asked now and then. Empty:
  // never.
  void stop_when(std::function<bool()> stop);

  // A transaction: what is written between begin() and commit() is there as a whole or, after
  // roll_back() or a crash, not at all.
  Result<void> begin();
  Result<void> commit();
  void roll_back();

  // The current version, a deleted one too; nothing where there never was one.
  Result<std::optional<Version>> find(const std::string& type, const std::string& id);
  Result<std::optional<Version>> find_version(const std::string& type, const std::string& id,
                                              std::int64_t version);
  Result<std::vector<Version>> history(const std::string& type, const std::string& id);  // newest
                                                                                         // first
  // All versions since then, newest first; `type` empty: of all types.
  Result<std::vector<Version>> changes(const std::string& type, std::int64_t updated_ms_min);
  // Makes it the current version. A deleted one has no body and no index.
  Result<void> put(const Version& version, const std::vector<IndexValue>& index);
  // Ordered by type and id; not the deleted ones. Up to `count` (0: none).
  Result<std::vector<Version>> search(const Query& query);
  Result<std::uint64_t> count(const Query& query);  // of all pages

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace paraneo::sandbox
