#include "format/json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/clock.h"
#include "definition/primitive.h"
#include "element/path.h"
#include "element/paths.h"
#include "json/read.h"

namespace paraneo::format {
namespace {

const definition::Definitions& r4() { return definition::Definitions::builtin(); }

void expect_equal(const element::Element& a, const element::Element& b) {
  EXPECT_EQ(element::path_of(r4(), a), element::path_of(r4(), b));
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.offset, b.offset);
  EXPECT_EQ(a.has_value, b.has_value);
  EXPECT_EQ(a.value(), b.value());
  const auto* d = b.first;
  for (const auto* c = a.first; c != nullptr && d != nullptr; c = c->next, d = d->next)
    expect_equal(*c, *d);
}

// Read from the text; a tree of values of the same text must give the same.
struct Parsed {
  explicit Parsed(std::string text, definition::TypeId type = 0)
      : source{"test.json", std::move(text)} {
    root = read_json(r4(), source, {type}, {}, arena, sink);
    diag::Sink other_sink;
    const auto* json = json::read(source, arena, {}, other_sink);
    const auto* other =
        json == nullptr ? nullptr : read_json(r4(), *json, source, {type}, arena, other_sink);
    EXPECT_EQ(root == nullptr, other == nullptr) << source.text;
    if (root != nullptr && other != nullptr) {
      EXPECT_EQ(to_json(r4(), *root), to_json(r4(), *other));
      expect_equal(*root, *other);
    }
    EXPECT_EQ(sink.all().size(), other_sink.all().size()) << source.text;
    for (std::size_t i = 0; i < std::min(sink.all().size(), other_sink.all().size()); ++i)
      EXPECT_EQ(sink.all()[i].message, other_sink.all()[i].message);
  }
  Source source;
  Arena arena;
  diag::Sink sink;
  element::Element* root = nullptr;
};

std::int64_t ms_of(const std::function<void()>& work) {
  const auto begin = steady_clock().now_ms();
  work();
  return steady_clock().now_ms() - begin;
}

// Where each child walked over those before it, 200,000 took minutes.
constexpr std::size_t kMany = 200'000;
constexpr std::int64_t kLinearMs = 5'000;

std::string many(std::string_view item) {
  std::string out;
  for (std::size_t i = 0; i < kMany; ++i) out.append(i == 0 ? "" : ",").append(item);
  return out;
}

void expect_round_trip(const std::string& text) {
  const Parsed parsed(text);
  ASSERT_NE(parsed.root, nullptr);
  EXPECT_TRUE(parsed.sink.ok()) << parsed.sink.all()[0].message;
  EXPECT_EQ(to_json(r4(), *parsed.root), text);
}

TEST(Definitions, KnowWhatR4Says) {
  const auto observation = r4().find_type("Observation");
  ASSERT_NE(observation, 0U);
  EXPECT_EQ(r4().find_type("http://hl7.org/fhir/StructureDefinition/Observation"), observation);
  EXPECT_TRUE(r4().is_a(observation, r4().find_type("DomainResource")));
  const auto* value = r4().element(observation, r4().find_symbol("value"));
  ASSERT_NE(value, nullptr);
  EXPECT_TRUE(value->choice);
  EXPECT_EQ(r4().types(*value).size(), 11U);
  const auto* component = r4().element(observation, r4().find_symbol("component"));
  EXPECT_TRUE(component->is_list());
  EXPECT_EQ(r4().type_name(r4().types(*component)[0].type), "Observation.component");
  const auto* ranges =
      r4().element(r4().types(*component)[0].type, r4().find_symbol("referenceRange"));
  EXPECT_EQ(r4().type_name(r4().types(*ranges)[0].type), "Observation.referenceRange");
  EXPECT_FALSE(r4().constraints(r4().type(observation)).empty());
  EXPECT_EQ(r4().type_name(r4().types(*r4().element(observation, r4().find_symbol("id")))[0].type),
            "id");
}

TEST(Definitions, SurviveTheFlatForm) {
  const auto copy = definition::Definitions::deserialize(r4().serialize());
  EXPECT_EQ(copy.type_count(), r4().type_count());
  EXPECT_EQ(copy.find_type("Patient"), r4().find_type("Patient"));
}

TEST(Element, RoundTripsChoicesListsAndNumbers) {
  expect_round_trip(
      R"({"resourceType":"Observation","id":"a","status":"final","code":{"text":"x"},"valueQuantity":{"value":26.0,"unit":"U/L"}})");
}

TEST(Element, RoundTripsExtensionsOfPrimitives) {
  expect_round_trip(
      R"({"resourceType":"Patient","active":true,"name":[{"given":["a",null,"c"],"_given":[null,{"id":"x"},null]}],"_birthDate":{"extension":[{"url":"http://x","valueCode":"unknown"}]}})");
}

TEST(Element, RoundTripsResourcesInResources) {
  expect_round_trip(
      R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"}],"active":false}}]})");
}

TEST(Element, WritesThePropertiesInTheOrderOfTheSpecification) {
  const Parsed parsed(
      R"({"status":"final","code":{"text":"x"},"id":"a","resourceType":"Observation"})");
  EXPECT_EQ(to_json(r4(), *parsed.root),
            R"({"resourceType":"Observation","id":"a","status":"final","code":{"text":"x"}})");
}

TEST(Element, SaysWhichElementIsUnknownAndWhatWasMeant) {
  const Parsed parsed(R"({"resourceType":"Patient","brithDate":"2000"})");
  ASSERT_EQ(parsed.sink.all().size(), 1U);
  EXPECT_EQ(parsed.sink.all()[0].code, diag::Code::fhir_unknown_element);
  EXPECT_EQ(parsed.sink.all()[0].advice, "did you mean \"birthDate\"?");
}

TEST(Element, RefusesWrongShapes) {
  for (const auto* text :
       {R"({"resourceType":"Patient","active":"true"})", R"({"resourceType":"Patient","name":{}})",
        R"({"resourceType":"Patient","birthDate":["2000"]})",
        R"({"resourceType":"Patient","maritalStatus":"x"})",
        R"({"resourceType":"Patient","multipleBirthInteger":"1"})"}) {
    const Parsed parsed(text);
    ASSERT_FALSE(parsed.sink.ok()) << text;
    EXPECT_EQ(parsed.sink.all()[0].code, diag::Code::fhir_wrong_shape) << text;
  }
}

TEST(Element, RefusesEmptyThings) {
  for (const auto* text :
       {R"({"resourceType":"Patient","name":[]})", R"({"resourceType":"Patient","name":[{}]})",
        R"({"resourceType":"Patient","birthDate":""})",
        R"({"resourceType":"Patient","name":[null]})"}) {
    const Parsed parsed(text);
    ASSERT_FALSE(parsed.sink.ok()) << text;
    EXPECT_EQ(parsed.sink.all()[0].code, diag::Code::fhir_empty) << text;
  }
}

TEST(Element, RefusesUnknownTypes) {
  EXPECT_EQ(Parsed(R"({"resourceType":"Pateint"})").sink.all().at(0).code,
            diag::Code::fhir_unknown_type);
  EXPECT_EQ(Parsed(R"({"id":"x"})").sink.all().at(0).code, diag::Code::fhir_unknown_type);
  EXPECT_EQ(Parsed(R"([])").sink.all().at(0).code, diag::Code::fhir_wrong_shape);
}

TEST(Element, IsReadFromTheTextAsFromValues) {
  for (
      const auto* text : {
          R"({"resourceType":"Patient","id":"a","id":"b"})",
          R"({"resourceType":"Patient","name":[{"text":"a"}],"active":true,"name":[{"text":"b"}]})",
          R"({"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2000"})",
          R"({"resourceType":"Patient","resourceType":"Patient","active":true})",
          R"({"resourceType":"Patient"})",
          R"({"active":true,"resourceType":"Patient"})",
          R"({"resourceType":"HumanName","text":"x"})",
          R"({"resourceType":5,"active":true})",
          R"({"resourceType":"Patient","active":null})",
          R"({"resourceType":"Patient","name":[[{"text":"a"}]]})",
          R"({"resourceType":"Patient","name":[{"text":"a","resourceType":"HumanName"}]})",
          R"({"resourceType":"Patient","contained":[{"id":"x","resourceType":"Patient"}]})",
          R"({"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"x"}]})",
          R"({"resourceType":"Patient","contained":[{"resourceType":"CaseRecord","id":"x"}]})",
          R"({"resourceType":"Patient","contained":[{"resourceType":"Patient"}],"active":true})",
          R"({"resourceType":"Patient","contained":["Patient"]})",
          R"({"resourceType":"Bundle","entry":[{"resource":[]}]})",
          R"({"resourceType":"Patient","id":"\ud800"})",
          R"({"resourceType":"Patient","id":"a\u0062"})",
          R"({"resourceType":"Patient","\u0069d":"a"})",
          R"({"resourceType":"Patient","_id":{"id":"x"},"id":"a"})",
          R"({"resourceType":"Patient","id":"a","_id":{"id":"x"}})",
          R"({"resourceType":"Patient","_id":{"id":"x"},"_id":{"id":"y"}})",
          R"({"resourceType":"Patient","_id":{}})",
          R"({"resourceType":"Patient","_id":null})",
          R"({"resourceType":"Patient","_name":[{"id":"x"}]})",
          R"({"resourceType":"Patient","_birthDate":{"extension":[{"url":"http://x/y","valueCode":"unknown","_valueCode":{"id":"z"}}]}})",
          R"({"resourceType":"Patient","deceasedBoolean":true,"_deceasedDateTime":{"id":"x"}})",
          R"({"resourceType":"Patient","_deceasedDateTime":{"id":"x"},"active":true})",
          R"({"resourceType":"Patient","_":{"id":"x"}})",
          R"({"resourceType":"Patient","name":[{"given":["a",null],"_given":[null,{"id":"x"}]}]})",
          R"({"resourceType":"Patient","_unknown":{"id":"x"}})",
          R"({"resourceType":"Patient","_id":"x"})",
          R"({"resourceType":"Patient","name":{"text":"a"}})",
          R"({"resourceType":"Patient","active":true)",
          R"({"resourceType":"Patient","active":true} x)",
          R"("Patient")",
          "7",
          "",
          R"({"resourceType":"Parameters","parameter":[{"name":"a","valueDecimal":1.50},{"name":"b","resource":{"resourceType":"Basic","id":"c"}}]})",
      })
    static_cast<void>(Parsed(text));
}

