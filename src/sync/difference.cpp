#include <algorithm>
#include <map>

#include "sync/content.h"
#include "sync/work.h"

namespace paraneo::sync {
namespace {

using store::ResourceRow;
using store::ResourceState;

bool already_gone(const ResourceRow& row) {
  return row.state == ResourceState::retracted || row.state == ResourceState::kept;
}

Want farewell(const ResourceRow& row, Retraction retraction) {
  Want want;
  want.known = row;
  const auto slash = row.target.find('/');
  want.entry.type = row.target.substr(0, slash);
  want.entry.id = slash == std::string::npos ? "" : row.target.substr(slash + 1);
  switch (retraction) {
    case Retraction::keep: want.act = Act::keep; break;
    case Retraction::remove: want.act = Act::remove; break;
    case Retraction::entered_in_error:
      // Left as it is, it would go on stating something; a server keeps the history of what is
      // deleted.
      want.act = can_be_in_error(want.entry.type) ? Act::retract : Act::remove;
  }
  if (want.act == Act::remove) want.entry.write = rest::Write::remove;
  return want;
}

}  // namespace

bool is_update(const Work& work) {
  return std::any_of(work.wants.begin(), work.wants.end(), [](const Want& want) {
    return want.act == Act::put && !want.known.hash.empty();
  });
}

std::vector<Want> difference(const std::vector<rest::PushEntry>& desired,
                             const std::vector<ResourceRow>& known, Retraction retraction) {
  std::map<std::string, const ResourceRow*> rows;
  for (const auto& row : known) rows.emplace(row.target, &row);
  std::vector<Want> wants;
  for (const auto& entry : desired) {
    Want want;
    want.entry = entry;
    want.hash = hash_of(entry.resource);
    if (const auto row = rows.find(entry.target()); row != rows.end()) {
      want.known = *row->second;
      rows.erase(row);
      // Without its version nobody knows whether it is still there.
      if (want.known.state == ResourceState::confirmed && want.known.hash == want.hash &&
          !want.known.version.empty())
        continue;
    }
    wants.push_back(std::move(want));
  }
  // What refers to others goes before them.
  for (auto row = known.rbegin(); row != known.rend(); ++row)
    if (rows.contains(row->target) && !already_gone(*row))
      wants.push_back(farewell(*row, retraction));
  return wants;
}

}  // namespace paraneo::sync
