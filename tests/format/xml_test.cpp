#include "format/xml.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "diag/render.h"
#include "json/read.h"
#include "package/package.h"

namespace paraneo::format {
namespace {

namespace fs = std::filesystem;

const definition::Definitions& r4() { return definition::Definitions::builtin(); }

std::string codes(const diag::Sink& sink) {
  std::string out;
  for (const auto& d : sink.all()) {
    const auto place = diag::file_line_column(d);
    out += (out.empty() ? "" : ", ") + std::string(diag::info(d.code).name) +
           (place.empty() ? "" : " " + place.substr(place.find(':') + 1));
  }
  return out;
}

struct Read {
  std::string json;   // empty: nothing was read
  std::string codes;  // with line and column
};

Read read_text(std::string text) {
  const Source source{"in", std::move(text)};
  Arena arena;
  diag::Sink sink;
  const auto* root = read(r4(), source, {}, {}, arena, sink);
  return {root == nullptr ? "" : to_json(r4(), *root), codes(sink)};
}

// The inside of a Patient.
Read patient(const std::string& inside) {
  return read_text("<Patient xmlns=\"http://hl7.org/fhir\">" + inside + "</Patient>");
}

std::string to_xml(std::string json, std::string* said = nullptr, bool pretty = false) {
  const Source source{"in", std::move(json)};
  Arena arena;
  diag::Sink sink;
  const auto* root = read_json(r4(), source, {}, {}, arena, sink);
  EXPECT_NE(root, nullptr) << source.text;
  std::string out;
  diag::Sink written;
  if (root != nullptr) append_xml(r4(), *root, pretty, written, out);
  if (said != nullptr) *said = codes(written);
  else EXPECT_EQ(codes(written), "") << source.text;
  return out;
}

TEST(Xml, ReadsWhatJsonSays) {
  const auto one = patient(
      R"(<id value="p"/><active value="true"/><birthDate value="1960"/><multipleBirthInteger value="2"/>)");
  EXPECT_EQ(
      one.json,
      R"({"resourceType":"Patient","id":"p","active":true,"birthDate":"1960","multipleBirthInteger":2})");
  EXPECT_EQ(one.codes, "");
}

TEST(Xml, KeepsDigitsAsTheyAreWritten) {
  for (const auto* number : {"26.0", "-0.00", "1E+2", "12345678901234567890.10"}) {
    const auto made = patient("<extension url=\"http://x\"><valueDecimal value=\"" +
                              std::string(number) + "\"/></extension>");
    EXPECT_EQ(
        made.json,
        "{\"resourceType\":\"Patient\",\"extension\":[{\"url\":\"http://x\",\"valueDecimal\":" +
            std::string(number) + "}]}");
    EXPECT_EQ(made.codes, "");
  }
}

TEST(Xml, ReadsWhatIsNoNumberAsJsonReadsAString) {
  for (const auto* number : {"01", "+1", ".5", "1.", "1e", "NaN", "abc", "-", " 1"}) {
    const auto made = patient("<extension url=\"http://x\"><valueDecimal value=\"" +
                              std::string(number) + "\"/></extension>");
    EXPECT_EQ(made.codes, "fhir-wrong-shape 1:84") << number;
  }
  EXPECT_EQ(patient("<extension url=\"u\"><valueDecimal value=\"1e309\"/></extension>")
                .codes.substr(0, 18),
            "json-number-length");
  EXPECT_EQ(patient("<active value=\"True\"/>").codes, "fhir-wrong-shape 1:52");
  EXPECT_EQ(
      patient("<multipleBirthInteger value=\"" + std::string(65, '1') + "\"/>").codes.substr(0, 18),
      "json-number-length");
}

TEST(Xml, PairsPrimitivesWithTheirExtensions) {
  EXPECT_EQ(
      patient(
          R"(<name><given value="A"/><given><extension url="u"><valueCode value="c"/></extension></given><given id="g" value="B"/></name><birthDate id="b"/>)")
          .json,
      R"({"resourceType":"Patient","name":[{"given":["A",null,"B"],"_given":[null,{"extension":[{"url":"u","valueCode":"c"}]},{"id":"g"}]}],"_birthDate":{"id":"b"}})");
}

TEST(Xml, NestsResources) {
  const auto made = read_text(
      R"(<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/><entry><fullUrl value="urn:x"/><resource><Patient><id value="p"/>)"
      R"(<contained><Organization><id value="o"/></Organization></contained><contained><Practitioner><id value="q"/></Practitioner></contained></Patient></resource></entry></Bundle>)");
  EXPECT_EQ(
      made.json,
      R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:x","resource":{"resourceType":"Patient","id":"p","contained":[{"resourceType":"Organization","id":"o"},{"resourceType":"Practitioner","id":"q"}]}}]})");
  EXPECT_EQ(made.codes, "");
}

TEST(Xml, PassesOverWhatIsInTheWay) {
  const auto made = read_text(
      "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<?xml-stylesheet href=\"x\"?><!-- a -->\n"
      "<f:Patient xmlns:f=\"http://hl7.org/fhir\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://hl7.org/fhir ../x.xsd\" xml:lang=\"en\">\n"
      "  <!-- <f:id value=\"no\"/> --><f:id value=\"p\" /><?pi?>\n\t<f:gender   value = 'male'></f:gender><![CDATA[ ]]>\n</f:Patient>\n<!-- z -->");
  EXPECT_EQ(made.json, R"({"resourceType":"Patient","id":"p","gender":"male"})");
  EXPECT_EQ(made.codes, "");
}

TEST(Xml, DecodesReferences) {
  EXPECT_EQ(patient(R"(<language value="&lt;&#65;&#x1F600;&amp;&quot;&apos;&#10;&#9;"/>)").json,
            "{\"resourceType\":\"Patient\",\"language\":\"<A\xf0\x9f\x98\x80&\\\"'\\n\\t\"}");
}

TEST(Xml, KeepsNarrative) {
  EXPECT_EQ(
      patient(
          R"(<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p a="1">x&amp;<br/></p></div></text>)")
          .json,
      R"({"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p a=\"1\">x&amp;<br/></p></div>"}})");
  EXPECT_EQ(patient(R"(<text><div>x</div></text>)").codes, "xml-namespace 1:44, fhir-empty 1:38");
  EXPECT_EQ(
      patient(R"(<text><div xmlns="http://www.w3.org/1999/xhtml"><p xmlns="urn:x"/></div></text>)")
          .codes,
      "xml-narrative 1:86, fhir-empty 1:38");
}

TEST(Xml, HasTheFaultsOfJsonWithPlaces) {
  EXPECT_EQ(patient("<foo value=\"1\"/>").codes, "fhir-unknown-element 1:38");
  EXPECT_EQ(patient("<name><id value=\"n\"/><text value=\"a\"/></name>").codes,
            "fhir-wrong-shape 1:44");
  EXPECT_EQ(patient("<extension><url value=\"u\"/><valueCode value=\"a\"/></extension>").codes,
            "fhir-wrong-shape 1:49");
  EXPECT_EQ(read_text("<Patient xmlns=\"http://hl7.org/fhir\" id=\"p\"><id value=\"q\"/></Patient>")
                .codes,
            "fhir-wrong-shape 1:38");
  EXPECT_EQ(patient("<resourceType value=\"Group\"/><active value=\"true\"/>").codes,
            "fhir-unknown-element 1:38");
  EXPECT_EQ(patient("<_active id=\"a\"/><active value=\"true\"/>").json,
            R"({"resourceType":"Patient","active":true})");
  EXPECT_EQ(patient("<id value=\"p\" foo=\"1\"/>").codes, "fhir-unknown-element 1:52");
  EXPECT_EQ(patient("<gender xmlns:x=\"urn:x\" x:code=\"1\" value=\"male\"/>").codes,
            "fhir-unknown-element 1:62");
  EXPECT_EQ(patient("<gender/>").codes, "fhir-empty 1:38");
  EXPECT_EQ(patient("<gender value=\"\"/>").codes, "fhir-empty 1:52");
  EXPECT_EQ(patient("<name/>").codes, "fhir-empty 1:38");
  EXPECT_EQ(patient("<maritalStatus value=\"M\"/>").codes, "fhir-wrong-shape 1:59");
  EXPECT_EQ(patient("<gender><coding/></gender>").codes, "fhir-wrong-shape 1:38");
  EXPECT_EQ(patient("<gender value=\"male\"/><gender value=\"female\"/>").codes,
            "fhir-wrong-shape 1:52");
  EXPECT_EQ(patient("<contained><Foo/></contained>").codes, "fhir-unknown-type 1:49");
  EXPECT_EQ(read_text("<Foo xmlns=\"http://hl7.org/fhir\"><id value=\"x\"/></Foo>").codes,
            "fhir-unknown-type 1:1");
}

TEST(Xml, TakesTheFhirNamespaceAlone) {
  EXPECT_EQ(read_text("<Patient/>").codes, "xml-namespace 1:1");
  EXPECT_EQ(
      read_text("<Patient xmlns=\"http://hl7.org/fhir/4.0\"><id value=\"p\"/></Patient>").codes,
      "xml-namespace 1:1");
  const auto made =
      patient("<x:gender xmlns:x=\"urn:x\" value=\"male\"/><birthDate value=\"1960\"/>");
  EXPECT_EQ(made.json, R"({"resourceType":"Patient","birthDate":"1960"})");
  EXPECT_EQ(made.codes, "xml-namespace 1:38");
}

TEST(Xml, ReportsTextBetweenElements) {
  EXPECT_EQ(patient("<gender>male</gender>").codes, "xml-text 1:46, fhir-empty 1:38");
}

// The specification wants the order of the definition; an element is what it is wherever it stands.
TEST(Xml, ReportsAnotherOrderAndCountsTheContent) {
  const auto made = patient(
      R"(<birthDate value="1960"/><gender value="male"/><name><text value="a"/></name><active value="true"/><name><text value="b"/></name>)");
  EXPECT_EQ(
      made.json,
      R"({"resourceType":"Patient","active":true,"name":[{"text":"a"},{"text":"b"}],"gender":"male","birthDate":"1960"})");
  EXPECT_EQ(made.codes, "xml-order 1:63");
}

TEST(Xml, KeepsUnknownElementsForWhoReadsTheTree) {
  const Source source{
      "in",
      R"(<Patient xmlns="http://hl7.org/fhir"><taken value="n"/><foo><a value="1"/><b/><a value="2"/></foo><taken value="y"/></Patient>)"};
  Arena arena;
  diag::Sink sink;
  const auto* tree = read_xml_tree(r4(), source, {}, {}, arena, sink);
  ASSERT_NE(tree, nullptr);
  std::string json;
  json::Writer(json).value(*tree);
  EXPECT_EQ(json, R"({"resourceType":"Patient","foo":{"a":["1","2"],"b":{}},"taken":["n","y"]})");
}

TEST(Xml, MakesJsonThatKnowsTheXmlsPlaces) {
  Source text{
      "in.xml",
      "<Patient xmlns=\"http://hl7.org/fhir\">\n  <gender value=\"male\"/>\n  <foo value=\"1\"/>\n</Patient>"};
  diag::Sink sink;
  ASSERT_TRUE(make_json(r4(), {}, text, sink));
  EXPECT_EQ(text.text, R"({"resourceType":"Patient","gender":"male","foo":"1"})");
  Arena arena;
  read_json(r4(), text, {}, {}, arena, sink);
  ASSERT_EQ(sink.all().size(), 1U);
  EXPECT_EQ(codes(sink), "fhir-unknown-element 3:3");
  EXPECT_EQ(sink.all()[0].snippet->line, "  <foo value=\"1\"/>");
  Source wrong{"in.xml", "<Patient>\n<a></Patient>"};
  diag::Sink of_wrong;
  EXPECT_FALSE(make_json(r4(), {}, wrong, of_wrong));
  EXPECT_EQ(codes(of_wrong), "xml-syntax 2:6");
  EXPECT_EQ(of_wrong.all()[0].span.source, &wrong);
}

TEST(Xml, WritesWhatItReads) {
  const std::string text =
      R"(<Patient xmlns="http://hl7.org/fhir"><id value="p"/><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">x</div></text>)"
      R"(<contained><Organization><id value="o"/></Organization></contained><extension url="u"><valueDecimal value="1.00"/></extension>)"
      R"(<name id="n"><given value="A"/><given><extension url="u"><valueCode value="c"/></extension></given></name><birthDate id="b" value="1960"/></Patient>)";
  EXPECT_EQ(to_xml(read_text(text).json), text);
}

TEST(Xml, IndentsForPeople) {
  EXPECT_EQ(
      to_xml(
          R"({"resourceType":"Patient","contained":[{"resourceType":"Group","id":"g"}],"active":true})",
          nullptr, true),
      "<Patient xmlns=\"http://hl7.org/fhir\">\n  <contained>\n    <Group>\n      <id value=\"g\"/>\n    </Group>\n  </contained>\n  <active value=\"true\"/>\n</Patient>");
}

TEST(Xml, WritesNarrativeThatIsXhtml) {
  const auto with = [](std::string div, std::string* said = nullptr) {
    const auto xml = to_xml(R"({"resourceType":"Patient","text":{"status":"generated","div":")" +
                                div + R"("},"active":true})",
                            said);
    const auto begin = xml.find("<status value=\"generated\"/>") + 27;
    return xml.substr(begin, xml.find("</text>") - begin);
  };
  EXPECT_EQ(with("<div>x</div>"), "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>");
  EXPECT_EQ(with("<?xml version='1.0'?><!-- c --><div>x</div> "),
            "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div> ");
  EXPECT_EQ(with(" <div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">x</div>\\n"),
            "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>");
  EXPECT_EQ(
      with("<h:div xmlns:h='http://www.w3.org/1999/xhtml'><h:p/></h:div>"),
      "<div xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:h='http://www.w3.org/1999/xhtml'><p/></div>");
}

