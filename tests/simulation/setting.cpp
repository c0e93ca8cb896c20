#include "setting.h"

namespace paraneo::simulation {
namespace {

std::string resource_text(const std::string& type, const std::string& id,
                          const std::string& value) {
  auto text = R"({"resourceType":")" + type + R"(","id":")" + id + '"';
  if (type == "Observation") text += R"(,"status":"final")";
  return text + R"(,"note":[{"text":")" + value + "\"}]}";
}

}  // namespace

std::string text_of(const std::string& name, const Record& record) {
  auto text = name + "\n";
  for (const auto& [key, value] : record) text += key + "=" + value + "\n";
  return text;
}

// The first letter of a key is the type's.
sync::Made made_of(const Source& text) {
  sync::Made made;
  std::size_t at = text.text.find('\n');
  made.record = text.text.substr(0, at++);
  while (at < text.text.size()) {
    const auto end = text.text.find('\n', at);
    const auto equal = text.text.find('=', at);
    const auto key = text.text.substr(at, equal - at);
    const auto value = text.text.substr(equal + 1, end - equal - 1);
    at = end + 1;
    if (value == "UNREADABLE") {
      made.refusal = "this cannot be exported";
      continue;
    }
    rest::PushEntry entry;
    entry.type = key[0] == 'p' ? "Patient" : key[0] == 'e' ? "AdverseEvent" : "Observation";
    entry.id = made.record + "-" + key;
    entry.resource = resource_text(entry.type, entry.id, value);
    made.entries.push_back(std::move(entry));
  }
  return made;
}

Setting setting_of(Dice& dice) {
  Setting setting;
  setting.rules.detects_no_change = dice.chance(50);
  setting.rules.stale_status = dice.chance(50) ? 412 : 409;
  setting.rules.batches = dice.chance(80);
  if (dice.chance(20)) setting.rules.entries_max = 2 + dice.below(6);
  setting.run.base = FakeServer::kBase;
  setting.run.concurrency_max = 1 + dice.below(4);
  setting.run.transaction_entries_max = 1 + dice.below(12);
  setting.run.if_match = dice.chance(85);
  const auto conflict = dice.below(3);
  setting.run.conflict = conflict == 0   ? sync::OnConflict::ours
                         : conflict == 1 ? sync::OnConflict::theirs
                                         : sync::OnConflict::park;
  const auto retraction = dice.below(3);
  setting.retraction = retraction == 0   ? sync::Retraction::remove
                       : retraction == 1 ? sync::Retraction::keep
                                         : sync::Retraction::entered_in_error;
  setting.steady = dice.chance(50);
  setting.rules.refuses_over = setting.run.only_new = setting.run.if_match && dice.chance(50);
  setting.folder = dice.chance(50);
  return setting;
}

}  // namespace paraneo::simulation
