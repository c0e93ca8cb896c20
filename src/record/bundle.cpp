#include "record/bundle.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "element/message_place.h"
#include "element/path.h"
#include "record/fact_types.h"
#include "record/identity.h"
#include "record/references.h"
#include "record/same_person.h"

namespace paraneo::record {
namespace {

using element::Element;

std::size_t rank_of(std::string_view type) {
  return static_cast<std::size_t>(std::find(kFactTypes.begin(), kFactTypes.end(), type) -
                                  kFactTypes.begin());
}

struct Entry {
  Element* entry = nullptr;
  Element* resource = nullptr;
  std::string_view type;
  std::string_view key;
  std::string_view reference;  // Type/id, in the arena
};

class Assembler {
 public:
  Assembler(const definition::Definitions& definitions, Arena& arena, const RecordIdentity& record,
            diag::Sink& sink)
      : definitions_(definitions), arena_(arena), record_(record),
        source_(arena.copy(record.source)), sink_(sink) {}

  bool assemble(Element& bundle, BundleKind kind) {
    const auto errors = sink_.errors();
    collect(bundle);
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::pair(rank_of(a.type), a.key) < std::pair(rank_of(b.type), b.key);
    });
    relink(bundle);
    for (const auto& entry : entries_) {
      resolve(entry);
      set(*entry.entry, "fullUrl", "uri",
          arena_.copy(std::string(kBase) + "/" + std::string(entry.reference)));
      if (kind == BundleKind::transaction) request(entry);
    }
    set(bundle, "type", "code", kind == BundleKind::transaction ? "transaction" : "collection");
    return sink_.errors() == errors;
  }

 private:
  void set(Element& parent, std::string_view name, std::string_view type, std::string_view value) {
    const auto* def = definitions_.element(parent.type, definitions_.find_symbol(name));
    append_child(arena_, definitions_, parent, *def, definitions_.find_type(type))
        ->set_value(value);
  }

  void complain(const Element& at, std::string message) {
    sink_.report(diag::Code::adapter_reference, std::move(message), {},
                 path_for(sink_, definitions_, at));
  }

  void collect(Element& bundle) {
    const auto resource_name = definitions_.find_symbol("resource");
    for (auto* e = bundle.first; e != nullptr; e = e->next) {
      auto* resource = e->child(resource_name);
      if (resource == nullptr) continue;
      const auto name = parse_fact_name(fact_identifier(definitions_, *resource));
      if (!name) {
        complain(*resource, "a resource without a key");
        continue;
      }
      Entry entry{e, resource, definitions_.type_name(resource->type), name->key, {}};
      const auto id = arena_.copy(resource_id(record_.name, name->key));
      set(*resource, "id", "id", id);
      set_name(*resource, name->key);
      set_source(*resource);
      entry.reference = arena_.copy(std::string(entry.type) + "/" + std::string(id));
      if (!by_key_.emplace(name->key, entry.reference).second)
        complain(*resource, "two facts have the key " + std::string(name->key));
      entries_.push_back(entry);
    }
  }

  // The maps know the record's id and nothing of its namespace.
  void set_name(Element& resource, std::string_view key) {
    if (auto* value = fact_identifier_value(definitions_, resource))
      value->set_value(arena_.copy(record_.name + "#" + std::string(key)));
    complete_linked_names(definitions_, arena_, resource, namespace_of(record_.name));
  }

  void set_source(Element& resource) {
    if (source_.empty()) return;
    const auto* def = definitions_.element(resource.type, definitions_.find_symbol("meta"));
    auto* meta = resource.child(def->name);
    if (meta == nullptr)
      meta = append_child(arena_, definitions_, resource, *def, definitions_.find_type("Meta"));
    set(*meta, "source", "uri", source_);
  }

  // The bundle has nothing but entries yet.
  void relink(Element& bundle) {
    Element* before = nullptr;
    for (const auto& entry : entries_) {
      (before == nullptr ? bundle.first : before->next) = entry.entry;
      before = entry.entry;
    }
    bundle.last = before;
    if (before != nullptr) before->next = nullptr;
  }

  void resolve(const Entry& entry) {
    for (auto* reference : references_in(definitions_, *entry.resource)) {
      auto key = reference->value();
      if (!key.starts_with(kFactReference)) continue;
      key.remove_prefix(kFactReference.size());
      const auto found = by_key_.find(key);
      if (found == by_key_.end())
        complain(*reference, "there is no fact with the key " + std::string(key));
      else reference->set_value(found->second);
    }
  }

  void request(const Entry& entry) {
    const auto* def = definitions_.element(entry.entry->type, definitions_.find_symbol("request"));
    auto* request =
        append_child(arena_, definitions_, *entry.entry, *def, definitions_.types(*def)[0].type);
    set(*request, "method", "code", "PUT");
    set(*request, "url", "uri", entry.reference);
  }

  const definition::Definitions& definitions_;
  Arena& arena_;
  const RecordIdentity& record_;
  std::string_view source_;
  diag::Sink& sink_;
  std::vector<Entry> entries_;
  std::map<std::string_view, std::string_view> by_key_;
};

}  // namespace

bool assemble(const definition::Definitions& definitions, Arena& arena,
              const RecordIdentity& record, BundleKind kind, Element& bundle, diag::Sink& sink) {
  return Assembler(definitions, arena, record, sink).assemble(bundle, kind);
}

}  // namespace paraneo::record