TEST(Xml, LeavesOutWhatXmlCannotHave) {
  std::string said;
  for (const auto* div :
       {"<div>x", "x", "<div>&nbsp;</div>", "<p xmlns=\\\"http://www.w3.org/1999/xhtml\\\"/>",
        "<!DOCTYPE div><div/>", "<div xmlns=\\\"urn:x\\\"/>"}) {
    const auto xml = to_xml(R"({"resourceType":"Patient","text":{"status":"generated","div":")" +
                                std::string(div) + R"("},"active":true})",
                            &said);
    EXPECT_EQ(said, "xml-narrative") << div;
    EXPECT_EQ(read_text(xml).codes, "") << xml;
  }
  const auto xml =
      to_xml("{\"resourceType\":\"Patient\",\"language\":\"a\\u000c\",\"active\":true}", &said);
  EXPECT_EQ(said, "xml-character");
  EXPECT_EQ(xml, R"(<Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>)");
}

std::string canonical_by_xmllint(const std::string& xml, const fs::path& file) {
  std::ofstream(file, std::ios::binary) << xml;
  std::string out;
  auto* pipe = ::popen(("xmllint --nonet --c14n " + file.string()).c_str(), "r");
  char piece[4096];
  for (std::size_t got = 0;
       pipe != nullptr && (got = std::fread(piece, 1, sizeof piece, pipe)) > 0;)
    out.append(piece, got);
  return pipe != nullptr && ::pclose(pipe) == 0 ? out : "not well-formed: " + xml;
}

