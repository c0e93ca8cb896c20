// Where sync gets its records from, twice: first to see what changed, then to send it.
#include <cstring>
#include <filesystem>

#include "base/spill_file.h"
#include "cli/sync/flags.h"
#include "cli/terminal/input.h"
#include "store/open_ledger.h"
#include "store/sql.h"
#include "sync/content.h"

namespace paraneo::cli {
namespace {

class FileSource final : public sync::RecordSource {
 public:
  // By whole paths: what the ledger remembers of places does not depend on the folder of a run.
  FileSource(const std::vector<std::string>& paths, const Limits& limits) : limits_(limits) {
    for (const auto& path : paths) paths_.push_back(source_path(path));
  }

  Result<void> rewind() override {
    auto input = Input::open(paths_, limits_, TextForms::json);
    if (!input) return input.error();
    if (skipped_.empty())
      for (const auto& file : skipped_ = input->skipped())
        note(file + ": left out, because its name ends in neither .json nor .ndjson");
    input_.emplace(std::move(*input));
    return {};
  }
  Result<std::unique_ptr<Source>> next() override { return input_->next(); }
  bool place_is_one_records() const override { return input_->was_whole_file(); }
  std::vector<std::string> empty_folders() const override { return input_->empty_folders(); }
  Part part() const override { return {input_->bytes_done(), input_->bytes_total()}; }

 private:
  std::vector<std::string> paths_;
  Limits limits_;
  std::optional<Input> input_;
  std::vector<std::string> skipped_;
};

// Standard input comes once: it is kept in a temporary file.
class SpoolSource final : public sync::RecordSource {
 public:
  explicit SpoolSource(const Limits& limits) : files_({"-"}, limits) {}

  Result<void> rewind() override {
    if (!spool_)
      if (auto kept = keep_all(); !kept) return kept;
    at_ = 0;
    failed_ = false;
    reader_.emplace(*spool_, 0, spool_->size(), kBufferBytes);
    return {};
  }

  Result<std::unique_ptr<Source>> next() override {
    if (at_ < errors_.size()) return errors_[at_++];
    if (failed_ || reader_->at_end()) return std::unique_ptr<Source>();
    auto text = read();
    failed_ = !text;
    return text;
  }

 private:
  static constexpr std::size_t kBufferBytes = std::size_t{1} << 20;
  struct Head {
    std::uint64_t first_line = 0;
    std::uint64_t text_bytes = 0;
  };

  Result<void> keep_all() {
    if (auto opened = files_.rewind(); !opened) return opened;
    auto file = SpillFile::open(folder_of_temporary_files(), kBufferBytes);
    if (!file) return file.error();
    while (true) {
      auto text = files_.next();
      if (!text) {
        errors_.push_back(text.error());
        continue;
      }
      if (*text == nullptr) break;
      const Head head{(*text)->first_line, (*text)->text.size()};
      auto kept = file->append({reinterpret_cast<const char*>(&head), sizeof head});
      if (kept) kept = file->append((*text)->text);
      if (!kept) return kept;
    }
    if (auto kept = file->flush(); !kept) return kept;
    spool_.emplace(std::move(*file));
    return {};
  }

  Result<std::unique_ptr<Source>> read() {
    const auto bytes = reader_->take(sizeof(Head));
    if (!bytes) return bytes.error();
    Head head;
    std::memcpy(&head, bytes->data(), sizeof head);
    const auto content = reader_->take(head.text_bytes);
    if (!content) return content.error();
    auto text = std::make_unique<Source>();
    text->name = "-";
    text->first_line = static_cast<std::uint32_t>(head.first_line);
    text->text = *content;
    return text;
  }

  FileSource files_;
  std::optional<SpillFile> spool_;
  std::optional<SpillFile::Reader> reader_;
  std::vector<Error> errors_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

// The first column is the record; a second one, if there is any, says which it is.
class QuerySource final : public sync::RecordSource {
 public:
  QuerySource(std::string database, std::string sql)
      : database_(std::move(database)), shown_(store::shown_database(database_)),
        sql_(std::move(sql)) {}

