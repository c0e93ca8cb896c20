#include "record/gather/senders.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "record/gather/fact_key.h"
#include "record/gather/literal_reference.h"

namespace paraneo::record {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "sender:";
constexpr std::string_view kEnd = ":/";

std::string own_base(std::string_view name) {
  return std::string(kPrefix) + std::string(name) + std::string(kEnd);
}

std::string_view name_in(std::string_view sender_part) {
  return sender_part.empty() ? sender_part
                             : sender_part.substr(kPrefix.size(), sender_part.size() -
                                                                      kPrefix.size() - kEnd.size());
}

std::string with_slash(const std::string& text) { return text.ends_with('/') ? text : text + "/"; }

std::string whole_path(const std::string& path) {
  std::error_code error;
  auto whole = fs::weakly_canonical(path, error);
  if (error) whole = fs::absolute(path, error).lexically_normal();
  return whole.string();
}

}  // namespace

bool is_sender_name(std::string_view name) {
  return name.size() <= kSenderNameCharsMax && is_usable_key(name);
}

std::string sender_name_rule() {
  return "a source's name has letters, digits, '-' and '.', " +
         std::to_string(kSenderNameCharsMax) + " at most";
}

std::string_view sender_part(std::string_view base) {
  if (!base.starts_with(kPrefix)) return {};
  const auto end = base.find(kEnd);
  return end == std::string_view::npos ? std::string_view() : base.substr(0, end + kEnd.size());
}

std::string_view without_sender(std::string_view base) {
  return base.substr(sender_part(base).size());
}

std::string source_of_base(std::string_view base) {
  if (const auto sender = sender_part(base); !sender.empty()) return std::string(name_in(sender));
  return is_web_address(base)
             ? std::string(base.substr(0, base.size() - (base.ends_with('/') ? 1 : 0)))
             : std::string();
}

std::string source_of_reference(std::string_view reference) {
  const auto sender = sender_part(reference);
  return source_of_base(sender.empty() ? literal_parts(reference).base : sender);
}

Senders Senders::of_all(std::string name) {
  Senders senders;
  senders.senders_.push_back({std::move(name), {}, {}});
  senders.is_of_all_ = true;
  return senders;
}

Result<Senders> Senders::make(std::vector<Sender> senders) {
  const auto wrong = [](std::string what, const std::string& where, const char* advice) {
    return fail(ErrorCode::file_unusable, std::move(what), where, advice);
  };
  std::map<std::string, const std::string*> owners;  // of names, URLs and paths
  for (auto& each : senders) {
    if (!is_sender_name(each.name))
      return wrong(sender_name_rule(), each.name, "give it such a name");
    if (each.servers.empty() && each.folders.empty())
      return wrong("nothing says what is from the source " + each.name, {},
                   "name its base URLs (base), its folders (folder), or both");
    for (auto& server : each.servers) {
      if (!is_web_address(server))
        return wrong("a base URL of the source " + each.name + " is none", server,
                     "it begins with https:// or http://");
      server = with_slash(server);
    }
    for (auto& folder : each.folders) folder = with_slash(whole_path(folder));
    if (!owners.emplace(each.name, &each.name).second)
      return wrong("two sources have the same name", each.name,
                   "put all that is one sender's into one table");
    for (const auto* list : {&each.servers, &each.folders})
      for (const auto& text : *list)
        if (const auto [owner, is_new] = owners.emplace(text, &each.name);
            !is_new && *owner->second != each.name)
          return wrong(
              "both the source " + *owner->second + " and the source " + each.name + " have this",
              text, "it is of one sender");
  }
  Senders made;
  made.senders_ = std::move(senders);
  return made;
}

const Sender* Senders::find(std::string_view name) const {
  const auto found = std::find_if(senders_.begin(), senders_.end(),
                                  [&](const Sender& each) { return each.name == name; });
  return found == senders_.end() ? nullptr : &*found;
}

bool Senders::knows(std::string_view name) const { return find(name) != nullptr; }

const Sender* Senders::with_server(std::string_view server) const {
  const auto found = std::find_if(senders_.begin(), senders_.end(), [&](const Sender& each) {
    return std::find(each.servers.begin(), each.servers.end(), server) != each.servers.end();
  });
  return found == senders_.end() ? nullptr : &*found;
}

std::string Senders::base_of_file(const std::string& file) const {
  if (is_of_all_) return own_base(senders_.front().name);
  if (senders_.empty()) return {};
  const auto path = whole_path(file) + "/";  // a file may be named like a folder
  const Sender* owner = nullptr;
  std::size_t longest = 0;
  for (const auto& each : senders_)
    for (const auto& folder : each.folders)
      if (path.starts_with(folder) && folder.size() > longest)
        owner = &each, longest = folder.size();
  return owner == nullptr ? std::string() : own_base(owner->name);
}

std::string Senders::resolve(std::string_view from, std::string_view server) const {
  if (!is_web_address(server)) return std::string(from);
  if (const auto* owner = with_server(server)) return own_base(owner->name);
  const auto* sender = find(name_in(sender_part(from)));
  // Whose servers are known has no others.
  return (sender == nullptr || !sender->servers.empty() ? std::string() : own_base(sender->name)) +
         std::string(server);
}

std::string Senders::base_of_source(const std::string& source) const {
  if (source.empty()) return {};
  return is_web_address(source) ? resolve({}, with_slash(source)) : own_base(source);
}

std::string Senders::written(const std::string& reference, std::string_view source) const {
  const std::string rest(without_sender(reference));
  if (is_web_address(rest)) return rest;
  const auto name = name_in(sender_part(reference));
  const auto* sender = name == source ? nullptr : find(name);
  return sender == nullptr || sender->servers.empty() ? rest : sender->servers.front() + rest;
}

}  // namespace paraneo::record