TEST(Xml, IsTheSameByXmllintAfterJson) {
  if (std::system("xmllint --version > /dev/null 2>&1") != 0)
    GTEST_SKIP() << "xmllint is not there: apt-get install libxml2-utils";
  const auto folder = fs::temp_directory_path() / ("paraneo-c14n-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::size_t count = 0;
  for (const auto& entry :
       fs::directory_iterator(fs::path(PARANEO_SOURCE_DIR) / "tests/format/xml")) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto made = read_text(text);
    EXPECT_EQ(made.codes, "") << entry.path();
    // What is no content: comments and white space between elements.
    const auto plain = [&](const std::string& xml) {
      std::ofstream(folder / "raw.xml", std::ios::binary) << xml;
      return std::system(("xmllint --nonet --noblanks " + (folder / "raw.xml").string() +
                          " | grep -v '^<?xml' | sed -e 's/<!--[^>]*-->//g' > " +
                          (folder / "plain.xml").string())
                             .c_str());
    };
    ASSERT_EQ(plain(text), 0);
    std::ifstream plain_in(folder / "plain.xml", std::ios::binary);
    const std::string original{std::istreambuf_iterator<char>(plain_in), {}};
    EXPECT_EQ(canonical_by_xmllint(to_xml(made.json), folder / "a.xml"),
              canonical_by_xmllint(original, folder / "b.xml"))
        << entry.path();
    ++count;
  }
  fs::remove_all(folder);
  EXPECT_GE(count, 3U);
}

