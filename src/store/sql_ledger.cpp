#include "store/sql_ledger.h"

#include <algorithm>
#include <utility>

#include "store/intents.h"

namespace paraneo::store {
namespace {

std::int64_t number(auto state) { return static_cast<std::int64_t>(state); }

// Puts a row in, in the place of the one with the same key (the first column, unless said).
std::string upsert(const std::string& table, const std::vector<std::string>& columns,
                   const std::string& key = {}) {
  std::string names;
  std::string values;
  std::string changes;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto* comma = i == 0 ? "" : ",";
    names += comma + columns[i];
    values += comma + ("$" + std::to_string(i + 1));
    if (i > 0) changes += (i == 1 ? "" : ",") + columns[i] + "=excluded." + columns[i];
  }
  return "INSERT INTO " + table + " (" + names + ") VALUES (" + values + ") ON CONFLICT (" +
         (key.empty() ? columns[0] : key) + ") DO UPDATE SET " + changes;
}

RecordRow record_of(const Row& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          static_cast<RecordState>(row.integer(4)),
          row.integer(5)};
}

Held held_of(const Row& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.integer(5) != 0};
}

Result<void> write_intent(Intents& intents, const Change& change) {
  if (const auto* row = std::get_if<ResourceRow>(&change))
    return is_in_flight(*row) ? intents.put(*row) : intents.take_away(row->record, row->target);
  if (const auto* forgotten = std::get_if<ForgetResource>(&change))
    return intents.take_away(forgotten->record, forgotten->target);
  return {};
}

}  // namespace

Result<void> SqlLedger::apply(const std::vector<Change>& changes) {
  return sql_.transact([&]() -> Result<void> {
    Intents intents(sql_);
    for (const auto& change : changes) {
      auto done = write_intent(intents, change);
      const auto* row = std::get_if<ResourceRow>(&change);
      // What is known of a resource stays until something comes of the intent.
      if (done && !(row != nullptr && is_in_flight(*row)))
        done = std::visit([&](const auto& each) { return write(each); }, change);
      if (!done) return done;
    }
    return intents.write();
  });
}

Result<std::optional<RecordRow>> SqlLedger::record(const std::string& name) {
  return one_record("SELECT * FROM record WHERE name = $1", {name});
}

Result<std::optional<RecordRow>> SqlLedger::record_with_content(const std::string& source,
                                                                const std::string& content_hash) {
  return one_record(
      "SELECT * FROM record WHERE source = $1 AND content_hash = $2 AND content_hash <> ''",
      {source, content_hash});
}

Result<std::vector<std::string>> SqlLedger::records_at(const std::string& source,
                                                       const std::string& place) {
  return names("SELECT name FROM record WHERE source = $1 AND place = $2", {source, place});
}

Result<void> SqlLedger::each_record(const std::string& source,
                                    const std::function<void(const RecordRow&)>& visit) {
  return sql_.run("SELECT * FROM record WHERE source = $1 ORDER BY name", {source},
                  [&](const Row& row) { visit(record_of(row)); });
}

Result<std::vector<ResourceRow>> SqlLedger::resources(const std::string& record) {
  std::vector<ResourceRow> rows;
  const auto read = sql_.run(
      "SELECT * FROM resource WHERE record = $1 ORDER BY target", {record}, [&](const Row& row) {
        rows.push_back({row.text(0), row.text(1), static_cast<ResourceState>(row.integer(2)),
                        row.text(3), row.text(4), row.text(5), row.text(6),
                        static_cast<ResourceState>(row.integer(7))});
      });
  if (!read) return read.error();
  auto intents = Intents::of(sql_, record);
  if (!intents) return intents.error();
  for (auto& intent : *intents) {
    const auto at = std::lower_bound(
        rows.begin(), rows.end(), intent.target,
        [](const ResourceRow& row, const std::string& target) { return row.target < target; });
    if (at != rows.end() && at->target == intent.target) *at = std::move(intent);
    else rows.insert(at, std::move(intent));
  }
  return rows;
}

// Those of an older schema, too, which kept them among the others.
Result<std::vector<std::string>> SqlLedger::records_on_the_way() {
  return names(
      "SELECT record FROM intent UNION SELECT record FROM resource WHERE state <= 1 ORDER BY record",
      {});
}

Result<std::vector<DeadLetter>> SqlLedger::letters() {
  std::vector<DeadLetter> rows;
  const auto read = sql_.run("SELECT * FROM letter ORDER BY record", {}, [&](const Row& row) {
    rows.push_back({row.text(0), row.text(1), row.text(2), row.integer(3),
                    static_cast<int>(row.integer(4)), row.text(5)});
  });
  if (!read) return read.error();
  return rows;
}