TEST(Element, IsReadFromTheTextAsFromValuesWhateverIsWrongInIt) {
  const std::string text =
      R"({"resourceType":"Observation" , "status":"fi\nal","code":{"coding":[{"code":"a"},
    {"code":"b"}]},"valueQuantity":{"value":-1.5e3},"contained":[{"resourceType":"Patient","active":true}],"note":[{"text":"\u00e9"}]})";
  for (std::size_t i = 0; i < text.size(); ++i) {
    static_cast<void>(Parsed(text.substr(0, i)));
    static_cast<void>(Parsed(text.substr(0, i) + text.substr(i + 1)));
    for (const char c : std::string_view("\"\\{}[]:,0-.et \n\0\x80", 17)) {
      auto other = text;
      other[i] = c;
      static_cast<void>(Parsed(other));
    }
  }
}

TEST(Element, IsReadFromTheTextAsFromValuesUpToTheLimitOfDepth) {
  const Source source{"test.json",
                      R"({"resourceType":"Patient","contact":[{"name":{"given":["a"]}}]})"};
  for (std::uint32_t depth = 1; depth < 8; ++depth) {
    Limits limits;
    limits.json_depth_max = depth;
    Arena arena;
    diag::Sink sink;
    EXPECT_EQ(read_json(r4(), source, {}, limits, arena, sink) != nullptr, depth >= 5) << depth;
  }
}

