#include "record/identity.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "record/export.h"
#include "records.h"

namespace paraneo::record {
namespace {

TEST(Namespace, IsAnAbsoluteUriWithoutAFragment) {
  for (const auto* good : {"https://registry.example.org/cases", "urn:oid:1.2.3",
                           "urn:uuid:4f3a1c1e-0a1b-4b6e-9d9a-0f6c2f6b5f10", "https://doi.org"}) {
    const auto parsed = parse_namespace(good);
    ASSERT_TRUE(parsed.has_value()) << good;
    EXPECT_EQ(*parsed, good);
  }
  EXPECT_EQ(*parse_namespace(kOwnNamespace), "");
  for (const auto* bad : {"", "registry", "https:", ":x", "1http://x", "http://x y", "http://x|y",
                          "http://x#y", "http://\xc3\xbc", "http://x\n", "http://x\""})
    EXPECT_FALSE(parse_namespace(bad).has_value()) << bad;
  EXPECT_TRUE(parse_namespace("urn:" + std::string(196, 'x')).has_value());
  EXPECT_FALSE(parse_namespace("urn:" + std::string(197, 'x')).has_value());
}

TEST(FactName, IsTakenApartAsItIsMade) {
  for (const auto* name_space : {"", "https://registry.example.org/cases"}) {
    const auto text = record_name(name_space, "case-1") + "#lab-1";
    const auto name = parse_fact_name(text);
    ASSERT_TRUE(name.has_value());
    EXPECT_EQ(name->name_space, name_space);
    EXPECT_EQ(name->record, "case-1");
    EXPECT_EQ(name->key, "lab-1");
    EXPECT_EQ(namespace_of(record_name(name_space, "case-1")), name_space);
  }
  for (const auto* bad : {"", "#", "x#", "#x", "x", "urn:x|#k"})
    EXPECT_FALSE(parse_fact_name(bad).has_value()) << bad;
}

std::string exported(const std::string& source, const std::string& name_space = {}) {
  Exporter exporter(record_maps(), Limits{}, name_space);
  diag::Sink sink;
  const auto out = exporter.run(
      {"record",
       R"({"resourceType":"CaseRecord","version":"1","id":"case-1",)" + source +
           R"("subject":{"sex":"female"},"conditions":[{"key":"dm","code":{"text":"x"}}]})"},
      {}, sink);
  return out ? out->text : render(sink, diag::RenderOptions{});
}

// By type.
std::map<std::string, std::string> values(const std::string& bundle, std::string_view path) {
  Arena arena;
  diag::Sink sink;
  const Source text{"bundle", bundle};
  std::map<std::string, std::string> out;
  for (const auto& entry : json::read(text, arena, Limits{}, sink)->find("entry")->items()) {
    const auto& resource = *entry.find("resource");
    auto& value = out[std::string(resource.text_of("resourceType"))];
    if (path == "id") value = resource.text_of("id");
    else if (path == "source") value = resource.find("meta")->text_of("source");
    else value = resource.find("identifier")->items()[0].text_of("value");
  }
  return out;
}

TEST(Identity, ComesFromNothingElseThatTheRecordSays) {
  const auto plain = values(exported(R"("source":{"title":"t"},)"), "id");
  ASSERT_EQ(plain.size(), 3U);
  for (const auto* source :
       {R"("source":{"title":"t","identifier":{"value":"10.1000/1"}},)",
        R"("source":{"title":"t","identifier":{"system":"https://doi.org","value":"10.1000/1"}},)",
        R"("source":{"title":"t","url":"https://doi.org/10.1000/1"},)"})
    EXPECT_EQ(values(exported(source), "id"), plain) << source;
}

TEST(Identity, OfANamespaceIsAnother) {
  const auto of_ours = exported("");
  const auto of_others = exported("", "https://registry.example.org/cases");
  const auto of_third = exported("", "https://registry.example.org/other");
  EXPECT_NE(values(of_ours, "id")["Patient"], values(of_others, "id")["Patient"]);
  EXPECT_NE(values(of_third, "id")["Patient"], values(of_others, "id")["Patient"]);
  EXPECT_EQ(values(of_ours, "identifier")["Condition"], "case-1#dm");
  EXPECT_EQ(values(of_others, "identifier")["Condition"],
            "https://registry.example.org/cases|case-1#dm");
}

// What somebody assigned, and nothing that was put together.
TEST(Identity, NamesTheSourceThatTheRecordNames) {
  EXPECT_EQ(values(exported(""), "source")["Patient"], "");
  EXPECT_EQ(
      values(
          exported(R"("source":{"identifier":{"system":"https://doi.org","value":"10.1000/1"}},)"),
          "source")["Patient"],
      "");
  EXPECT_EQ(
      values(
          exported(
              R"("source":{"identifier":{"system":"urn:ietf:rfc:3986","value":"urn:doi:10.1000/1"}},)"),
          "source")["Patient"],
      "urn:doi:10.1000/1");
  EXPECT_EQ(
      values(exported(R"("source":{"url":"https://doi.org/10.1000/1"},)"), "source")["Condition"],
      "https://doi.org/10.1000/1");
  EXPECT_EQ(values(exported("", "urn:oid:1.2.3"), "source")["Condition"], "urn:oid:1.2.3");
}

}  // namespace
}  // namespace paraneo::record
