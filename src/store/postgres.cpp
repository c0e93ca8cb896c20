#include "store/postgres.h"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <unordered_map>

#include "base/utf8.h"

namespace paraneo::store {
namespace {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ClearResult>;

class PostgresRow final : public Row {
 public:
  PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}

  std::int64_t integer(int column) const override {
    return std::strtoll(PQgetvalue(result_, row_, column), nullptr, 10);
  }
  std::string text(int column) const override {
    return {PQgetvalue(result_, row_, column),
            static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }
  int columns() const override { return PQnfields(result_); }
  std::string name(int column) const override {
    const auto* name = PQfname(result_, column);
    return name == nullptr ? "" : name;
  }

 private:
  const PGresult* result_;
  int row_;
};

bool is_fine(const PGresult* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// What a server answered can be any bytes; a text of PostgreSQL is UTF-8 without NUL.
std::string storable(const std::string& text) {
  std::string out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = std::min(utf8::first_invalid(rest), rest.find('\0'));
    out += rest.substr(0, end);
    if (end == std::string_view::npos) break;
    utf8::append(out, U'\uFFFD');
    rest.remove_prefix(end + 1);
  }
  return out;
}

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

// Null when it is no URL. An @ in a password must be written %40: what stands behind it would be
// taken for a host, and shown.
Options parse(const std::string& url) {
  const auto authority = url.substr(0, url.find_first_of("/?", url.find("://") + 3));
  const bool clear = std::count(authority.begin(), authority.end(), '@') <= 1;
  return {clear ? PQconninfoParse(url.c_str(), nullptr) : nullptr, &PQconninfoFree};
}

void ignore_notice(void*, const char*) {}

}  // namespace

bool is_postgres(const std::string& where) {
  return where.starts_with("postgresql://") || where.starts_with("postgres://");
}

std::string without_password(const std::string& url) {
  const auto options = parse(url);
  if (options == nullptr) return "postgresql://...";
  std::unordered_map<std::string, std::string> values;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr) values[option->keyword] = option->val;
  const auto& host = values["host"];
  return "postgresql://" + (values["user"].empty() ? "" : values["user"] + "@") +
         (host.starts_with('/') ? "" : host) +
         (values["port"].empty() ? "" : ":" + values["port"]) + "/" + values["dbname"] +
         (host.starts_with('/') ? "?host=" + host : "");
}

struct Postgres::State {
  PGconn* connection = nullptr;
  std::string place;
  std::unordered_map<std::string, std::string> prepared;  // SQL -> name

  ~State() { PQfinish(connection); }

  // Without what PostgreSQL calls details: they quote rows.
  Error failed(const PGresult* result) const {
    const bool lost = PQstatus(connection) != CONNECTION_OK;
    const auto* primary =
        result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const std::string why = primary != nullptr ? primary : first_line(PQerrorMessage(connection));
    return fail(lost ? ErrorCode::database_unreachable : ErrorCode::database_failed,
                "the database fails: " + why, place,
                lost ? "look after the PostgreSQL server and run again"
                     : "check the SQL, the rights of the user and the room on the disk");
  }
  Result<void> simple(const std::string& sql) const {
    const Answer answer(PQexec(connection, sql.c_str()));
    return is_fine(answer.get()) ? Result<void>() : Result<void>(failed(answer.get()));
  }
  Result<std::string> prepare(const std::string& sql) {
    auto& name = prepared[sql];
    if (!name.empty()) return name;
    const auto fresh = "s" + std::to_string(prepared.size());
    const Answer answer(PQprepare(connection, fresh.c_str(), sql.c_str(), 0, nullptr));
    if (!is_fine(answer.get())) return failed(answer.get());
    return name = fresh;
  }
};

