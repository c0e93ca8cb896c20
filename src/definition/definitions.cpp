// Look-up in the index, and linking of what was added. Loading is in load_definition.cpp, the flat
// form in serialize_definitions.cpp.
#include "definition/definitions.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace paraneo::definition {
namespace {

// "5.0" of "5.0.0" and "5.0.0-snapshot1".
std::string_view release_name(std::string_view version) {
  const auto dot = version.find('.');
  return dot == std::string_view::npos
             ? version
             : version.substr(0, version.find_first_not_of("0123456789", dot + 1));
}

// A canonical URL without the version that it says, and that.
std::pair<std::string, std::string_view> split_version(std::string_view url) {
  constexpr std::string_view kFhir = "http://hl7.org/fhir/";
  if (!url.starts_with(kFhir)) return {};
  if (const auto bar = url.find('|'); bar != std::string_view::npos)
    return {std::string(url.substr(0, bar)), url.substr(bar + 1)};
  const auto rest = url.substr(kFhir.size());
  const auto slash = rest.find('/');
  const auto is_versioned = slash != std::string_view::npos && rest[0] >= '0' && rest[0] <= '9';
  if (!is_versioned) return {};
  return {std::string(kFhir) + std::string(rest.substr(slash + 1)), rest.substr(0, slash)};
}

}  // namespace

Definitions::Definitions() {
  texts_.push_back({});
  symbols_.push_back(0);
  types_.push_back({});
}

std::uint32_t Definitions::add_text(std::string_view text) {
  if (text.empty()) return 0;
  texts_.push_back(
      {static_cast<std::uint32_t>(pool_.size()), static_cast<std::uint32_t>(text.size())});
  pool_ += text;
  return static_cast<std::uint32_t>(texts_.size() - 1);
}

Symbol Definitions::intern(std::string_view name) {
  if (name.empty()) return 0;
  if (const auto known = find_symbol(name); known != 0) return known;
  symbols_.push_back(add_text(name));
  const auto symbol = static_cast<Symbol>(symbols_.size() - 1);
  symbol_of_.emplace(name, symbol);
  return symbol;
}

Symbol Definitions::find_symbol(std::string_view name) const {
  const auto found = symbol_of_.find(name);
  return found == symbol_of_.end() ? 0 : found->second;
}

TypeId Definitions::find_type(std::string_view name_or_url) const {
  if (const auto [url, version] = split_version(name_or_url); !version.empty()) {
    const auto release = known_release(version);
    return release ? find_in(*release, url) : 0;
  }
  const auto preferred = preferred_ == 0 ? 0 : find_in(preferred_, name_or_url);
  return preferred != 0 ? preferred : find_in(0, name_or_url);
}

TypeId Definitions::find_type(std::string_view name_or_url, TypeId other) const {
  const auto found = other == 0 ? 0 : find_in(types_[other].release, name_or_url);
  return found != 0 ? found : find_type(name_or_url);
}

std::vector<TypeId> Definitions::find_types(std::string_view name) const {
  std::vector<TypeId> all;
  for (std::size_t release = 0; release < releases_.size(); ++release)
    if (const auto found = find_in(static_cast<std::uint8_t>(release), name); found != 0)
      all.push_back(found);
  return all;
}

TypeId Definitions::find_in(std::uint8_t release, std::string_view name_or_url) const {
  const auto found = release == 0
                         ? type_of_.find(name_or_url)
                         : type_of_.find(releases_[release] + "|" + std::string(name_or_url));
  return found == type_of_.end() ? 0 : found->second;
}

// Models of different origin may share a name: the URL tells them apart, the name is the last
// one's. A name of another release is a name without it, too, where nothing else has it.
void Definitions::name_type(std::string_view name_or_url, TypeId type) {
  const auto release = types_[type].release;
  if (release == 0) {
    type_of_.insert_or_assign(std::string(name_or_url), type);
    return;
  }
  type_of_.insert_or_assign(releases_[release] + "|" + std::string(name_or_url), type);
  type_of_.try_emplace(std::string(name_or_url), type);
}

std::optional<std::uint8_t> Definitions::known_release(std::string_view version) const {
  const auto name = release_name(version);
  const auto found = std::find(releases_.begin(), releases_.end(), name);
  if (found == releases_.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - releases_.begin());
}

std::uint8_t Definitions::release_of(std::string_view version) {
  constexpr std::size_t kReleasesMax = 100;
  if (version.empty()) return preferred_;
  if (const auto known = known_release(version)) return *known;
  if (releases_.size() >= kReleasesMax) return 0;
  releases_.emplace_back(release_name(version));
  return static_cast<std::uint8_t>(releases_.size() - 1);
}

bool Definitions::knows(const json::Value& structure_definition) const {
  const auto version = structure_definition.text_of("fhirVersion");
  const auto release = version.empty() ? preferred_ : known_release(version);
  return release && find_in(*release, structure_definition.text_of("url")) != 0;
}

const ElementDef* Definitions::element(TypeId type, Symbol name) const {
  for (const auto& element : elements(type))
    if (element.name == name) return &element;
  return nullptr;
}

std::span<const Member> Definitions::members(TypeId id) const {
  const auto& type = types_[id];
  return std::span(members_).subspan(type.first_member, type.member_count);
}

