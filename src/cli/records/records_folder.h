// The folder of records that an import writes into (--into DIR, -o DIR): one record a file.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/source.h"

namespace paraneo::cli {

// Not thread-safe. A file that is no record is passed over.
class RecordsFolder {
 public:
  // A resource by its source and Type/id, as a fact's origin names it.
  using Resource = std::pair<std::string, std::string>;

  // The folder need not exist yet. An error when it cannot be read, or is none.
  static Result<RecordsFolder> open(const std::string& path, const Limits& limits);

  Result<RecordsFolder> again() const { return open(path_, limits_); }

  // The file of that record, without folder and extension; none when there is none. An error when
  // two files have it. Costs one look where the file is called like the record, and one reading of
  // the folder for the first that is not.
  Result<std::optional<std::string>> find(const std::string& record_id);
  Result<Source> read(const std::string& name) const;
  // Whether the file that is called like the record holds it. May be called by many threads.
  bool holds(const std::string& record_id) const;
  // Keys of facts that the record in that file has and `json`, which would take its place, has not;
  // none where there is no such file, or it holds another record.
  Result<std::vector<std::string>> vanishing(const std::string& name, const std::string& record_id,
                                             const std::string& json) const;
  // The source that the record in that file was imported from, when it was from another one and not
  // from one of `sources`: of its subject, or of all its facts where that has none. Empty: it is of
  // these, or of a person's making.
  Result<std::string> other_source_of(const std::string& name,
                                      const std::set<std::string>& sources) const;
  // The record whose subject has replaced that patient of the source, and the patient that the
  // subject is; none when there is none. Reads the whole folder the first time.
  struct Survivor {
    std::string record_id;
    std::string patient;     // Type/id
    bool is_person = false;  // it is of several sources
  };
  Result<std::optional<Survivor>> survivor_of(const Resource& patient);
  // Patients whom the record's subject has replaced. Reads the whole folder the first time.
  Result<std::vector<Resource>> replaced_by(const std::string& record_id);
  // Takes a record's file away.
  Result<void> remove(const std::string& name) const;
  // Which records hold facts of these resources. Reads the whole folder.
  struct Holder {
    std::string record_id;
    Resource patient;  // of its subject; empty where that was not imported
    auto operator<=>(const Holder&) const = default;
  };
  using Holders = std::map<Resource, std::set<Holder>>;
  Result<Holders> holders(const std::set<Resource>& wanted) const;
  // Each resource of which a record in that file has a fact, and whose the record is; up to the
  // first error of `take`.
  using TakeHeld = std::function<Result<void>(const Resource& resource, const Holder& holder)>;
  Result<void> each_held(const std::string& name, const TakeHeld& take) const;
  const std::vector<std::string>& names() const { return names_; }  // of all files
  // All patients of whom a record says that its subject has replaced them. Reads the whole folder
  // the first time.
  Result<std::map<Resource, Survivor>> survivors();

 private:
  RecordsFolder(std::string path, const Limits& limits) : path_(std::move(path)), limits_(limits) {}
  std::string file_of(const std::string& name) const { return path_ + "/" + name + ".json"; }
  Result<void> look_through();
  void note_replaced(const Source& text, const std::string& record_id);

  std::string path_;
  Limits limits_;
  std::vector<std::string> names_;  // of files
  std::optional<std::map<std::string, std::vector<std::string>>> by_id_;
  std::map<Resource, Survivor> survivors_;  // by the patient who was replaced; filled with by_id_
};

}  // namespace paraneo::cli
