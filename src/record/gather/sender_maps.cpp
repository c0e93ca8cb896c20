#include "record/gather/sender_maps.h"

#include <algorithm>
#include <optional>

#include "base/canonical.h"
#include "record/extension.h"
#include "record/identity.h"

namespace paraneo::record {
namespace {

using element::Element;

constexpr std::string_view kUri = "urn:ietf:rfc:3986";
constexpr std::size_t kKnownUrisMax = 4096;  // that a reader remembers

// Takes the next step off the front: "name", or "name('URL')". None when there is no such.
std::optional<SenderMaps::Step> take_step(const definition::Definitions& definitions,
                                          std::string_view& path) {
  const auto name = path.substr(0, path.find_first_of(".("));
  path.remove_prefix(name.size());
  SenderMaps::Step step{definitions.find_symbol(name), {}};
  if (step.name == 0) return std::nullopt;
  if (path.starts_with("('")) {
    const auto end = path.find("')");
    if (end == std::string_view::npos) return std::nullopt;
    step.url = path.substr(2, end - 2);
    path.remove_prefix(end + 2);
  }
  if (path.empty()) return step;
  if (!path.starts_with('.') || path.size() == 1) return std::nullopt;
  path.remove_prefix(1);
  return step;
}

// Empty when it is none.
std::vector<SenderMaps::Step> steps_of(const definition::Definitions& definitions,
                                       std::string_view path) {
  std::vector<SenderMaps::Step> out;
  while (!path.empty()) {
    const auto step = take_step(definitions, path);
    if (!step) return {};
    out.push_back(*step);
  }
  return out;
}

std::optional<SenderMaps::Row> row_of(const definition::Definitions& definitions,
                                      const terminology::ConceptMap::Row& row) {
  const auto dot = row.from.code.find('.');
  if (dot == std::string_view::npos || !row.to.code.starts_with(row.from.code.substr(0, dot + 1)))
    return std::nullopt;
  SenderMaps::Row out;
  out.type = definitions.find_type(row.from.code.substr(0, dot));
  const auto from = steps_of(definitions, row.from.code.substr(dot + 1));
  out.to = steps_of(definitions, row.to.code.substr(dot + 1));
  const auto last = std::find_if(from.rbegin(), from.rend(),
                                 [](const SenderMaps::Step& step) { return !step.url.empty(); });
  if (out.type == 0 || last == from.rend() || last == from.rbegin() || out.to.empty() ||
      !out.to.back().url.empty())
    return std::nullopt;
  out.from.assign(from.begin(), last.base());
  out.below.assign(last.base(), from.end());
  return out;
}

// "http://x/StructureDefinition/y|2.0" is y.

}  // namespace

SenderMaps::SenderMaps(const definition::Definitions& definitions,
                       const terminology::ConceptMaps& maps, diag::Sink& sink)
    : kinds_(maps.find(kSenders)), codes_(maps.find(kSenderCodes)) {
  const auto* elements = maps.find(kSenderElements);
  if (elements == nullptr) return;
  for (const auto& each : elements->rows()) {
    auto row = row_of(definitions, each);
    if (!row) {
      sink.report(diag::Code::concept_map_form,
                  "no row for elements of senders: from \"" + std::string(each.from.code) +
                      "\" to \"" + std::string(each.to.code) + "\"",
                  {}, {},
                  "both are paths from one resource, such as \"Procedure.extension('URL').value\" "
                  "and \"Procedure.statusReason\"");
      continue;
    }
    auto& rows = rows_[row->from.back().url];
    rows.push_back(std::move(*row));
  }
}

const std::vector<SenderMaps::Row>* SenderMaps::rows_of(std::string_view extension_url) const {
  const auto found = rows_.find(without_version(extension_url));
  return found == rows_.end() ? nullptr : &found->second;
}

const terminology::Code* SenderMaps::kind_of(std::string_view uri) const {
  std::vector<const terminology::Code*> found;
  for (uri = without_version(uri); kinds_ != nullptr && !uri.empty();) {
    kinds_->translate(kUri, uri, found);
    if (!found.empty()) return found.front();
    const auto cut = uri.find_last_of("/:");
    uri = cut == std::string_view::npos ? std::string_view() : uri.substr(0, cut);
  }
  return nullptr;
}

const terminology::Code* SenderMaps::code_of(std::string_view system, std::string_view code) const {
  std::vector<const terminology::Code*> found;
  if (codes_ != nullptr && !system.empty() && !code.empty()) codes_->translate(system, code, found);
  return found.size() == 1 ? found.front() : nullptr;
}

SenderReader::SenderReader(const definition::Definitions& definitions, const SenderMaps& maps)
    : definitions_(definitions), maps_(maps), extension_(definitions.find_type("Extension")),
      coding_(definitions.find_type("Coding")), concept_(definitions.find_type("CodeableConcept")),
      identifier_(definitions.find_type("Identifier")), meta_(definitions.find_type("Meta")),
      url_(definitions.find_symbol("url")), system_(definitions.find_symbol("system")),
      profile_(definitions.find_symbol("profile")), source_(definitions.find_symbol("source")),
      coding_name_(definitions.find_symbol("coding")) {}

void SenderReader::read(Element& resource, const ChartBundle::Part& part, ChartBundle& made,
                        Account* account, Arena& arena) {
  noted_.clear();
  found_.clear();
  part_ = &part;
  root_ = part.original;
  while (root_->parent != nullptr) root_ = root_->parent;
  made_ = &made;
  account_ = account;
  arena_ = &arena;
  walk(resource, *part.original);
  for (const auto& found : found_)
    for (const auto& row : *found.rows)
      if (row.type == resource.type && is_at(*found.extension, row)) {
        put(resource, found, row);
        break;
      }
  if (noted_.empty()) ++made.senders[std::string(kNoSender)];
  std::set<std::string> names;
  for (const auto* kind : noted_)
    if (names.insert(std::string(kind->display.empty() ? kind->code : kind->display)).second)
      ++made.senders[std::string(kind->display.empty() ? kind->code : kind->display)];
  if (account == nullptr) return;
  names.clear();
  for (const auto* kind : noted_) names.insert(std::string(kind->code));
  account->name_senders(part.place(), {names.begin(), names.end()});
}

// What is contained is read when it is taken out, where it is.
void SenderReader::walk(Element& copy, const Element& original) {
  const auto* from = original.first;
  for (auto* each = copy.first; each != nullptr; each = each->next, from = from->next) {
    if (copy.type == extension_ && each->name == url_) note(each->value());
    if ((copy.type == coding_ || copy.type == identifier_) && each->name == system_)
      note(each->value());
    if (copy.type == meta_ && (each->name == profile_ || each->name == source_))
      note(each->value());
    if (each->type == extension_)
      if (const auto* url = each->child(url_))
        if (const auto* rows = maps_.rows_of(url->value())) found_.push_back({each, from, rows});
    if (each->first != nullptr && !definitions_.is_resource(each->type)) walk(*each, *from);
  }
}

void SenderReader::note(std::string_view uri) {
  if (uri.empty()) return;
  if (kinds_.size() >= kKnownUrisMax) kinds_.clear();
  const auto [known, is_new] = kinds_.try_emplace(std::string(uri), nullptr);
  if (is_new) known->second = maps_.kind_of(uri);
  if (known->second != nullptr) noted_.insert(known->second);
}

bool SenderReader::is_at(const Element& extension, const SenderMaps::Row& row) const {
  const auto* at = &extension;
  for (auto step = row.from.rbegin(); step != row.from.rend(); ++step, at = at->parent) {
    if (at->parent == nullptr || definitions_.is_resource(at->type) || at->name != step->name)
      return false;
    const auto* url = at->child(url_);
    if (!step->url.empty() && (url == nullptr || without_version(url->value()) != step->url))
      return false;
  }
  return definitions_.is_resource(at->type);
}

void SenderReader::put(Element& resource, const Found& found, const SenderMaps::Row& row) {
  auto* value = found.extension;
  const auto* original = found.original;
  for (const auto& step : row.below) {
    value = value->child(step.name);
    original = original->child(step.name);
    if (value == nullptr || original == nullptr) return;
  }
  auto type = value->type;
  Element* top = nullptr;  // of what was made
  auto* place = make_place(resource, row, type, top);
  if (place == nullptr) {
    if (top != nullptr) remove_child(*top->parent, *top);
    return;
  }
  for (auto* each = place; each != top; each = each->parent)
    made_->borrowed.emplace(each, ChartBundle::Borrowed{part_->entry, root_, original});
  made_->borrowed.emplace(top, ChartBundle::Borrowed{part_->entry, root_, original});
  if (type == concept_ && value->type == coding_) {
    const auto& def = *definitions_.element(concept_, coding_name_);
    copy(*append_child(*arena_, definitions_, *place, def, coding_), *value, *original);
  } else {
    copy(*place, *value, *original);
  }
  if (type == concept_) translate_codings(*place);
  remove_source(*value, resource);
}

// The element that the row names, made where there is room for it: one that says something is
// not written over, and of several nobody knows which is meant. Null, where there is none.
Element* SenderReader::make_place(Element& resource, const SenderMaps::Row& row,
                                  definition::TypeId& type, Element*& top) {
  auto* at = &resource;
  for (std::size_t i = 0; i < row.to.size(); ++i) {
    const auto& step = row.to[i];
    const auto* def = definitions_.element(at->type, step.name);
    if (def == nullptr) return nullptr;
    const auto types = definitions_.types(*def);
    const auto allows = [&](definition::TypeId wanted) {
      return std::any_of(types.begin(), types.end(),
                         [&](const auto& each) { return each.type == wanted; });
    };
    std::size_t count = 0;
    Element* there = nullptr;
    for (auto* each = at->first; each != nullptr; each = each->next)
      if (each->name == step.name &&
          (step.url.empty() || text_of(definitions_, *each, "url") == step.url))
        there = each, ++count;
    const auto is_last = i + 1 == row.to.size();
    if (!is_last && count == 1) {
      at = there;
      continue;
    }
    if (count > 0 && (!is_last || !def->is_list())) return nullptr;
    // What leads there is not made: a site of which only the side is known is none.
    if (!is_last && step.url.empty()) return nullptr;
    if (is_last && type == coding_ && allows(concept_)) type = concept_;
    if (is_last ? !allows(type) : types.size() != 1) return nullptr;
    at = append_child(*arena_, definitions_, *at, *def, is_last ? type : types[0].type);
    if (top == nullptr) top = at;
    if (!step.url.empty()) set_extension_url(definitions_, *arena_, *at, step.url);
  }
  return at;
}

void SenderReader::copy(Element& to, const Element& from, const Element& original) {
  element::copy_content(*arena_, definitions_, to, from);
  to.offset = from.offset;
  borrow(to, original);
}

void SenderReader::borrow(const Element& copied, const Element& original) {
  made_->borrowed.insert_or_assign(&copied, ChartBundle::Borrowed{part_->entry, root_, &original});
  const auto* from = original.first;
  for (const auto* each = copied.first; each != nullptr && from != nullptr;
       each = each->next, from = from->next)
    borrow(*each, *from);
}

void SenderReader::translate_codings(Element& concept_element) {
  for (auto* each = concept_element.first; each != nullptr;) {
    auto* next = each->next;
    const auto* known = each->name != coding_name_
                            ? nullptr
                            : maps_.code_of(text_of(definitions_, *each, "system"),
                                            text_of(definitions_, *each, "code"));
    if (known != nullptr) {
      const auto& def = definitions_.element_at(each->def);
      const auto borrowed = made_->borrowed.at(each);
      if (account_ != nullptr)
        account_->lose_all(definitions_, {part_->entry, part_->entry->path}, *root_,
                           *borrowed.original, kNotNeededReason);
      auto* coding = append_child(*arena_, definitions_, concept_element, def, coding_);
      made_->borrowed.emplace(coding, borrowed);
      for (const auto& [name, text] :
           {std::pair<std::string_view, std::string_view>{"system", known->system},
            {"code", known->code}}) {
        const auto& child = *definitions_.element(coding_, definitions_.find_symbol(name));
        append_child(*arena_, definitions_, *coding, child, definitions_.types(child)[0].type)
            ->set_value(text);
      }
      remove_child(concept_element, *each);
    }
    each = next;
  }
}

// With the extensions that it was the whole of. Their URLs are said by where it stands now.
void SenderReader::remove_source(Element& value, const Element& resource) {
  auto* gone = &value;
  while (true) {
    auto* parent = gone->parent;
    remove_child(*parent, *gone);
    const auto* url = parent->type == extension_ ? parent->child(url_) : nullptr;
    if (parent == &resource ||
        !(parent->empty() || (url != nullptr && url == parent->first && url->next == nullptr)))
      return;
    if (url != nullptr && account_ != nullptr)
      account_->lose(part_->place(), path_in(definitions_, part_->place(), resource, *url),
                     kNotNeededReason);
    gone = parent;
  }
}

}  // namespace paraneo::record