// Each resource of HL7's package: its canonical JSON, through XML, is the same bytes.
TEST(Xml, GivesTheSameBytesForAllExamples) {
  std::size_t count = 0;
  std::size_t packages = 0;
  for (const auto* name : {"hl7.fhir.r4.examples-4.0.1.tgz", "hl7.fhir.us.mcode-4.0.0.tgz"}) {
    const auto package = fs::path(PARANEO_PACKAGES) / name;
    if (!fs::exists(package)) continue;
    ++packages;
    const auto wanted = [](std::string_view path) {
      return path.ends_with(".json") && path.find("/.") == std::string_view::npos &&
             !path.ends_with("package.json");
    };
    const auto done = package::read_files(
        package, Limits{}, wanted, [&](std::string_view path, std::string text) -> Result<void> {
          const Source source{std::string(path), std::move(text)};
          Arena arena;
          diag::Sink sink;
          const auto* root = read_json(r4(), source, {}, {}, arena, sink);
          if (root == nullptr) return {};
          std::string xml;
          append_xml(r4(), *root, false, sink, xml);
          const Source written{"xml", std::move(xml)};
          diag::Sink again;
          const auto* back = read_xml(r4(), written, {}, {}, arena, again);
          EXPECT_TRUE(back != nullptr && again.errors() <= sink.errors())
              << path << ": " << diag::render(again, {});
          if (back != nullptr && to_json(r4(), *back) != to_json(r4(), *root))
            ADD_FAILURE() << path << " differs: " << written.text.substr(0, 2000)
                          << diag::render(sink, {});
          ++count;
          return {};
        });
    EXPECT_TRUE(done) << name;
  }
  if (packages == 0)
    GTEST_SKIP() << "no package of HL7 is in " << PARANEO_PACKAGES
                 << " (.ci/setup fetches them): nothing was compared";
  EXPECT_GT(count, 600U);
  RecordProperty("resources", static_cast<int>(count));
}

}  // namespace
}  // namespace paraneo::format
