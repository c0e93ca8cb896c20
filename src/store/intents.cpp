#include "store/intents.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/base64.h"
#include "base/gzip.h"

namespace paraneo::store {
namespace {

constexpr std::size_t kUnpackedBytesMax = std::size_t{1} << 30;

// "5:abcde": its length, and what it is.
void add_field(std::string& out, std::string_view text) {
  (out += std::to_string(text.size()) + ':') += text;
}

std::optional<std::string> take_field(std::string_view& text) {
  std::size_t size = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), size);
  const auto at = static_cast<std::size_t>(read.ptr - text.data());
  if (read.ec != std::errc() || at >= text.size() || text[at] != ':' || text.size() - at - 1 < size)
    return std::nullopt;
  std::string field(text.substr(at + 1, size));
  text.remove_prefix(at + 1 + size);
  return field;
}

constexpr std::size_t kFields = 7;

// Texts of patients, so many times the same: a tenth is left of them.
std::string packed(const std::vector<ResourceRow>& rows) {
  std::string text;
  for (const auto& row : rows)
    for (const auto& field :
         {row.target, std::to_string(static_cast<int>(row.state)), row.hash, row.version,
          row.intent_hash, row.intent_body, std::to_string(static_cast<int>(row.before))})
      add_field(text, field);
  std::string bytes;
  Deflater().feed(text, true, bytes);
  return base64url(bytes);
}

ResourceState state_of(const std::string& number) {
  return static_cast<ResourceState>(number.empty() ? 0 : number[0] - '0');
}

Result<std::vector<ResourceRow>> unpacked(const std::string& record, const std::string& content) {
  const auto broken =
      fail(ErrorCode::database_failed, "the ledger holds an intent that cannot be read", record,
           "restore the ledger from a copy, or begin a new one");
  const auto bytes = from_base64url(content);
  if (!bytes) return broken;
  std::string text;
  Inflater inflater(Packing::gzip, kUnpackedBytesMax);
  if (const auto fed = inflater.feed(*bytes, text); !fed || !inflater.complete()) return broken;
  std::vector<ResourceRow> rows;
  for (std::string_view rest = text; !rest.empty();) {
    std::string fields[kFields];
    for (auto& field : fields) {
      auto taken = take_field(rest);
      if (!taken) return broken;
      field = std::move(*taken);
    }
    rows.push_back({std::move(fields[0]), record, state_of(fields[1]), std::move(fields[2]),
                    std::move(fields[3]), std::move(fields[4]), std::move(fields[5]),
                    state_of(fields[6])});
  }
  return rows;
}

auto of_target(const std::string& target) {
  return [&target](const ResourceRow& row) { return row.target == target; };
}

}  // namespace

Result<std::vector<ResourceRow>> Intents::of(Sql& sql, const std::string& record) {
  std::string content;
  const auto read = sql.run("SELECT content FROM intent WHERE record = $1", {record},
                            [&](const Row& row) { content = row.text(0); });
  if (!read) return read.error();
  return content.empty() ? Result<std::vector<ResourceRow>>(std::vector<ResourceRow>())
                         : unpacked(record, content);
}

Result<std::vector<ResourceRow>> Intents::all(Sql& sql) {
  std::map<std::string, std::string> contents;
  const auto read = sql.run("SELECT record, content FROM intent", {},
                            [&](const Row& row) { contents[row.text(0)] = row.text(1); });
  if (!read) return read.error();
  std::vector<ResourceRow> all;
  for (const auto& [record, content] : contents) {
    auto rows = unpacked(record, content);
    if (!rows) return rows.error();
    std::move(rows->begin(), rows->end(), std::back_inserter(all));
  }
  return all;
}

Result<Intents::Rows*> Intents::of_record(const std::string& record) {
  const auto known = records_.find(record);
  if (known != records_.end()) return &known->second;
  auto rows = of(sql_, record);
  if (!rows) return rows.error();
  return &records_.emplace(record, Rows{std::move(*rows), false}).first->second;
}

Result<void> Intents::put(const ResourceRow& row) {
  const auto of = of_record(row.record);
  if (!of) return of.error();
  auto& rows = (*of)->rows;
  const auto known = std::find_if(rows.begin(), rows.end(), of_target(row.target));
  if (known == rows.end()) rows.push_back(row);
  else *known = row;
  (*of)->changed = true;
  return {};
}

Result<void> Intents::take_away(const std::string& record, const std::string& target) {
  const auto of = of_record(record);
  if (!of) return of.error();
  if (std::erase_if((*of)->rows, of_target(target)) > 0) (*of)->changed = true;
  return {};
}

Result<void> Intents::write() {
  for (const auto& [record, each] : records_) {
    if (!each.changed) continue;
    const auto done =
        each.rows.empty()
            ? sql_.run("DELETE FROM intent WHERE record = $1", {record})
            : sql_.run(
                  "INSERT INTO intent (record, content) VALUES ($1,$2) ON CONFLICT (record) DO UPDATE SET content=excluded.content",
                  {record, packed(each.rows)});
    if (!done) return done;
  }
  records_.clear();
  return {};
}

}  // namespace paraneo::store