Result<std::vector<Conflict>> SqlLedger::conflicts() {
  std::vector<Conflict> rows;
  const auto read =
      sql_.run("SELECT * FROM conflict ORDER BY record, target", {}, [&](const Row& row) {
        rows.push_back(
            {row.text(0), row.text(1), row.integer(2), row.text(3), row.text(4), row.text(5)});
      });
  if (!read) return read.error();
  return rows;
}

Result<std::optional<Held>> SqlLedger::held(const std::string& record) {
  std::optional<Held> found;
  const auto read = sql_.run("SELECT * FROM held WHERE record = $1", {record},
                             [&](const Row& row) { found = held_of(row); });
  if (!read) return read.error();
  return found;
}

Result<std::vector<Held>> SqlLedger::released(const std::string& source, const std::string& after,
                                              std::size_t rows_max) {
  std::vector<Held> rows;
  const auto read = sql_.run(
      "SELECT * FROM held WHERE source = $1 AND record > $2 AND NOT EXISTS (SELECT 1 FROM letter WHERE letter.record = held.record) "
      "AND NOT EXISTS (SELECT 1 FROM conflict WHERE conflict.record = held.record) ORDER BY record LIMIT $3",
      {source, after, static_cast<std::int64_t>(rows_max)},
      [&](const Row& row) { rows.push_back(held_of(row)); });
  if (!read) return read.error();
  return rows;
}

Result<Counts> SqlLedger::counts() {
  Counts counts;
  const auto number = [](const Row& row) { return static_cast<std::uint64_t>(row.integer(1)); };
  std::uint64_t* const records[] = {&counts.records_active,    &counts.records_dead,
                                    &counts.records_parked,    &counts.records_dropped,
                                    &counts.records_retracted, &counts.records_kept};
  std::uint64_t* const resources[] = {&counts.resources_on_the_way, &counts.resources_on_the_way,
                                      &counts.resources_confirmed,  &counts.resources_parked,
                                      &counts.resources_retracted,  &counts.resources_kept};
  auto read =
      sql_.run("SELECT state, COUNT(*) FROM record GROUP BY state", {}, [&](const Row& row) {
        const auto state = static_cast<std::size_t>(row.integer(0));
        if (state < std::size(records)) *records[state] += number(row);
      });
  if (read)
    read = sql_.run("SELECT state, COUNT(*) FROM resource GROUP BY state", {}, [&](const Row& row) {
      const auto state = static_cast<std::size_t>(row.integer(0));
      if (state < std::size(resources)) *resources[state] += number(row);
    });
  if (read) read = count_intents(counts, resources);
  for (const auto& [table, oldest_ms] : {std::pair("letter", &counts.letters_oldest_ms),
                                         std::pair("conflict", &counts.conflicts_oldest_ms)})
    if (read)
      read = sql_.run(std::string("SELECT COALESCE(MIN(at_ms), 0) FROM ") + table, {},
                      [&](const Row& row) { *oldest_ms = row.integer(0); });
  if (read)
    read = sql_.run(size_query(), {}, [&](const Row& row) {
      counts.bytes = static_cast<std::uint64_t>(row.integer(0));
    });
  if (!read) return read.error();
  return counts;
}

// What is on its way is that, and not what it was before.
Result<void> SqlLedger::count_intents(Counts& counts, std::uint64_t* const* by_state) {
  const auto intents = Intents::all(sql_);
  if (!intents) return intents.error();
  counts.resources_on_the_way += intents->size();
  for (const auto& intent : *intents) {
    const auto read = sql_.run("SELECT state FROM resource WHERE record = $1 AND target = $2",
                               {intent.record, intent.target},
                               [&](const Row& row) { --*by_state[row.integer(0)]; });
    if (!read) return read;
  }
  return {};
}

Result<std::vector<SourceRow>> SqlLedger::sources() {
  std::vector<SourceRow> rows;
  const auto read = sql_.run(
      "SELECT source, SUM(CASE WHEN state IN ($1, $2) THEN 0 ELSE 1 END) FROM record GROUP BY source ORDER BY source",
      {number(RecordState::retracted), number(RecordState::kept)}, [&](const Row& row) {
        rows.push_back({row.text(0), static_cast<std::uint64_t>(row.integer(1))});
      });
  if (!read) return read.error();
  return rows;
}

Result<std::string> SqlLedger::cursor(const std::string& name) {
  std::string value;
  const auto read = sql_.run("SELECT value FROM cursor WHERE name = $1", {name},
                             [&](const Row& row) { value = row.text(0); });
  if (!read) return read.error();
  return value;
}

