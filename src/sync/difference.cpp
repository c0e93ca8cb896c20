#include <algorithm>
#include <map>

#include "sync/content.h"
#include "sync/record_update.h"

namespace paraneo::sync {
namespace {

using store::ResourceRow;
using store::ResourceState;

bool already_gone(const ResourceRow& row) {
  return row.state == ResourceState::retracted || row.state == ResourceState::kept;
}

Operation retraction_of(const ResourceRow& row, Retraction retraction) {
  Operation operation;
  operation.known = row;
  const auto slash = row.target.find('/');
  operation.entry.type = row.target.substr(0, slash);
  operation.entry.id = slash == std::string::npos ? "" : row.target.substr(slash + 1);
  switch (retraction) {
    case Retraction::keep: operation.effect = Effect::keep; break;
    case Retraction::remove: operation.effect = Effect::remove; break;
    case Retraction::entered_in_error:
      // Left as it is, it would go on stating something; a server keeps the history of what is
      // deleted.
      operation.effect = can_be_in_error(operation.entry.type) ? Effect::retract : Effect::remove;
  }
  if (operation.effect == Effect::remove) operation.entry.write = rest::Write::remove;
  return operation;
}

}  // namespace

bool is_update(const RecordUpdate& update) {
  return std::any_of(update.operations.begin(), update.operations.end(),
                     [](const Operation& operation) {
                       return operation.effect == Effect::put && !operation.known.hash.empty();
                     });
}

std::vector<Operation> difference(const std::vector<rest::PushEntry>& desired,
                                  const std::vector<ResourceRow>& known, Retraction retraction) {
  std::map<std::string, const ResourceRow*> rows;
  for (const auto& row : known) rows.emplace(row.target, &row);
  std::vector<Operation> operations;
  for (const auto& entry : desired) {
    Operation operation;
    operation.entry = entry;
    operation.hash = hash_of(entry.resource);
    if (const auto row = rows.find(entry.target()); row != rows.end()) {
      operation.known = *row->second;
      rows.erase(row);
      // Without its version nobody knows whether it is still there.
      if (operation.known.state == ResourceState::confirmed &&
          operation.known.hash == operation.hash && !operation.known.version.empty())
        continue;
    }
    operations.push_back(std::move(operation));
  }
  // What refers to others goes before them.
  for (auto row = known.rbegin(); row != known.rend(); ++row)
    if (rows.contains(row->target) && !already_gone(*row))
      operations.push_back(retraction_of(*row, retraction));
  return operations;
}

}  // namespace paraneo::sync
