#include "cli/records/records_folder.h"

#include <algorithm>
#include <filesystem>

#include "base/arena.h"
#include "base/folder.h"
#include "cli/records/record_ids.h"
#include "json/read.h"
#include "knowledge/guide.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFilesMax = 10'000'000;
constexpr std::string_view kExtension = ".json";

// Of the facts of a record.
std::set<std::string> keys_in(const Source& text, const Limits& limits) {
  Arena arena;
  diag::Sink unheard;  // what is no record has none
  std::set<std::string> keys;
  const auto* record = json::read(text, arena, limits, unheard);
  if (record == nullptr) return keys;
  for (const auto& member : record->members()) {
    if (!member.value.is_array()) continue;
    for (const auto& fact : member.value.items())
      if (const auto key = fact.text_of("key"); !key.empty()) keys.emplace(key);
  }
  return keys;
}

}  // namespace

Result<RecordsFolder> RecordsFolder::open(const std::string& path, const Limits& limits) {
  auto plain = path;
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  RecordsFolder folder(plain, limits);
  std::error_code error;
  if (!fs::exists(plain, error)) return folder;
  if (!fs::is_directory(plain, error))
    return fail(ErrorCode::records_folder, "--into " + path + ": this is no folder", {},
                "name the folder that the records are in");
  const auto files = files_below(plain, kFilesMax);
  if (!files) return files.error();
  if (!files->unread.empty())
    return fail(ErrorCode::file_unreadable, "--into " + path + ": " + files->unread.front().why,
                files->unread.front().path.string(),
                "make it readable: a record in there would be made twice");
  for (const auto& file : files->files) {
    if (file.extension() != kExtension) continue;
    const auto name = fs::relative(file, plain, error).string();
    folder.names_.push_back(name.substr(0, name.size() - kExtension.size()));
  }
  return folder;
}

Result<Source> RecordsFolder::read(const std::string& name) const {
  return knowledge::text_of_file(file_of(name), limits_);
}

Result<void> RecordsFolder::look_through() {
  by_id_.emplace();
  for (const auto& name : names_) {
    const auto text = read(name);
    if (!text) return text.error();
    const auto id = record_id_in(text->text);
    if (id.empty()) continue;
    (*by_id_)[std::string(id)].push_back(name);
    if (text->text.find("\"replaces\"") != std::string::npos) note_replaced(*text, std::string(id));
  }
  return {};
}

Result<std::string> RecordsFolder::other_source_of(const std::string& name,
                                                   const std::set<std::string>& sources) const {
  const auto text = read(name);
  if (!text) return text.error();
  Arena arena;
  diag::Sink unheard;  // what is no record any more is refused when it is merged into
  const auto* record = json::read(*text, arena, limits_, unheard);
  if (record == nullptr) return std::string();
  const auto source_in = [](const json::Value* fact) {
    const auto* origin = fact == nullptr ? nullptr : fact->find("origin");
    return origin == nullptr ? std::string_view() : origin->text_of("source");
  };
  if (const auto own = source_in(record->find("subject")); !own.empty())
    return sources.contains(std::string(own)) ? std::string() : std::string(own);
  std::string other;
  for (const auto& member : record->members())
    for (const auto& fact : member.value.items()) {
      const auto each = source_in(&fact);
      if (sources.contains(std::string(each))) return std::string();
      if (!each.empty()) other = each;
    }
  return other;
}

void RecordsFolder::note_replaced(const Source& text, const std::string& record_id) {
  Arena arena;
  diag::Sink unheard;
  const auto* record = json::read(text, arena, limits_, unheard);
  const auto* subject = record == nullptr ? nullptr : record->find("subject");
  const auto* origin = subject == nullptr ? nullptr : subject->find("origin");
  const auto* replaces = origin == nullptr ? nullptr : origin->find("replaces");
  if (replaces == nullptr) return;
  for (const auto& each : replaces->items()) {
    // "SOURCE|Type/id" where the record is of several.
    const auto bar = each.text().rfind('|');
    const auto is_person = bar != std::string_view::npos;
    survivors_.emplace(Resource{is_person ? each.text().substr(0, bar) : origin->text_of("source"),
                                each.text().substr(is_person ? bar + 1 : 0)},
                       Survivor{record_id, std::string(origin->text_of("reference")), is_person});
  }
}