TEST(Element, IsReadFromTheTextAsFromValuesByAnExpectedType) {
  const auto patient = r4().find_type("Patient");
  for (const auto* text : {R"({"active":true})", R"({"resourceType":"Patient","active":true})",
                           R"({"resourceType":"Observation","status":"final"})",
                           R"({"active":true,"resourceType":"Observation"})"})
    static_cast<void>(Parsed(text, patient));
}

TEST(Element, KnowsItsPathAndPointer) {
  const Parsed parsed(
      R"({"resourceType":"Observation","status":"final","code":{"coding":[{"code":"a"},{"code":"b","_system":{"id":"s"}}]},"valueQuantity":{"value":1}})");
  const auto* code = parsed.root->child(r4().find_symbol("code"));
  const auto* second = code->first->next;
  const auto* system = second->child(r4().find_symbol("system"));
  EXPECT_EQ(element::path_of(r4(), *system), "Observation.code.coding[1].system");
  EXPECT_EQ(element::pointer_of(r4(), *system), "/code/coding/1/system");
  EXPECT_EQ(element::pointer_of(r4(), *system->first), "/code/coding/1/_system/id");
  EXPECT_EQ(element::pointer_of(r4(), *parsed.root->child(r4().find_symbol("value"))),
            "/valueQuantity");
}

