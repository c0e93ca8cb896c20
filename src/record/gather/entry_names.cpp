#include "record/gather/entry_names.h"

#include "record/gather/literal_reference.h"

namespace paraneo::record {
namespace {

void add_unless_several(std::unordered_map<std::string, std::string>& names, std::string name,
                        const std::string& reference) {
  const auto [place, is_new] = names.try_emplace(std::move(name), reference);
  if (!is_new && place->second != reference) place->second.clear();
}

}  // namespace

void EntryNames::add_all(const std::deque<ChartEntry>& entries, const std::deque<EntryLinks>& links,
                         const std::vector<std::string>& references,
                         const std::vector<bool>& counts) {
  entries_ = &entries;
  by_reference_.reserve(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& entry = entries[i];
    if (!entry.full_url.empty())
      by_full_url_.try_emplace(std::to_string(entry.scope) + " " + entry.full_url, i);
    if (!counts[i]) continue;
    if (!references[i].empty()) by_reference_.try_emplace(references[i], i);
    if (entry.id.empty() && !entry.full_url.empty())
      add_unless_several(by_urn_, entry.in_sender(entry.full_url), references[i]);
    if (!entry.id.empty() && !without_sender(entry.base).empty())
      bases_of_[entry.in_sender(name_of(entry.type, entry.id))].insert(entry.base);
    if (entry.type == "Patient")
      for (const auto& identifier : links[i].own)
        add_unless_several(by_identifier_, entry.in_sender(identifier), references[i]);
  }
  // Absolute references tell of servers, too.
  for (std::size_t i = 0; i < entries.size(); ++i)
    for (const auto& reference : links[i].references)
      if (const auto parts = literal_parts(reference); is_web_address(parts.base)) {
        const auto base = senders_.resolve(entries[i].base, parts.base);
        bases_of_[std::string(sender_part(base)) + name_of(parts.type, parts.id)].insert(base);
      }
}

std::size_t EntryNames::find(std::string_view reference) const {
  const auto found = by_reference_.find(reference);
  return found == by_reference_.end() ? kNone : found->second;
}

std::string EntryNames::with_identifier(const ChartEntry& from,
                                        const std::string& identifier) const {
  const auto found = by_identifier_.find(from.in_sender(identifier));
  return found == by_identifier_.end() ? std::string() : found->second;
}

std::set<std::string> EntryNames::bases_of(const std::string& name_in_sender) const {
  const auto found = bases_of_.find(name_in_sender);
  auto bases = found == bases_of_.end() ? std::set<std::string>() : found->second;
  if (by_reference_.contains(name_in_sender)) bases.emplace(sender_part(name_in_sender));
  return bases;
}

std::string EntryNames::target_of(const ChartEntry& from, std::string_view reference) const {
  if (reference.starts_with('#')) return std::string(reference);
  const auto here =
      by_full_url_.empty()
          ? by_full_url_.end()
          : by_full_url_.find(std::to_string(from.scope) + " " + std::string(reference));
  if (here != by_full_url_.end()) return (*entries_)[here->second].reference();
  if (const auto identifier = patient_identifier_in(reference); !identifier.empty()) {
    auto patient = with_identifier(from, identifier);
    return patient.empty() ? from.in_sender("Patient?identifier=" + identifier) : patient;
  }
  const auto parts = literal_parts(reference);
  if (parts.type.empty()) {
    auto urn = from.in_sender(without_history(reference));
    const auto named = by_urn_.find(urn);
    return named == by_urn_.end() || named->second.empty() ? urn : named->second;
  }
  const auto name = name_of(parts.type, parts.id);
  const auto base = senders_.resolve(from.base, parts.base);
  auto literal = base + name;
  if (by_reference_.contains(literal)) return literal;
  // Where only one server is spoken of, the resource that does not name its own is from there.
  const std::string nowhere(sender_part(base));  // where no server is named
  auto others = bases_of(nowhere + name);
  if (others.empty()) return literal;
  const auto is_somewhere = !others.contains(nowhere);
  others.erase(nowhere);
  others.erase(base);
  if (!others.empty() && base != nowhere) return literal;
  if (base == nowhere) return others.size() == 1 && is_somewhere ? *others.begin() + name : literal;
  auto without_server = nowhere + name;
  return by_reference_.contains(without_server) ? without_server : literal;
}

}  // namespace paraneo::record