Result<std::optional<RecordsFolder::Survivor>> RecordsFolder::survivor_of(const Resource& patient) {
  if (!by_id_)
    if (const auto looked = look_through(); !looked) return looked.error();
  const auto found = survivors_.find(patient);
  return found == survivors_.end() ? std::optional<Survivor>() : std::optional(found->second);
}

Result<std::vector<RecordsFolder::Resource>> RecordsFolder::replaced_by(
    const std::string& record_id) {
  if (!by_id_)
    if (const auto looked = look_through(); !looked) return looked.error();
  std::vector<Resource> out;
  for (const auto& [patient, survivor] : survivors_)
    if (survivor.record_id == record_id) out.push_back(patient);
  return out;
}

Result<void> RecordsFolder::remove(const std::string& name) const {
  std::error_code error;
  if (fs::remove(file_of(name), error) || !error) return {};
  return fail(ErrorCode::file_unwritable, "cannot be removed: " + error.message(), file_of(name),
              "remove it: its facts are in another record");
}

bool RecordsFolder::holds(const std::string& record_id) const {
  if (!std::binary_search(names_.begin(), names_.end(), record_id)) return false;
  const auto text = read(record_id);
  return text && record_id_in(text->text) == record_id;
}

Result<std::optional<std::string>> RecordsFolder::find(const std::string& record_id) {
  if (!by_id_ && holds(record_id)) return std::optional(record_id);
  if (!by_id_)
    if (const auto looked = look_through(); !looked) return looked.error();
  const auto found = by_id_->find(record_id);
  if (found == by_id_->end()) return std::optional<std::string>();
  const auto& files = found->second;
  if (files.size() > 1)
    return fail(ErrorCode::records_folder,
                "--into: two files hold the record " + record_id + ": " + file_of(files[0]) +
                    " and " + file_of(files[1]),
                {}, "leave one of them out");
  if (files.front().find('/') != std::string::npos)
    return fail(
        ErrorCode::records_folder,
        "--into: the record " + record_id + " is in a sub-folder: " + file_of(files.front()), {},
        "name that folder, or move the record");
  return std::optional(files.front());
}

Result<std::vector<std::string>> RecordsFolder::vanishing(const std::string& name,
                                                          const std::string& record_id,
                                                          const std::string& json) const {
  std::vector<std::string> gone;
  if (!std::binary_search(names_.begin(), names_.end(), name)) return gone;
  const auto text = read(name);
  if (!text) return text.error();
  if (record_id_in(text->text) != record_id || text->text == json) return gone;
  const auto now = keys_in({name, json}, limits_);
  for (const auto& key : keys_in(*text, limits_))
    if (!now.contains(key)) gone.push_back(key);
  return gone;
}

Result<RecordsFolder::Holders> RecordsFolder::holders(const std::set<Resource>& wanted) const {
  Holders out;
  if (wanted.empty()) return out;
  const auto take = [&](const Resource& resource, const Holder& holder) -> Result<void> {
    if (wanted.contains(resource)) out[resource].insert(holder);
    return {};
  };
  for (const auto& name : names_)
    if (const auto taken = each_held(name, take); !taken) return taken.error();
  return out;
}

Result<void> RecordsFolder::each_held(const std::string& name, const TakeHeld& take) const {
  const auto text = read(name);
  if (!text) return text.error();
  Arena arena;
  diag::Sink unheard;  // what is no record is none of ours to judge
  const auto* record = json::read(*text, arena, limits_, unheard);
  if (record == nullptr || !record->is_object()) return {};
  const auto resource_of = [](const json::Value& fact) {
    const auto* origin = fact.find("origin");
    return origin == nullptr ? Resource()
                             : Resource{std::string(origin->text_of("source")),
                                        std::string(origin->text_of("reference"))};
  };
  const auto* subject = record->find("subject");
  const Holder holder{std::string(record->text_of("id")),
                      subject == nullptr ? Resource() : resource_of(*subject)};
  const auto look = [&](const json::Value& fact) -> Result<void> {
    const auto resource = resource_of(fact);
    return resource.second.empty() ? Result<void>() : take(resource, holder);
  };
  for (const auto& member : record->members()) {
    if (member.value.is_object())
      if (const auto looked = look(member.value); !looked) return looked;
    for (const auto& fact : member.value.items())
      if (const auto looked = look(fact); !looked) return looked;
  }
  return {};
}

Result<std::map<RecordsFolder::Resource, RecordsFolder::Survivor>> RecordsFolder::survivors() {
  if (!by_id_)
    if (const auto looked = look_through(); !looked) return looked.error();
  return survivors_;
}

}  // namespace paraneo::cli
