#include "record/gather/intake.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

#include "record/gather/entry_bytes.h"
#include "record/gather/settle_versions.h"

namespace paraneo::record {
namespace {

// Of what may be in memory: rows that are sorted; entries before they are spilled, for which Charts
// needs about as much again; and those of one shard, beside which the next one may be there, too,
// and the former one that goes. The same for any number of threads, so that the order is.
constexpr std::size_t kPartOfRows = 8;
constexpr std::size_t kPartInMemory = 8;
constexpr std::size_t kPartOfShard = 24;
constexpr std::size_t kShardsMax = 4000;  // each has a buffer while they are filled
constexpr std::size_t kReadBytes = std::size_t{1} << 20;
constexpr std::size_t kBufferBytesOfAll = std::size_t{1} << 20;

struct Head {
  std::uint32_t size = 0;
  std::uint32_t patient = 0;  // of its home; in a shard: whether it is a copy
  std::uint64_t name = 0;
};

std::string_view bytes_of(const Head& head) {
  return {reinterpret_cast<const char*>(&head), sizeof head};
}

// The bytes live until the next call.
Result<std::string_view> take_entry(SpillFile::Reader& reader, Head& head) {
  const auto bytes = reader.take(sizeof head);
  if (!bytes) return bytes.error();
  std::memcpy(&head, bytes->data(), sizeof head);
  return reader.take(head.size);
}

// About what an entry takes, and what is kept of it to find it.
std::size_t memory_of(const ChartEntry& entry, const EntryLinks& links) {
  constexpr std::size_t kOfEach = 1600;
  constexpr std::size_t kOfString = 48;
  return kOfEach + entry.text.text.size() +
         kOfString * (links.others.size() + links.own.size() + links.references.size());
}

// The entries of the Bundles that were read last, by their fullUrls.
class BundleIndex {
 public:
  explicit BundleIndex(const std::deque<ChartEntry>& entries) {
    for (const auto& entry : entries)
      if (!entry.full_url.empty()) by_url_.try_emplace(key(entry.scope, entry.full_url), &entry);
  }
  const ChartEntry* find(std::size_t scope, std::string_view url) const {
    const auto found = by_url_.empty() ? by_url_.end() : by_url_.find(key(scope, url));
    return found == by_url_.end() ? nullptr : found->second;
  }

