#include "record/gather/settle_versions.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/uuid.h"
#include "json/read.h"
#include "json/write.h"
#include "record/gather/persons.h"
#include "record/gather/version.h"

namespace paraneo::record {
namespace {

constexpr std::string_view kContentSpace = "https://paraneo.invalid/content";

std::string digest_of(const json::Value& resource) {
  std::string text;
  for (const auto& member : resource.members()) {
    if (member.name == "meta") continue;
    text += member.name;
    json::Writer(text).value(member.value);
  }
  return uuid_of(kContentSpace, text);
}

Version version_of(const ChartEntry& entry) { return {entry.version, entry.updated}; }

class VersionSettler {
 public:
  VersionSettler(std::deque<ChartEntry>& entries, const std::deque<EntryLinks>& links,
                 const std::vector<std::string>& references, const Limits& limits,
                 const Pseudonyms& pseudonyms, Account* account, std::int64_t now_ms)
      : entries_(entries), links_(links), references_(references), limits_(limits),
        pseudonyms_(pseudonyms), account_(account), now_ms_(now_ms) {}

  // Of all that have one name, the newest counts; of a deleted one nothing.
  SettledVersions run(diag::Sink& sink) {
    out_.counts.assign(entries_.size(), true);
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i].id.empty()) digest(i);
    for (auto& [reference, indexes] : not_alone()) {
      if (indexes.size() > 1)
        std::for_each(indexes.begin(), indexes.end(), [&](std::size_t each) { digest(each); });
      const auto first = indexes.front();
      const auto two = std::any_of(indexes.begin(), indexes.end(),
                                   [&](std::size_t each) { return are_two_persons(first, each); });
      if (two) refuse_two_persons(reference, indexes, sink);
      else if (indexes.size() > 1 || entries_[first].is_deletion) settle_one(indexes, sink);
    }
    return std::move(out_);
  }

 private:
  // By their name, in one order, all that need a look: those that share one, and deletions. Most
  // have their own.
  std::map<std::string_view, std::vector<std::size_t>> not_alone() const {
    std::map<std::string_view, std::vector<std::size_t>> out;
    std::unordered_map<std::string_view, std::size_t> first;
    first.reserve(references_.size());
    for (std::size_t i = 0; i < references_.size(); ++i) {
      if (references_[i].empty()) continue;
      const auto [same, is_new] = first.try_emplace(references_[i], i);
      if (is_new && !entries_[i].is_deletion) continue;
      auto& indexes = out[references_[i]];
      if (!is_new && indexes.empty()) indexes.push_back(same->second);
      indexes.push_back(i);
    }
    return out;
  }

  void account(const ChartEntry& entry, Outcome outcome, diag::Code reason) const {
    if (account_ != nullptr && !entry.is_copy)
      account_->settle({&entry, entry.path}, outcome, diag::info(reason).name);
  }

  void digest(std::size_t index) { set_digest(entries_[index], limits_, pseudonyms_); }

  // Patients of one name from two inputs that contradict each other are not two versions of one.
  bool are_two_persons(std::size_t a, std::size_t b) const {
    if (entries_[a].type != "Patient" || entries_[a].text.name == entries_[b].text.name)
      return false;
    const auto& one = links_[a];
    const auto& other = links_[b];
    const auto shares = std::any_of(one.own.begin(), one.own.end(), [&](const auto& each) {
      return !each.empty() &&
             std::find(other.own.begin(), other.own.end(), each) != other.own.end();
    });
    if (shares) return false;
    if (!one.own.empty() && !other.own.empty()) return true;
    return contradict(one.sex, other.sex) || contradict(one.birth, other.birth);
  }

  void refuse_two_persons(std::string_view reference, const std::vector<std::size_t>& patients,
                          diag::Sink& sink) {
    out_.ambiguous.emplace(reference);
    for (const auto each : patients) {
      out_.counts[each] = false;
      account(entries_[each], Outcome::set_aside, diag::Code::import_two_persons);
      sink.report(
          diag::Code::import_two_persons,
          "Patient: another input has a Patient of the same name who is another person (identifier, sex or birth date): "
          "neither is used, nor what belongs to them",
          place_of(entries_[each]), entries_[each].path,
          "import each sender's files in a run of their own, with --source NAME");
    }
  }

  std::optional<int> compare(std::size_t a, std::size_t b) const {
    return compare_versions(version_of(entries_[a]), version_of(entries_[b]), now_ms_);
  }

