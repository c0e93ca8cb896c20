#include "record/gather/shard_file.h"

namespace paraneo::record {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

}  // namespace

Result<ShardFile> ShardFile::open(const std::string& folder, std::size_t count,
                                  std::size_t block_bytes) {
  auto file = SpillFile::open(folder, kBufferBytes);
  if (!file) return file.error();
  return ShardFile(std::move(*file), count, block_bytes);
}

Result<void> ShardFile::append(std::size_t number, std::string_view head, std::string_view bytes) {
  auto& list = lists_[number];
  list.open.append(head);
  list.open.append(bytes);
  return list.open.size() < block_bytes_ ? Result<void>() : write(list);
}

Result<void> ShardFile::write(List& list) {
  if (list.open.empty()) return {};
  list.blocks.emplace_back(file_.size(), static_cast<std::uint32_t>(list.open.size()));
  const auto written = file_.append(list.open);
  list.open.clear();
  return written;
}

Result<void> ShardFile::flush() {
  for (auto& list : lists_) {
    if (const auto written = write(list); !written) return written;
    std::string().swap(list.open);
  }
  return file_.flush();
}

Result<void> ShardFile::each_block(
    std::size_t number, const std::function<Result<void>(std::string_view)>& take) const {
  std::string bytes;
  for (const auto& [place, size] : lists_[number].blocks) {
    bytes.resize(size);
    if (const auto read = file_.read(place, bytes.data(), size); !read) return read;
    if (const auto taken = take(bytes); !taken) return taken;
  }
  return {};
}

}  // namespace paraneo::record