namespace {

Result<std::unique_ptr<Postgres::State>> open_state(const std::string& url) {
  auto state = std::make_unique<Postgres::State>();
  state->place = without_password(url);
  // libpq's own words may quote a part of the password here.
  if (parse(url) == nullptr)
    return fail(
        ErrorCode::url_invalid, "this is no URL of a PostgreSQL database", state->place,
        "write postgresql://user@host/database, with a percent sign for each special character");
  // What the URL says itself comes last and counts.
  const char* names[] = {"connect_timeout", "tcp_user_timeout", "fallback_application_name",
                         "dbname", nullptr};
  const char* values[] = {"10", "30000", "paraneo", url.c_str(), nullptr};
  state->connection = PQconnectdbParams(names, values, 1);
  if (PQstatus(state->connection) != CONNECTION_OK)
    return fail(ErrorCode::database_unreachable,
                "no connection to PostgreSQL: " + first_line(PQerrorMessage(state->connection)),
                state->place,
                "check the URL; a password belongs into ~/.pgpass or a file named by PGPASSFILE");
  PQsetNoticeProcessor(state->connection, ignore_notice, nullptr);
  if (PQsetClientEncoding(state->connection, "UTF8") != 0) return state->failed(nullptr);
  return state;
}

}  // namespace

Postgres::Postgres(std::unique_ptr<State> state) : state_(std::move(state)) {}
Postgres::~Postgres() = default;
Postgres::Postgres(Postgres&&) noexcept = default;
Postgres& Postgres::operator=(Postgres&&) noexcept = default;

const std::string& Postgres::place() const { return state_->place; }

Result<Postgres> Postgres::open(const std::string& url) {
  auto state = open_state(url);
  if (!state) return state.error();
  return Postgres(std::move(*state));
}

Result<void> Postgres::script(const std::string& sql) { return state_->simple(sql); }

Result<void> Postgres::run(const std::string& sql, const std::vector<Argument>& arguments,
                           const std::function<void(const Row&)>& row) {
  const auto name = state_->prepare(sql);
  if (!name) return name.error();
  std::vector<std::string> texts;
  for (const auto& argument : arguments) {
    const auto* number = std::get_if<std::int64_t>(&argument);
    texts.push_back(number != nullptr ? std::to_string(*number)
                                      : storable(std::get<std::string>(argument)));
  }
  std::vector<const char*> values;
  for (const auto& text : texts) values.push_back(text.c_str());
  const Answer answer(PQexecPrepared(state_->connection, name->c_str(),
                                     static_cast<int>(values.size()), values.data(), nullptr,
                                     nullptr, 0));
  if (!is_fine(answer.get())) return state_->failed(answer.get());
  for (int i = 0; row && i < PQntuples(answer.get()); ++i) row(PostgresRow(answer.get(), i));
  return {};
}

Result<void> Postgres::transact(const std::function<Result<void>()>& work) {
  if (auto begun = state_->simple("BEGIN"); !begun) return begun;
  auto done = work();
  if (done) done = state_->simple("COMMIT");
  if (!done) static_cast<void>(state_->simple("ROLLBACK"));
  return done;
}

namespace {

// Row by row, so that a large table needs no room.
class PostgresQuery final : public Query {
 public:
  explicit PostgresQuery(std::unique_ptr<Postgres::State> state) : state_(std::move(state)) {}

  Result<bool> next() override {
    answer_.reset(PQgetResult(state_->connection));
    if (answer_ == nullptr) return false;
    if (!is_fine(answer_.get())) return state_->failed(answer_.get());
    return PQresultStatus(answer_.get()) == PGRES_SINGLE_TUPLE;
  }
  const Row& row() const override {
    row_.emplace(answer_.get(), 0);
    return *row_;
  }

 private:
  std::unique_ptr<Postgres::State> state_;
  Answer answer_;
  mutable std::optional<PostgresRow> row_;
};

}  // namespace

Result<std::unique_ptr<Query>> open_postgres_query(const std::string& url, const std::string& sql) {
  auto state = open_state(url);
  if (!state) return state.error();
  if (auto begun = (*state)->simple("BEGIN READ ONLY"); !begun) return begun.error();
  const auto name = (*state)->prepare(sql);
  if (!name) return name.error();
  const Answer shape(PQdescribePrepared((*state)->connection, name->c_str()));
  if (!is_fine(shape.get())) return (*state)->failed(shape.get());
  if (PQnfields(shape.get()) == 0)
    return fail(ErrorCode::option_value, "this is no query that gives rows", (*state)->place,
                "write one SELECT");
  auto* connection = (*state)->connection;
  if (PQsendQueryPrepared(connection, name->c_str(), 0, nullptr, nullptr, nullptr, 0) == 0 ||
      PQsetSingleRowMode(connection) == 0)
    return (*state)->failed(nullptr);
  return std::unique_ptr<Query>(std::make_unique<PostgresQuery>(std::move(*state)));
}

}  // namespace paraneo::store