namespace {

// Of a type and a name. Most are short: then their ends are all of them.
std::uint32_t hash_of(TypeId type, std::string_view name) {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  if (name.size() >= 8) {
    std::memcpy(&begin, name.data(), 8);
    std::memcpy(&end, name.data() + name.size() - 8, 8);
  } else if (name.size() >= 4) {
    std::memcpy(&begin, name.data(), 4);
    std::memcpy(&end, name.data() + name.size() - 4, 4);
  } else {
    for (const char c : name) begin = begin << 8 | static_cast<unsigned char>(c);
  }
  for (std::size_t at = 8; at + 8 < name.size(); at += 8) {
    std::uint64_t middle = 0;
    std::memcpy(&middle, name.data() + at, 8);
    begin = (begin ^ middle) * 0x9E3779B97F4A7C15U;
  }
  auto hash = (begin ^ (std::uint64_t{type} << 32 | name.size())) * 0x9E3779B97F4A7C15U;
  hash = (hash ^ (hash >> 32) ^ end) * 0xC2B2AE3D27D4EB4FU;
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

const Member* Definitions::member(TypeId type, std::string_view json_name) const {
  const auto& owner = types_[type];
  const auto mask = slots_.size() - 1;
  for (auto at = hash_of(type, json_name) & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const auto index = slots_[at] - 1;
    const auto& member = members_[index];
    if (index - owner.first_member < owner.member_count && name(member.json_name) == json_name)
      return &member;
  }
  return nullptr;
}

std::string_view Definitions::json_sibling_key(Symbol symbol) const {
  return {keys_.data() + key_of_[symbol].begin + key_of_[symbol].size, key_of_[symbol].size + 1};
}

JsonShape Definitions::shape_of(const ElementDef& element) const {
  const auto key = key_of_[element.name];
  JsonShape shape{key.begin, key.size, JsonShape::Value::open, element.is_list()};
  const auto all = types(element);
  if (element.choice || all.empty() || all[0].type == 0) return shape;
  const auto& type = types_[all[0].type];
  // Anything may stand for an abstract type, but only resources for a resource.
  if (!type.abstract || type.kind == TypeKind::resource) shape.value = json_value(type);
  return shape;
}

// Members by name, names as JSON keys, and how each element is written.
void Definitions::index_elements() {
  slots_.assign(std::bit_ceil(members_.size() * 2 + 1), 0);
  const auto mask = slots_.size() - 1;
  for (TypeId id = 1; id < types_.size(); ++id) {
    for (auto index = types_[id].first_member;
         index < types_[id].first_member + types_[id].member_count; ++index) {
      auto at = hash_of(id, name(members_[index].json_name)) & mask;
      while (slots_[at] != 0) at = (at + 1) & mask;
      slots_[at] = index + 1;
    }
  }

  keys_.clear();
  key_of_.assign(symbols_.size(), {});
  for (Symbol s = 1; s < symbols_.size(); ++s) {
    const auto text = name(s);
    key_of_[s] = {static_cast<std::uint32_t>(keys_.size()),
                  static_cast<std::uint32_t>(text.size() + 3)};
    for (const auto* before : {"\"", "\"_"}) keys_.append(before).append(text).append("\":");
  }
  keys_.append(kSlack, '\0');

  shapes_.clear();
  shapes_.reserve(elements_.size());
  for (const auto& element : elements_) shapes_.push_back(shape_of(element));
}

std::vector<std::string_view> Definitions::type_names() const {
  std::vector<std::string_view> names;
  for (TypeId id = 1; id < types_.size(); ++id) names.push_back(type_name(id));
  return names;
}

std::span<const ConstraintDef> Definitions::constraints(const ElementDef& element) const {
  return std::span(constraints_).subspan(element.first_constraint, element.constraint_count);
}

std::span<const ConstraintDef> Definitions::constraints(const TypeDef& type) const {
  return std::span(constraints_).subspan(type.first_constraint, type.constraint_count);
}

void Definitions::make_members(TypeId id) {
  auto& type = types_[id];
  type.first_member = static_cast<std::uint32_t>(members_.size());
  for (std::uint32_t i = 0; i < type.element_count; ++i) {
    const auto index = type.first_element + i;
    for (const auto& ref : types(elements_[index]))
      members_.push_back({ref.json_name, index, ref.type});
  }
  const auto begin = members_.begin() + type.first_member;
  std::sort(begin, members_.end(),
            [](const Member& a, const Member& b) { return a.json_name < b.json_name; });
  // Several target types under one name ("Reference" to this or that) are one member.
  members_.erase(
      std::unique(begin, members_.end(),
                  [](const Member& a, const Member& b) { return a.json_name == b.json_name; }),
      members_.end());
  type.member_count = static_cast<std::uint32_t>(members_.size()) - type.first_member;
}

void Definitions::link(diag::Sink& sink) {
  for (const auto& pending : pending_) {
    const auto path = path_of_.find(text(pending.target));
    auto target =
        path != path_of_.end() ? path->second : find_in(pending.release, text(pending.target));
    if (target == 0) target = find_type(text(pending.target));
    // What logical models stand on where they are no elements; before R5 nothing defines it, and it
    // has none.
    const auto is_bare = pending.is_base && target == 0 &&
                         text(pending.target) == "http://hl7.org/fhir/StructureDefinition/Base";
    if (target == 0 && !is_bare)
      sink.report(diag::Code::fhir_definition,
                  "the type \"" + std::string(text(pending.target)) + "\" is not defined", {},
                  std::string(text(pending.place)), "load the package that defines it with --ig");
    if (!pending.is_base) {
      type_refs_[pending.index].type = target;
    } else if (is_a(target, pending.index)) {
      sink.report(diag::Code::fhir_definition, "the type is its own base", {},
                  std::string(text(pending.place)));
    } else {
      types_[pending.index].base = target;
    }
  }
  pending_.clear();
  path_of_.clear();
  for (; first_unlinked_ < types_.size(); ++first_unlinked_) make_members(first_unlinked_);
  index_elements();
}

}  // namespace paraneo::definition
