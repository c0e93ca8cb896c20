#include "record/gather/entry_bytes.h"

#include <cstring>
#include <type_traits>

namespace paraneo::record {
namespace {

class Writer {
 public:
  explicit Writer(std::string& to) : to_(to) {}

  void operator()(std::string_view text) {
    (*this)(static_cast<std::uint32_t>(text.size()));
    to_.append(text);
  }
  void operator()(const std::string& text) { (*this)(std::string_view(text)); }
  template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
  void operator()(const Number& number) {
    to_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  template <class Item>
  void operator()(const std::vector<Item>& items) {
    (*this)(static_cast<std::uint32_t>(items.size()));
    for (const auto& item : items) (*this)(item);
  }
  void operator()(const std::pair<std::uint32_t, std::uint32_t>& place) {
    (*this)(place.first);
    (*this)(place.second);
  }
  void operator()(const json::Fault& fault) { each_field(fault, *this); }

  template <class Fault, class Visit>
  static void each_field(Fault& fault, Visit& visit) {
    visit(fault.begin);
    visit(fault.end);
    visit(fault.code);
    visit(fault.message);
    visit(fault.advice);
    visit(fault.path);
  }

 private:
  std::string& to_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  void operator()(std::string& text) {
    std::uint32_t size = 0;
    (*this)(size);
    text.assign(left_.substr(0, size));
    left_.remove_prefix(size);
  }
  template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
  void operator()(Number& number) {
    std::memcpy(&number, left_.data(), sizeof number);
    left_.remove_prefix(sizeof number);
  }
  template <class Item>
  void operator()(std::vector<Item>& items) {
    std::uint32_t size = 0;
    (*this)(size);
    items.resize(size);
    for (auto& item : items) (*this)(item);
  }
  void operator()(std::pair<std::uint32_t, std::uint32_t>& place) {
    (*this)(place.first);
    (*this)(place.second);
  }
  void operator()(json::Fault& fault) { Writer::each_field(fault, *this); }

 private:
  std::string_view left_;
};

// But for what the text was made of.
template <class Text, class Visit>
void each_field_of_source(Text& source, Visit& visit) {
  visit(source.name);
  visit(source.text);
  visit(source.first_line);
  visit(source.first_column);
  visit(source.begin_in_made);
}

template <class Entry, class Visit>
void each_field_of_entry(Entry& entry, Visit& visit) {
  each_field_of_source(entry.text, visit);
  for (auto* text : {&entry.path, &entry.type, &entry.id, &entry.base, &entry.full_url, &entry.name,
                     &entry.version, &entry.updated, &entry.digest})
    visit(*text);
  visit(entry.scope);
  visit(entry.faults);
  visit(entry.is_deletion);
  visit(entry.is_of_other_release);
}

template <class Links, class Visit>
void each_field_of_links(Links& links, Visit& visit) {
  for (auto* list : {&links.references, &links.identifiers, &links.members, &links.others,
                     &links.replaces, &links.own})
    visit(*list);
  for (auto* text : {&links.replaced_by, &links.sex, &links.birth}) visit(*text);
}

}  // namespace

void append_bytes(std::string& to, const ChartEntry& entry, const EntryLinks& links,
                  std::uint64_t original) {
  Writer write(to);
  write(original);
  each_field_of_entry(entry, write);
  each_field_of_links(links, write);
}

void append_bytes(std::string& to, const Original& original) {
  Writer write(to);
  each_field_of_source(original.written, write);
  write(original.places);
}

void read_bytes(std::string_view bytes, ChartEntry& entry, EntryLinks& links,
                const std::function<std::shared_ptr<const Original>(std::uint64_t)>& original_at) {
  Reader read(bytes);
  auto original = kNoOriginal;
  read(original);
  if (original != kNoOriginal) entry.text.original = original_at(original);
  each_field_of_entry(entry, read);
  each_field_of_links(links, read);
}

Original original_of(std::string_view bytes) {
  Original original;
  Reader read(bytes);
  each_field_of_source(original.written, read);
  read(original.places);
  return original;
}

}  // namespace paraneo::record
