#include "terminology/codes.h"

#include <algorithm>
#include <string>

#include "terminology/ucum.h"

namespace paraneo::terminology {
namespace {

// FHIR's code (R4 2.24.0.1): no blanks at its ends, none beside another one, and nothing that
// controls.
bool is_code(std::string_view text) {
  constexpr std::size_t kCodeBytesMax = 256;
  if (text.empty() || text.size() > kCodeBytesMax || text.front() == ' ' || text.back() == ' ' ||
      text.find("  ") != std::string_view::npos)
    return false;
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

// Units have a grammar.
bool may_be_asked(const CodeSaid& said) {
  return said.system.find(':') != std::string_view::npos && said.system != kUcum &&
         is_code(said.code);
}

std::optional<bool> believed(const CodeAnswer* answer, const CodeSaid& said) {
  if (answer == nullptr || (answer->holds == false && !said.version.empty())) return std::nullopt;
  return answer->holds;
}

}  // namespace

const CodeAnswer* Codes::asked(CodeQuestion::About about, const CodeSaid& said,
                               std::string_view value_set) const {
  if (consultation_ == nullptr || !may_be_asked(said)) return nullptr;
  return consultation_->find(
      {about, std::string(said.system), std::string(said.code), std::string(value_set)});
}

bool Codes::is_other_version(const CodeSaid& said) const {
  return value_sets_.code_systems().is_other_version(said.system, said.version);
}

std::optional<bool> Codes::contains(std::string_view value_set, const CodeSaid& said) const {
  auto known = value_sets_.contains(value_set, said.system, said.code);
  if (known == false && is_other_version(said)) known = std::nullopt;
  if (known || consultation_ == nullptr) return known;
  // A server that has the system need not have the value set.
  if (value_sets_.takes_all_of(value_set, said.system)) return has(said);
  return believed(asked(CodeQuestion::About::member, said, value_set), said);
}

std::optional<bool> Codes::has(const CodeSaid& said) const {
  auto known = value_sets_.code_systems().contains(said.system, said.code);
  if (known == false && is_other_version(said)) known = std::nullopt;
  if (known || consultation_ == nullptr) return known;
  return believed(asked(CodeQuestion::About::code, said), said);
}

// Most are called as their system calls them first.
std::optional<bool> Codes::is_called(const CodeSaid& said, std::string_view display) const {
  auto known = value_sets_.code_systems().is_called(said.system, said.code, display);
  if (known == false && is_other_version(said)) known = std::nullopt;
  if (known || consultation_ == nullptr ||
      value_sets_.code_systems().contains(said.system, said.code))
    return known;
  const auto* first = asked(CodeQuestion::About::code, said);
  if (first == nullptr || first->holds != true) return std::nullopt;
  const auto is_same = [&](const std::string& name) { return is_called_alike(name, display); };
  if (std::any_of(first->names.begin(), first->names.end(), is_same)) return true;
  const auto* all = asked(CodeQuestion::About::names, said);
  if (all == nullptr || all->names.empty()) return std::nullopt;
  if (std::any_of(all->names.begin(), all->names.end(), is_same)) return true;
  return said.version.empty() ? std::optional<bool>(false) : std::nullopt;
}

std::string_view Codes::display(const CodeSaid& said) const {
  const auto known = value_sets_.code_systems().display(said.system, said.code);
  if (!known.empty()) return known;
  const auto* answer = asked(CodeQuestion::About::code, said);
  if (answer != nullptr && !answer->names.empty()) return answer->names.front();
  return value_sets_.listed_names().name_of(said.system, said.code);
}

}  // namespace paraneo::terminology