  Result<void> rewind() override {
    query_.reset();
    auto query = store::open_query(database_, sql_);
    if (!query) return query.error();
    query_ = std::move(*query);
    rows_ = 0;
    failed_ = false;
    return {};
  }

  Result<std::unique_ptr<Source>> next() override {
    if (failed_) return std::unique_ptr<Source>();
    const auto more = query_->next();
    failed_ = !more;
    if (!more) return more.error();
    if (!*more) return std::unique_ptr<Source>();
    auto text = std::make_unique<Source>();
    const auto& row = query_->row();
    text->text = row.text(0);
    has_names_ = row.columns() > 1;
    text->name = shown_ + " row " + (has_names_ ? row.text(1) : std::to_string(++rows_));
    return text;
  }
  bool place_is_one_records() const override { return has_names_ && !failed_; }

 private:
  std::string database_;
  std::string shown_;
  std::string sql_;
  std::unique_ptr<store::Query> query_;
  std::uint64_t rows_ = 0;
  bool failed_ = false;
  bool has_names_ = false;
};

// What lies in two sources would be two texts of one record, each in the way of the other.
Result<void> lie_apart(const std::vector<std::string>& sources) {
  std::vector<std::string> paths;
  for (const auto& each : sources) {
    const auto path = source_path(each);
    for (const auto& other : paths)
      if (path == other || path.starts_with(other + "/") || other.starts_with(path + "/"))
        return fail(ErrorCode::option_combination,
                    "one --source lies in another, so its records would be read twice", each,
                    "name each folder and file once");
    paths.push_back(path);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<sync::RecordSource>> open_sync_source(const SyncFlags& flags,
                                                             const Session& session) {
  const int sources = (flags.source.empty() ? 0 : 1) + (flags.database.empty() ? 0 : 1) +
                      (flags.kafka.topic.empty() ? 0 : 1);
  if (sources != 1)
    return fail(
        ErrorCode::option_missing, "there must be one source", {},
        "give --source, or --source-database with --source-query, or --kafka-topic with --kafka-brokers");
  if (flags.kafka.topic.empty() != flags.kafka.brokers.empty())
    return fail(ErrorCode::option_combination, "--kafka-topic and --kafka-brokers belong together",
                {}, "give both or none");
  if (flags.database.empty() != flags.query.empty())
    return fail(ErrorCode::option_combination,
                "--source-database and --source-query belong together", {}, "give both or none");
  if (const auto apart = lie_apart(flags.source); !apart) return apart.error();
  std::unique_ptr<sync::RecordSource> source;
  if (!flags.kafka.topic.empty()) return source;  // no snapshot that could be read twice
  if (!flags.database.empty()) source = std::make_unique<QuerySource>(flags.database, flags.query);
  else if (flags.source == std::vector<std::string>{"-"})
    source = std::make_unique<SpoolSource>(session.limits);
  else source = std::make_unique<FileSource>(flags.source, session.limits);
  return source;
}

std::string sync_source_name(const SyncFlags& flags) {
  if (!flags.source_name.empty()) return flags.source_name;
  if (!flags.kafka.topic.empty()) return "kafka " + flags.kafka.topic;
  if (!flags.database.empty()) return store::shown_database(flags.database);
  std::string name;
  for (const auto& path : flags.source) name += (name.empty() ? "" : " ") + source_path(path);
  return name;
}

std::string typed_source_name(const SyncFlags& flags) {
  std::string name;
  for (const auto& path : flags.source) name += (name.empty() ? "" : " ") + path;
  return flags.source_name.empty() && !flags.source.empty() ? name : sync_source_name(flags);
}

std::string source_path(const std::string& path) {
  if (path == "-") return path;
  std::error_code error;
  auto whole = std::filesystem::absolute(path, error).lexically_normal().string();
  if (error) return path;
  while (whole.size() > 1 && whole.ends_with('/')) whole.pop_back();
  return whole;
}

std::string shown_name(const std::string& record, bool show_ids) {
  constexpr std::size_t kHashChars = 13;
  return show_ids ? record : sync::hash_of(record).substr(0, kHashChars);
}

}  // namespace paraneo::cli