  void report_contradiction(const std::vector<std::size_t>& versions, std::size_t newest,
                            diag::Sink& sink) const {
    const auto& entry = entries_[newest];
    const auto contradicts = [&](std::size_t each) {
      return entries_[each].digest != entry.digest &&
             contradict_each_other(version_of(entries_[each]), version_of(entry), now_ms_);
    };
    if (!entry.is_copy && std::any_of(versions.begin(), versions.end(), contradicts))
      sink.report(diag::Code::import_unclear, shown_name(entry) + kVersionsContradict,
                  place_of(entry), entry.path, kVersionsContradictAdvice);
  }

  void settle_one(std::vector<std::size_t>& versions, diag::Sink& sink) {
    // The same for any order of the inputs.
    std::stable_sort(versions.begin(), versions.end(), [&](std::size_t a, std::size_t b) {
      const auto& one = entries_[a];
      const auto& other = entries_[b];
      return std::tie(one.is_deletion, one.digest, one.updated, one.version) <
             std::tie(other.is_deletion, other.digest, other.updated, other.version);
    });
    auto newest = versions.front();
    bool is_open = false;
    for (const auto each : versions) {
      if (each == newest) continue;
      const auto order = compare(newest, each);
      // What was changed and changed back is a version more.
      const auto is_same = entries_[each].digest == entries_[newest].digest;
      if (is_same && order.value_or(0) >= 0) continue;
      if (order ? *order < 0 : entries_[each].is_deletion) newest = each;
      else is_open = is_open || (!order && !entries_[newest].is_deletion);
    }
    // What was open before a newer one came is open no more.
    if (is_open)
      is_open = std::any_of(versions.begin(), versions.end(), [&](std::size_t each) {
        return entries_[each].digest != entries_[newest].digest && !compare(newest, each);
      });
    if (!is_open) report_contradiction(versions, newest, sink);
    if (entries_[newest].is_deletion && !is_open && !entries_[newest].is_copy)
      out_.deletions.push_back(&entries_[newest]);
    for (const auto each : versions) {
      auto& entry = entries_[each];
      const bool stays = each == newest && !entry.is_deletion && !is_open;
      if (!stays) out_.counts[each] = false;
      if (stays || entry.is_deletion || entry.is_copy) continue;
      account(entry, is_open ? Outcome::set_aside : Outcome::superseded,
              is_open ? diag::Code::import_versions : diag::Code::import_superseded);
      if (is_open)
        sink.report(
            diag::Code::import_versions,
            shown_name(entry) +
                ": another resource has the same name and different contents, and "
                "neither says which is newer: none of them is used",
            place_of(entry), entry.path,
            "if they are of two senders, import each with its own --source; else give the newer one alone");
      else if (entries_[newest].is_deletion)
        sink.report(diag::Code::import_superseded, shown_name(entry) + ": it was deleted",
                    place_of(entry), entry.path);
      else if (entry.digest != entries_[newest].digest)
        sink.report(diag::Code::import_superseded, shown_name(entry) + ": there is a newer version",
                    place_of(entry), entry.path);
    }
  }

  std::deque<ChartEntry>& entries_;
  const std::deque<EntryLinks>& links_;
  const std::vector<std::string>& references_;
  const Limits& limits_;
  const Pseudonyms& pseudonyms_;
  Account* account_;
  std::int64_t now_ms_;
  SettledVersions out_;
};

}  // namespace

// Few resources lack an id or share their name: it costs these a second reading, and all others
// nothing.
void set_digest(ChartEntry& entry, const Limits& limits, const Pseudonyms& pseudonyms) {
  if (entry.is_deletion || !entry.digest.empty()) return;
  Arena arena;
  diag::Sink unheard;  // it was read before
  const auto* resource = json::read(entry.text, arena, limits, unheard);
  entry.digest =
      resource != nullptr ? digest_of(*resource) : uuid_of(kContentSpace, entry.text.text);
  if (pseudonyms) entry.digest = pseudonyms.digest(entry.digest);
}

SettledVersions settle_versions(std::deque<ChartEntry>& entries,
                                const std::deque<EntryLinks>& links,
                                const std::vector<std::string>& references, const Limits& limits,
                                const Pseudonyms& pseudonyms, Account* account, std::int64_t now_ms,
                                diag::Sink& sink) {
  return VersionSettler(entries, links, references, limits, pseudonyms, account, now_ms).run(sink);
}

}  // namespace paraneo::record
