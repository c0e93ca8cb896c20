#include "store/schema.h"

#include <array>
#include <utility>

namespace paraneo::store {
namespace {

constexpr const char* kSchema1 = R"(
  CREATE TABLE record (
    name @text PRIMARY KEY, source @text NOT NULL, place @text NOT NULL, content_hash @text NOT NULL,
    state @integer NOT NULL, changed_ms @integer NOT NULL)@table_end;
  CREATE INDEX record_content ON record (source, content_hash);
  CREATE INDEX record_place ON record (source, place);
  CREATE TABLE resource (
    target @text PRIMARY KEY, record @text NOT NULL, state @integer NOT NULL, hash @text NOT NULL,
    version @text NOT NULL, intent_hash @text NOT NULL, intent_body @text NOT NULL,
    before @integer NOT NULL)@table_end;
  CREATE INDEX resource_record ON resource (record);
  CREATE INDEX resource_on_the_way ON resource (record) WHERE state <= 1;
  CREATE TABLE letter (
    record @text PRIMARY KEY, source @text NOT NULL, place @text NOT NULL, at_ms @integer NOT NULL,
    status @integer NOT NULL, outcome @text NOT NULL)@table_end;
  CREATE TABLE conflict (
    target @text PRIMARY KEY, record @text NOT NULL, at_ms @integer NOT NULL, ours @text NOT NULL,
    theirs @text NOT NULL, version @text NOT NULL)@table_end;
  CREATE INDEX conflict_record ON conflict (record);
  CREATE TABLE cursor (name @text PRIMARY KEY, value @text NOT NULL)@table_end;
  CREATE TABLE audit (
    number @counter, at_ms @integer NOT NULL, server @text NOT NULL, target @text NOT NULL,
    action @text NOT NULL, version @text NOT NULL, hash @text NOT NULL);
)";

constexpr const char* kSchema2 = R"(
  CREATE TABLE held (
    record @text PRIMARY KEY, source @text NOT NULL, place @text NOT NULL, name @text NOT NULL,
    text @text NOT NULL, gone @integer NOT NULL)@table_end;
)";

// Ids are random, so each index costs a page for each resource and commit: those of a record stand
// together and need none. Places are looked for only where a text cannot be read.
constexpr const char* kSchema3 = R"(
  DROP INDEX IF EXISTS record_place;
  CREATE TABLE resource_of_record (
    target @text NOT NULL, record @text NOT NULL, state @integer NOT NULL, hash @text NOT NULL,
    version @text NOT NULL, intent_hash @text NOT NULL, intent_body @text NOT NULL,
    before @integer NOT NULL, PRIMARY KEY (record, target))@table_end;
  INSERT INTO resource_of_record SELECT target, record, state, hash, version, intent_hash, intent_body, before FROM resource;
  DROP TABLE resource;
  ALTER TABLE resource_of_record RENAME TO resource;
  CREATE INDEX resource_on_the_way ON resource (record) WHERE state <= 1;
)";

// What is on its way in a place of its own. A record without a content is not looked for by it.
constexpr const char* kSchema4 = R"(
  CREATE TABLE intent (record @text PRIMARY KEY, content @text NOT NULL);
  DROP INDEX IF EXISTS record_content;
  CREATE INDEX record_content ON record (source, content_hash) WHERE content_hash <> '';
)";

constexpr std::array<const char*, kLedgerSchema> kMigrations = {kSchema1, kSchema2, kSchema3,
                                                                kSchema4};

}  // namespace

std::string migration(int from, const Dialect& dialect) {
  std::string sql = kMigrations.at(static_cast<std::size_t>(from));
  for (const auto& [word, text] : {std::pair<std::string, std::string>{"@text", dialect.text},
                                   {"@integer", dialect.integer},
                                   {"@counter", dialect.counter},
                                   {"@table_end", dialect.table_end}})
    for (auto at = sql.find(word); at != std::string::npos; at = sql.find(word, at + text.size()))
      sql.replace(at, word.size(), text);
  return sql;
}

}  // namespace paraneo::store