 private:
  static std::string key(std::size_t scope, std::string_view url) {
    return std::to_string(scope) + " " + std::string(url);
  }
  std::unordered_map<std::string, const ChartEntry*> by_url_;
};

ChartOptions with_hashed_crosswalk(ChartOptions options) {
  options.crosswalk = options.crosswalk.with(options.privacy.pseudonyms);
  return options;
}

}  // namespace

Intake::Intake(const Limits& limits, ChartOptions options, IntakeOptions intake_options)
    : limits_(limits), options_(with_hashed_crosswalk(std::move(options))),
      intake_options_(std::move(intake_options)),
      base_of_file_(options_.senders.base_of_file(file_)) {}

Result<void> Intake::add(ReadText text) {
  // A file's lines come one after the other.
  if (text.name != file_) {
    file_ = std::move(text.name);
    base_of_file_ = options_.senders.base_of_file(file_);
  }
  for (auto& [entry, links] : text.entries) {
    if (entry.scope != 0) entry.scope += bundles_;
    take(std::move(entry), std::move(links));
  }
  bundles_ += text.bundles;
  const auto most = intake_options_.memory_bytes_max / kPartInMemory;
  return plan_ || bytes_ > most ? spill() : Result<void>();
}

void Intake::take(ChartEntry entry, EntryLinks links) {
  entry.base = options_.senders.resolve(base_of_file_, entry.base);
  options_.privacy.pseudonyms.apply(entry, links);
  bytes_ += memory_of(entry, links);
  entries_.push_back(std::move(entry));
  links_.push_back(std::move(links));
}

// Whole Bundles: what is in one may mean what stands behind it there.
Result<void> Intake::spill() {
  if (!plan_) {
    auto file = SpillFile::open(intake_options_.folder, kBufferBytesOfAll);
    if (!file) return file.error();
    all_.emplace(std::move(*file));
    plan_.emplace(options_.senders, options_.crosswalk, intake_options_.folder,
                  intake_options_.memory_bytes_max / kPartOfRows);
  }
  const BundleIndex bundles(entries_);
  const ShardPlan::InBundle in_bundle = [&](std::size_t scope, std::string_view url) {
    return bundles.find(scope, url);
  };
  for (auto& entry : entries_)
    if (entry.reference().empty()) set_digest(entry, limits_, options_.privacy.pseudonyms);
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (const auto kept = put(entries_[i], links_[i], in_bundle); !kept) return kept;
  entries_.clear();
  links_.clear();
  bytes_ = 0;
  return {};
}

Result<void> Intake::put(const ChartEntry& entry, const EntryLinks& links,
                         const ShardPlan::InBundle& in_bundle) {
  const auto home = plan_->add(entry, links, in_bundle, memory_of(entry, links));
  if (!home) return home.error();
  if (entry.is_deletion && intake_options_.known) {
    deletions_.push_back(entry);
    deletions_.back().text = {};
  }
  if (const auto kept = keep_original(entry.text.original); !kept) return kept;
  bytes_of_entry_.clear();
  append_bytes(bytes_of_entry_, entry, links,
               entry.text.original == nullptr ? kNoOriginal : original_at_);
  if (const auto kept = all_->append(bytes_of(
          {static_cast<std::uint32_t>(bytes_of_entry_.size()), home->patient, home->name}));
      !kept)
    return kept;
  return all_->append(bytes_of_entry_);
}

// Many entries are of one.
Result<void> Intake::keep_original(const std::shared_ptr<const Original>& original) {
  if (original == nullptr || original == original_) return {};
  if (!originals_) {
    auto file = SpillFile::open(intake_options_.folder, 1);
    if (!file) return file.error();
    originals_.emplace(std::move(*file));
  }
  bytes_of_entry_.clear();
  append_bytes(bytes_of_entry_, *original);
  original_ = original;
  original_at_ = originals_->size();
  if (const auto kept =
          originals_->append(bytes_of({static_cast<std::uint32_t>(bytes_of_entry_.size())}));
      !kept)
    return kept;
  return originals_->append(bytes_of_entry_);
}

Result<std::unique_ptr<Charts>> Intake::next(diag::Sink& sink, std::unique_ptr<Charts> former) {
  if (!plan_) {
    if (std::exchange(is_given_, true)) return std::unique_ptr<Charts>();
    return settled(std::move(entries_), std::move(links_), sink);
  }
  if (!std::exchange(is_given_, true)) {
    if (const auto distributed = distribute(); !distributed) return distributed.error();
  } else if (is_last()) {
    return std::unique_ptr<Charts>();
  }
  if (!ahead_.valid()) former.reset();
  auto part = ahead_.valid() ? ahead_.get() : part_of(shards_[next_shard_]);
  if (!part) return part.error();
  ++next_shard_;
  if (intake_options_.loads_ahead && next_shard_ < shards_.size())
    ahead_ = std::async(std::launch::async, [this, gone = std::move(former)]() mutable {
      gone.reset();  // which takes its time, too
      return part_of(shards_[next_shard_]);
    });
  for (const auto& message : part->messages.all()) sink.report(message);
  return std::move(part->charts);
}

// May run in a thread of its own, while nobody else uses what it needs.
Result<Intake::Part> Intake::part_of(std::size_t shard) {
  std::deque<ChartEntry> entries;
  std::deque<EntryLinks> links;
  if (const auto loaded = load(shard, entries, links); !loaded) return loaded.error();
  Part part{nullptr, diag::Sink(std::numeric_limits<std::size_t>::max())};
  part.charts = settled(std::move(entries), std::move(links), part.messages);
  return part;
}

std::unique_ptr<Charts> Intake::settled(std::deque<ChartEntry> entries,
                                        std::deque<EntryLinks> links, diag::Sink& sink) {
  auto charts = std::make_unique<Charts>(limits_, options_, std::move(entries), std::move(links));
  charts->settle(sink);
  return charts;
}

Result<void> Intake::distribute() {
  if (intake_options_.known) {
    std::vector<const ChartEntry*> deletions;
    for (const auto& deletion : deletions_) deletions.push_back(&deletion);
    const auto known =
        intake_options_.known(options_.senders, deletions,
                              [this](const std::string& reference, const std::string& patient) {
                                return plan_->add_known(reference, patient);
                              });
    if (!known) return known;
  }
  original_ = nullptr;
  if (originals_)
    if (const auto flushed = originals_->flush(); !flushed) return flushed;
  if (const auto flushed = all_->flush(); !flushed) return flushed;
  if (const auto decided =
          plan_->decide(intake_options_.memory_bytes_max / kPartOfShard, kShardsMax);
      !decided)
    return decided;
  const auto count = plan_->shard_count();
  auto file = ShardFile::open(
      intake_options_.folder, count,
      std::clamp<std::size_t>(intake_options_.memory_bytes_max / kPartOfRows / count, 1 << 12,
                              1 << 17));
  if (!file) return file.error();
  shard_file_.emplace(std::move(*file));
  SpillFile::Reader reader(*all_, 0, all_->size(), kReadBytes);
  Head head;
  while (!reader.at_end()) {
    const auto bytes = take_entry(reader, head);
    if (!bytes) return bytes.error();
    auto is_copy = std::uint32_t{0};
    for (const auto number : plan_->shards_of({head.patient, head.name}))
      if (const auto kept = shard_file_->append(
              number, bytes_of({head.size, std::exchange(is_copy, 1U)}), *bytes);
          !kept)
        return kept;
  }
  if (const auto flushed = shard_file_->flush(); !flushed) return flushed;
  for (std::size_t i = 0; i < count; ++i)
    if (!shard_file_->empty(i)) shards_.push_back(i);
  all_.reset();
  return {};
}

Result<void> Intake::load(std::size_t shard, std::deque<ChartEntry>& entries,
                          std::deque<EntryLinks>& links) {
  std::map<std::uint64_t, std::shared_ptr<const Original>> originals;
  Result<void> failed;
  const auto original_at = [&](std::uint64_t at) {
    auto& original = originals[at];
    if (original != nullptr || !failed) return original;
    if (auto read = read_original(at)) original = std::move(*read);
    else failed = read.error();
    return original;
  };
  return shard_file_->each_block(shard, [&](std::string_view block) -> Result<void> {
    Head head;
    while (!block.empty() && failed) {
      std::memcpy(&head, block.data(), sizeof head);
      block.remove_prefix(sizeof head);
      read_bytes(block.substr(0, head.size), entries.emplace_back(), links.emplace_back(),
                 original_at);
      entries.back().is_copy = head.patient != 0;
      block.remove_prefix(head.size);
    }
    return failed;
  });
}

Result<std::shared_ptr<const Original>> Intake::read_original(std::uint64_t at) const {
  Head head;
  const auto read = originals_->read(at, reinterpret_cast<char*>(&head), sizeof head);
  if (!read) return read.error();
  std::string bytes(head.size, '\0');
  if (const auto rest = originals_->read(at + sizeof head, bytes.data(), bytes.size()); !rest)
    return rest.error();
  return std::make_shared<const Original>(original_of(bytes));
}

}  // namespace paraneo::record