TEST(Element, TellsThePathsOfManyInLinearTime) {
  const Parsed small(
      R"({"resourceType":"Patient","name":[{"given":["a","b"]},{"given":["c"]}],"gender":"male","contact":[{"name":{"given":["d"]}}]})");
  std::vector<const element::Element*> all;
  const std::function<void(const element::Element&)> add = [&](const element::Element& e) {
    all.push_back(&e);
    for (const auto* c = e.first; c != nullptr; c = c->next) add(*c);
  };
  add(*small.root);
  element::Paths paths(r4());
  for (const auto* e : all) EXPECT_EQ(paths.of(*e), element::path_of(r4(), *e));
  for (auto e = all.rbegin(); e != all.rend(); ++e)
    EXPECT_EQ(paths.of(**e), element::path_of(r4(), **e));

  const Source source{"p",
                      R"({"resourceType":"Patient","name":[)" + many(R"({"family":"x"})") + "]}"};
  Arena arena;
  diag::Sink sink;
  const auto* patient = read_json(r4(), source, {}, {}, arena, sink);
  std::string last;
  const auto ms = ms_of([&] {
    element::Paths many_paths(r4());
    for (const auto* c = patient->first; c != nullptr; c = c->next) last = many_paths.of(*c->first);
  });
  EXPECT_LT(ms, kLinearMs);
  EXPECT_EQ(last, "Patient.name[" + std::to_string(kMany - 1) + "].family");
}

TEST(Element, KeepsTheOrderWhileItIsBuilt) {
  Arena arena;
  auto* patient = element::make_root(arena, r4().find_type("Patient"));
  const auto add = [&](const char* name, const char* type, std::string_view value) {
    const auto* def = r4().element(patient->type, r4().find_symbol(name));
    element::append_child(arena, r4(), *patient, *def, r4().find_type(type))->set_value(value);
  };
  add("birthDate", "date", "2000");
  add("id", "id", "p");
  add("gender", "code", "male");
  EXPECT_EQ(to_json(r4(), *patient),
            R"({"resourceType":"Patient","id":"p","gender":"male","birthDate":"2000"})");
}

TEST(Element, IsReadInLinearTimeInAnyOrder) {
  const auto names = many(R"({"family":"x"})");
  const auto in_order =
      R"({"resourceType":"Patient","name":[)" + names + R"(],"gender":"male","birthDate":"2000"})";
  const auto ms = ms_of([&] {
    for (const auto* extra : {"", R"(,"_gender":{"id":"g"})"}) {
      const Source source{"p", R"({"resourceType":"Patient","birthDate":"2000","gender":"male")" +
                                   std::string(extra) + R"(,"name":[)" + names + "]}"};
      Arena arena;
      diag::Sink sink;
      const auto* json = json::read(source, arena, {}, sink);
      const auto* by_value = read_json(r4(), *json, source, {}, arena, sink);
      const auto* by_text = read_json(r4(), source, {}, {}, arena, sink);
      EXPECT_TRUE(sink.ok());
      EXPECT_EQ(to_json(r4(), *by_value), to_json(r4(), *by_text));
      EXPECT_EQ(to_json(r4(), *by_value) == in_order, *extra == 0);
    }
  });
  EXPECT_LT(ms, kLinearMs);
}

TEST(Element, IsBuiltInLinearTimeInAnyOrder) {
  Arena arena;
  auto* patient = element::make_root(arena, r4().find_type("Patient"));
  const auto add = [&](const char* name, const char* type) {
    return element::append_child(arena, r4(), *patient,
                                 *r4().element(patient->type, r4().find_symbol(name)),
                                 r4().find_type(type));
  };
  const auto ms = ms_of([&] {
    add("communication", "Patient.communication");
    for (std::size_t i = 0; i < kMany / 4; ++i)
      for (const auto& [name, type] : {std::pair("contact", "Patient.contact"),
                                       {"name", "HumanName"},
                                       {"identifier", "Identifier"},
                                       {"address", "Address"}}) {
        auto* child = add(name, type);
        if (i % 2 == 0)
          element::append_child(arena, r4(), *child,
                                *r4().element(child->type, r4().find_symbol("id")),
                                r4().find_type("string"))
              ->set_value("x");
      }
    element::remove_empty(*patient);
  });
  EXPECT_LT(ms, kLinearMs);
  std::size_t count = 0;
  for (const auto* c = patient->first; c != nullptr; c = c->next, ++count)
    EXPECT_TRUE(c->next == nullptr || c->def <= c->next->def);
  EXPECT_EQ(count, kMany / 2);
  EXPECT_EQ(patient->last->next, nullptr);
}

