#include "store/sql.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "postgres_server.h"
#include "store/database.h"
#include "store/open_ledger.h"
#include "store/postgres.h"

namespace paraneo::store {
namespace {

constexpr const char* kTable =
    "CREATE TABLE t (a BIGINT, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL)";

void gives_rows_one_by_one(const std::string& where) {
  auto query = open_query(where, "SELECT a, b AS body FROM t ORDER BY a");
  ASSERT_TRUE(query) << query.error().what;
  ASSERT_TRUE((*query)->next().value());
  EXPECT_EQ((*query)->row().columns(), 2);
  EXPECT_EQ((*query)->row().integer(0), 1);
  EXPECT_EQ((*query)->row().text(1), "x");
  EXPECT_EQ((*query)->row().name(1), "body");
  ASSERT_TRUE((*query)->next().value());
  EXPECT_EQ((*query)->row().text(1), "");
  EXPECT_FALSE((*query)->next().value());
  EXPECT_FALSE(open_query(where, "DELETE FROM t"));
  EXPECT_FALSE(open_query(where, "SELECT nonsense"));
}

TEST(Query, OfSqliteGivesRowsOneByOneAndRefusesWhatIsNoQuery) {
  const auto path =
      (std::filesystem::temp_directory_path() / ("paraneo-query-" + std::to_string(::getpid())))
          .string();
  {
    auto database = Database::open(path);
    ASSERT_TRUE(database->script(kTable));
  }
  gives_rows_one_by_one(path);
  std::filesystem::remove(path);
}

TEST(Query, OfPostgresGivesRowsOneByOneAndChangesNothing) {
  const PostgresServer server;
  if (!server.runs()) GTEST_SKIP() << PostgresServer::missing();
  auto database = Postgres::open(server.url());
  ASSERT_TRUE(database) << database.error().what;
  ASSERT_TRUE(database->script(kTable));
  gives_rows_one_by_one(server.url());
  auto deleting = open_query(server.url(), "DELETE FROM t RETURNING b");
  ASSERT_TRUE(deleting);
  EXPECT_FALSE((*deleting)->next());
  auto failing = open_query(server.url(), "SELECT 1 / (2 - i) FROM generate_series(1, 2) AS g(i)");
  ASSERT_TRUE(failing);
  EXPECT_TRUE((*failing)->next().value());
  EXPECT_FALSE((*failing)->next());
}

TEST(Postgres, ShowsNoPassword) {
  EXPECT_EQ(shown_database("postgresql://me:secret@db.test:5433/cases?sslmode=require"),
            "postgresql://me@db.test:5433/cases");
  EXPECT_EQ(shown_database("postgresql://me@/cases?host=/run/pg&password=secret"),
            "postgresql://me@/cases?host=/run/pg");
  EXPECT_EQ(shown_database("postgresql://me:se%cret@x:1/z"), "postgresql://...");
  EXPECT_EQ(shown_database("cases.sqlite"), "cases.sqlite");
  constexpr auto kNobodyListens = "postgresql://me:secret@127.0.0.1:1/cases";
  for (const auto* url :
       {kNobodyListens, "postgresql://me:secret%@x/y", "postgres://me:a@secret@:x/y"}) {
    const auto none = open_ledger(url, LedgerUse::update);
    ASSERT_FALSE(none);
    if (url == std::string_view(kNobodyListens)) {
      EXPECT_EQ(none.error().code, ErrorCode::database_unreachable);
    }
    EXPECT_EQ((none.error().what + none.error().where + none.error().advice).find("secret"),
              std::string::npos)
        << none.error().what;
  }
}

}  // namespace
}  // namespace paraneo::store
