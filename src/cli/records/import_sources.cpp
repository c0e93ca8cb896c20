#include "cli/records/import_sources.h"

#include <CLI/CLI.hpp>

#include "net/keyed_hash.h"

namespace paraneo::cli {
namespace {

// The value of --identifiers by which none stays.
constexpr std::string_view kNone = "none";

std::string check_name(const std::string& name) {
  return record::is_sender_name(name) ? std::string() : record::sender_name_rule();
}

record::Sender sender_of(const TableOption::Row& row) {
  const auto texts = [&](const char* key) {
    const auto found = row.find(key);
    return found == row.end() ? std::vector<std::string>() : found->second;
  };
  const auto names = texts("name");
  return {names.empty() ? std::string() : names.front(), texts("base"), texts("folder")};
}

Result<record::Privacy> privacy_of(const SourceFlags& flags) {
  record::Privacy privacy;
  if (!flags.identifiers.empty()) {
    privacy.identifier_systems.emplace(flags.identifiers.begin(), flags.identifiers.end());
    privacy.identifier_systems->erase(std::string(kNone));
  }
  if (flags.birth_date == "year") privacy.birth_date = record::Privacy::BirthDate::year;
  if (flags.birth_date == "month") privacy.birth_date = record::Privacy::BirthDate::month;
  if (flags.key_path.empty()) return privacy;
  auto hash = net::KeyedHash::read(flags.key_path);
  if (!hash) return hash.error();
  privacy.pseudonyms = record::Pseudonyms(
      [hash = std::move(*hash)](std::string_view text) { return hash.of(text); });
  return privacy;
}

}  // namespace

void add_source_options(CLI::App& verb, Session& session, SourceFlags& flags) {
  const auto* source =
      verb.add_option(
              "--source", flags.source,
              "Name of the sender: two hospitals may both have a Patient/1. Records are called NAME.ID then. In the configuration "
              "also a list of tables [[import.source]] with name, base (URLs) and folder: what is below a folder, or at a base URL, is theirs")
          ->check(check_name);
  session.tables[source] = {{"name", "base", "folder"}, [&flags](const TableOption::Row& row) {
                              flags.senders.push_back(sender_of(row));
                            }};
  verb.add_option(
      "--crosswalk", flags.crosswalk_path,
      "CSV that says which patients of which sources are one person: person,source,id, or person,source,system,value. "
      "The record's id is the person's");
  verb.add_option(
      "--identifiers", flags.identifiers,
      "SYSTEM of identifiers that stay, or none (default: all but those by which everybody knows a person)");
  verb.add_option("--birth-date", flags.birth_date, "How much of it stays: day, month or year")
      ->check(CLI::IsMember({"day", "month", "year"}))
      ->capture_default_str();
  verb.add_option(
      "--pseudonym-key-file", flags.key_path,
      "FILE with a key of 32 bytes or more, readable by its owner only: keyed hashes (HMAC-SHA-256) take the place of the sender's ids");
}

Result<void> apply(const SourceFlags& flags, const Limits& limits, record::ChartOptions& options) {
  if (!flags.source.empty()) {
    options.senders = record::Senders::of_all(flags.source);
  } else if (!flags.senders.empty()) {
    auto senders = record::Senders::make(flags.senders);
    if (!senders) return senders.error();
    options.senders = std::move(*senders);
  }
  auto privacy = privacy_of(flags);
  if (!privacy) return privacy.error();
  options.privacy = std::move(*privacy);
  if (flags.crosswalk_path.empty()) return {};
  auto crosswalk = read_crosswalk(flags.crosswalk_path, options.senders, flags.source, limits);
  if (!crosswalk) return crosswalk.error();
  options.crosswalk = std::move(*crosswalk);
  return {};
}

}  // namespace paraneo::cli