TEST(Element, RemovesChildrenAndAddsMore) {
  Arena arena;
  auto* patient = element::make_root(arena, r4().find_type("Patient"));
  auto* other = element::make_root(arena, patient->type);
  const auto add = [&](element::Element& parent, const char* name, const char* type) {
    return element::append_child(arena, r4(), parent,
                                 *r4().element(parent.type, r4().find_symbol(name)),
                                 r4().find_type(type));
  };
  for (int i = 0; i < 100; ++i) add(*patient, "address", "Address");
  for (int i = 0; i < 100; ++i) add(*patient, "telecom", "ContactPoint");
  auto* last = add(*patient, "telecom", "ContactPoint");
  add(*patient, "gender", "code")->set_value("male");  // is known where the next one goes
  element::remove_child(*patient, *last);
  element::append_child(arena, r4(), *other, r4().element_at(last->def), *last);
  add(*other, "name", "HumanName");
  add(*patient, "telecom", "ContactPoint");
  add(*patient, "name", "HumanName");
  std::string names;
  for (const auto* c = patient->first; c != nullptr; c = c->next)
    if (c == patient->first || c->next == nullptr || c->next->def != c->def)
      names += std::string(r4().name(c->name)) + " ";
  EXPECT_EQ(names, "name telecom gender address ");
  EXPECT_EQ(other->first->next, last);
}

TEST(Element, StopsReadingWhenTheTimeIsOver) {
  class Hurrying final : public Clock {
   public:
    std::int64_t now_ms() const override { return now_ += 1000; }

   private:
    mutable std::int64_t now_ = 0;
  };
  const Hurrying clock;
  Limits limits;
  limits.time_ms_max = 10;
  const auto names = many(R"({"family":"x"})");
  for (const auto& text : {R"({"resourceType":"Patient","name":[)" + names + "]}",
                           R"({"resourceType":"Patient","unknown":1,"name":[)" + names + "]}"}) {
    const Source source{"p", text};
    Arena arena;
    diag::Sink sink;
    const Budget budget(limits, arena, &clock);
    EXPECT_EQ(read_json(r4(), source, {}, limits, arena, sink, &budget), nullptr);
    ASSERT_EQ(sink.all().size(), 1U);
    EXPECT_EQ(sink.all()[0].code, diag::Code::json_time);
    EXPECT_EQ(sink.all()[0].message, "to read the input takes more than 10 ms");
    EXPECT_EQ(sink.all()[0].advice, "if that is meant, allow more with --limit time=...");
  }
}

TEST(Definitions, AreLoadedInLinearTime) {
  std::string elements = R"({"path":"Big"})";
  for (int i = 0; i < 50'000; ++i)
    elements += R"(,{"path":"Big.)" + std::string(i % 2 == 0 ? "plain" : "name.of-many-") +
                std::to_string(i) + R"(-elements","min":0,"max":"1","type":[{"code":"string"}]})";
  const Source source{
      "sd",
      R"({"resourceType":"StructureDefinition","url":"http://x/Big","kind":"logical","type":"Big","snapshot":{"element":[)" +
          elements + "]}}"};
  Arena arena;
  diag::Sink sink;
  const auto* json = json::read(source, arena, {}, sink);
  definition::Definitions own = r4();
  const auto ms = ms_of([&] {
    own.add(*json, sink);
    own.link(sink);
  });
  EXPECT_LT(ms, kLinearMs);
  EXPECT_TRUE(sink.ok());
  EXPECT_EQ(own.elements(own.find_type("http://x/Big")).size(), 25'000U);
}

TEST(Definitions, RefuseWhatIsTooDeepAndTakeEachPathOnce) {
  const auto load = [](const std::string& elements, std::size_t& types) {
    const Source source{
        "sd",
        R"({"resourceType":"StructureDefinition","url":"http://x/Deep","kind":"logical","type":"a","snapshot":{"element":[)" +
            elements + "]}}"};
    Arena arena;
    diag::Sink sink;
    definition::Definitions own = r4();
    own.add(*json::read(source, arena, {}, sink), sink);
    types = own.type_count() - r4().type_count();
    return sink.all().empty() ? std::string() : sink.all()[0].message;
  };
  std::string twice = R"({"path":"a"})", deep = twice, path = "a";
  for (int i = 0; i < 5000; ++i) {
    path += ".b";
    deep += R"(,{"path":")" + path + "\"}";
    if (i < 60)
      twice += R"(,{"path":")" + path + R"("},{"path":")" + path + "\"}";  // 2 to the 60th types
  }
  std::size_t types = 0;
  EXPECT_EQ(load(deep, types),
            "the definition http://x/Deep cannot be used: an element is more than 100 levels deep");
  EXPECT_EQ(load(twice, types), "");
  EXPECT_EQ(types, 60U);
}

}  // namespace
}  // namespace paraneo::format
