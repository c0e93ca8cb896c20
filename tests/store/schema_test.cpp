// docs/internals/ledger.md says what each table and column holds.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "store/database.h"
#include "store/sqlite_ledger.h"

namespace paraneo::store {
namespace {

TEST(Schema, EachTableAndColumnIsInTheDocumentation) {
  std::ostringstream text;
  text << std::ifstream(std::string(PARANEO_SOURCE_DIR) + "/docs/internals/ledger.md").rdbuf();
  const auto page = text.str();
  const auto path =
      (std::filesystem::temp_directory_path() / ("paraneo-schema-" + std::to_string(::getpid())))
          .string();
  { ASSERT_TRUE(open_sqlite_ledger(path, LedgerUse::update)); }
  std::size_t columns = 0;
  {
    auto database = Database::open(path, Database::Mode::read_only);
    ASSERT_TRUE(database);
    const auto read = database->run(
        "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
        {}, [&](const Row& row) {
          ++columns;
          const std::string table(row.text(0));
          EXPECT_TRUE(page.find("## " + table) != std::string::npos ||
                      page.find("| " + table + " |") != std::string::npos)
              << table;
          EXPECT_NE(page.find("`" + std::string(row.text(1)) + "`"), std::string::npos)
              << table << "." << row.text(1);
        });
    ASSERT_TRUE(read) << read.error().what;
  }
  EXPECT_GT(columns, 20U);
  for (const auto* end : {"", "-wal", "-shm", ".lock"}) std::filesystem::remove(path + end);
}

}  // namespace
}  // namespace paraneo::store