Result<std::vector<AuditRow>> SqlLedger::audit(std::size_t rows_max) {
  std::vector<AuditRow> rows;
  const auto read = sql_.run(
      "SELECT at_ms, server, target, action, version, hash FROM audit ORDER BY number DESC LIMIT $1",
      {static_cast<std::int64_t>(rows_max)}, [&](const Row& row) {
        rows.push_back(
            {row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5)});
      });
  if (!read) return read.error();
  return rows;
}

Result<void> SqlLedger::write(const RecordRow& r) {
  static const auto sql =
      upsert("record", {"name", "source", "place", "content_hash", "state", "changed_ms"});
  return sql_.run(sql, {r.name, r.source, r.place, r.content_hash, number(r.state), r.changed_ms});
}

Result<void> SqlLedger::write(const ForgetRecord& r) {
  return sql_.run("DELETE FROM record WHERE name = $1", {r.name});
}

Result<void> SqlLedger::write(const ResourceRow& r) {
  static const auto sql = upsert(
      "resource",
      {"target", "record", "state", "hash", "version", "intent_hash", "intent_body", "before"},
      "record, target");
  return sql_.run(sql, {r.target, r.record, number(r.state), r.hash, r.version, r.intent_hash,
                        r.intent_body, number(r.before)});
}

Result<void> SqlLedger::write(const ForgetResource& r) {
  return sql_.run("DELETE FROM resource WHERE record = $1 AND target = $2", {r.record, r.target});
}

Result<void> SqlLedger::write(const DeadLetter& l) {
  static const auto sql =
      upsert("letter", {"record", "source", "place", "at_ms", "status", "outcome"});
  return sql_.run(sql, {l.record, l.source, l.place, l.at_ms, std::int64_t{l.status}, l.outcome});
}

Result<void> SqlLedger::write(const RemoveDeadLetter& l) {
  return sql_.run("DELETE FROM letter WHERE record = $1", {l.record});
}

Result<void> SqlLedger::write(const Conflict& c) {
  static const auto sql =
      upsert("conflict", {"target", "record", "at_ms", "ours", "theirs", "version"});
  return sql_.run(sql, {c.target, c.record, c.at_ms, c.ours, c.theirs, c.version});
}

Result<void> SqlLedger::write(const RemoveConflicts& c) {
  return sql_.run("DELETE FROM conflict WHERE record = $1", {c.record});
}

Result<void> SqlLedger::write(const Held& h) {
  static const auto sql = upsert("held", {"record", "source", "place", "name", "text", "gone"});
  return sql_.run(sql, {h.record, h.source, h.place, h.name, h.text, std::int64_t{h.gone}});
}

Result<void> SqlLedger::write(const RemoveHeld& h) {
  return sql_.run("DELETE FROM held WHERE record = $1", {h.record});
}

Result<void> SqlLedger::write(const Cursor& c) {
  static const auto sql = upsert("cursor", {"name", "value"});
  return sql_.run(sql, {c.name, c.value});
}

Result<void> SqlLedger::write(const AuditRow& a) {
  return sql_.run(
      "INSERT INTO audit (at_ms, server, target, action, version, hash) VALUES ($1,$2,$3,$4,$5,$6)",
      {a.at_ms, a.server, a.target, a.action, a.version, a.hash});
}

// Rows stand in the order of their time, so the first one says whether there is anything to do.
Result<void> SqlLedger::write(const PruneAudit& p) {
  bool any = false;
  const auto read = sql_.run("SELECT at_ms FROM audit ORDER BY number LIMIT 1", {},
                             [&](const Row& row) { any = row.integer(0) < p.before_ms; });
  if (!read || !any) return read;
  return sql_.run("DELETE FROM audit WHERE at_ms < $1", {p.before_ms});
}

Result<void> SqlLedger::write(const RenameSource& r) {
  for (const auto* sql : {"UPDATE record SET source = $1 WHERE source = $2",
                          "UPDATE letter SET source = $1 WHERE source = $2",
                          "UPDATE held SET source = $1 WHERE source = $2"})
    if (auto done = sql_.run(sql, {r.to, r.from}); !done) return done;
  return {};
}

Result<std::optional<RecordRow>> SqlLedger::one_record(const std::string& sql,
                                                       const std::vector<Argument>& arguments) {
  std::optional<RecordRow> found;
  const auto read = sql_.run(sql, arguments, [&](const Row& row) { found = record_of(row); });
  if (!read) return read.error();
  return found;
}

Result<std::vector<std::string>> SqlLedger::names(const std::string& sql,
                                                  const std::vector<Argument>& arguments) {
  std::vector<std::string> found;
  const auto read = sql_.run(sql, arguments, [&](const Row& row) { found.push_back(row.text(0)); });
  if (!read) return read.error();
  return found;
}

}  // namespace paraneo::store
