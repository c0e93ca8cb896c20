#include "sync/record_namespace.h"

#include "record/identity.h"

namespace paraneo::sync {

Result<std::map<std::string, std::uint64_t>> records_of_other_namespaces(
    store::Ledger& ledger, const std::string& source, const std::string& name_space) {
  std::map<std::string, std::uint64_t> counts;
  const auto read = ledger.each_record(source, [&](const store::RecordRow& row) {
    const auto known = record::namespace_of(row.name);
    if (!store::is_gone(row.state) && known != name_space) ++counts[std::string(known)];
  });
  if (!read) return read.error();
  return counts;
}

}  // namespace paraneo::sync
