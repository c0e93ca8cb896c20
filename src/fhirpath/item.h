// Values of expressions (FHIRPath 2.0, "Types and Reflection"): an element of the data, or a value
// of a System type. Collections live in the record's arena.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/date_time.h"
#include "base/decimal.h"
#include "element/element.h"

namespace paraneo::fhirpath {

// What an item of a collection is: an element of a tree, or a value of System.
enum class ItemKind : std::uint8_t {
  element,
  boolean,
  integer,
  long_integer,
  decimal,
  string,
  date_time,
  quantity,
  type_info
};

// A value of System.Quantity. The unit's text is somebody else's.
struct Quantity {
  Decimal value;
  std::string_view unit;  // UCUM code, or calendar word ("day")
  bool calendar = false;
};

// What type() gives (FHIRPath 2.0, "Reflection").
struct TypeInfo {
  std::string_view space;  // "System", "FHIR"
  std::string_view name;
};

// One member of a collection. A view: texts, quantities and elements live in the tree or in the
// arena of the evaluation.
struct Item {
  ItemKind kind = ItemKind::boolean;
  std::uint16_t unused = 0;  // said, so that all of this is written at once
  std::uint32_t size = 0;    // of a string
  union {
    const element::Element* element = nullptr;
    bool boolean;
    std::int64_t integer;  // of a long_integer, too
    const Decimal* decimal;
    const char* chars;
    const DateTime* date_time;  // date, dateTime and time: its kind tells
    const Quantity* quantity;
    const TypeInfo* type_info;
  };

  std::string_view string() const { return {chars, size}; }
  bool is_element() const { return kind == ItemKind::element; }
  bool is_whole_number() const {
    return kind == ItemKind::integer || kind == ItemKind::long_integer;
  }

  // An item of each kind. The argument is shared, not copied: texts and elements must outlive the
  // item.
  static constexpr Item of(const element::Element* value) {
    Item item;
    item.kind = ItemKind::element;
    item.element = value;
    return item;
  }
  static Item of_boolean(bool value) {
    Item item;
    item.boolean = value;
    return item;
  }
  static Item of_integer(std::int64_t value) {
    Item item;
    item.kind = ItemKind::integer;
    item.integer = value;
    return item;
  }
  static Item of_long(std::int64_t value) {
    auto item = of_integer(value);
    item.kind = ItemKind::long_integer;
    return item;
  }
  static Item of_string(std::string_view value) {
    Item item;
    item.kind = ItemKind::string;
    item.chars = value.data();
    item.size = static_cast<std::uint32_t>(value.size());
    return item;
  }
  // What does not fit into an item is copied to the arena.
  static Item of(Arena& arena, const Decimal& value) {
    Item item;
    item.kind = ItemKind::decimal;
    item.decimal = arena.make<Decimal>(value);
    return item;
  }
  static Item of(Arena& arena, const DateTime& value) {
    Item item;
    item.kind = ItemKind::date_time;
    item.date_time = arena.make<DateTime>(value);
    return item;
  }
  static Item of(Arena& arena, const Quantity& value) {
    Item item;
    item.kind = ItemKind::quantity;
    item.quantity = arena.make<Quantity>(value);
    return item;
  }
  static Item of(Arena& arena, const TypeInfo& value) {
    Item item;
    item.kind = ItemKind::type_info;
    item.type_info = arena.make<TypeInfo>(value);
    return item;
  }
};

// An ordered list; a cheap handle, copied by value. One item lies in the handle, more in an arena.
class Collection {
 public:
  Collection() = default;
  explicit Collection(Item item) : one_(item), size_(1) {}

  std::uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Item& operator[](std::size_t i) const { return begin()[i]; }
  // Of a collection with exactly one item, which is never listed.
  const Item& only() const { return one_; }
  const Item* begin() const { return listed_ != 0 ? list_.items : &one_; }
  const Item* end() const { return begin() + size_; }

  // Behind the last one; what has no room any more moves to a larger part of the arena.
  void push(Arena& arena, Item item) {
    if (size_ == 0 && listed_ == 0) {
      one_ = item;
    } else {
      if (listed_ == 0 || size_ == list_.capacity) grow(arena);
      list_.items[size_] = item;
    }
    ++size_;
  }
  void append(Arena& arena, const Collection& other) {
    for (const auto& item : other) push(arena, item);
  }
  // From `begin` to before `end`; the items are shared.
  Collection slice(std::uint32_t begin, std::uint32_t end) const {
    Collection out;
    if (end <= begin) return out;
    if (end - begin == 1) return Collection((*this)[begin]);
    out.size_ = end - begin;
    // A push moves to a fresh list and leaves this one alone.
    out.become_list({list_.items + begin, out.size_});
    return out;
  }

 private:
  struct List {
    Item* items;
    std::uint32_t capacity;
  };
  void become_list(List list) {
    list_ = list;
    listed_ = 1;
  }
  void grow(Arena& arena) {
    const auto capacity = size_ < 2 ? 4 : size_ * 2;
    auto list = arena.make_array<Item>(capacity);
    for (std::uint32_t i = 0; i < size_; ++i) list[i] = (*this)[i];
    become_list({list.data(), capacity});
  }

  union {
    Item one_ = Item::of(nullptr);  // the only one; all zero without one
    List list_;                     // of what is listed
  };
  std::uint32_t size_ = 0;
  std::uint32_t listed_ = 0;  // 0 or 1; as wide as that, so that it is written with the size
};
static_assert(sizeof(Collection) == 24);

}  // namespace paraneo::fhirpath
