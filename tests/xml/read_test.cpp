#include "xml/read.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/clock.h"
#include "diag/render.h"
#include "xml/write.h"

namespace paraneo::xml {
namespace {

constexpr std::string_view kMarkup = "urn:markup";

struct Parsed {
  explicit Parsed(std::string text, const Limits& limits = {}) : source{"in.xml", std::move(text)} {
    root = read(source, {kMarkup}, arena, limits, sink);
    EXPECT_EQ(root == nullptr, sink.errors() > 0 && root == nullptr) << source.text.substr(0, 200);
  }
  // The code and the place of the first message.
  std::string first() const {
    if (sink.all().empty()) return "";
    const auto& d = sink.all().front();
    const auto place = diag::file_line_column(d);
    return std::string(diag::info(d.code).name) +
           (place.empty() ? "" : " " + place.substr(place.find(':') + 1));
  }
  Source source;
  Arena arena;
  diag::Sink sink;
  const Node* root = nullptr;
};

std::string first_fault(std::string text, const Limits& limits = {}) {
  const Parsed parsed(std::move(text), limits);
  EXPECT_EQ(parsed.root, nullptr);
  return parsed.first();
}

TEST(XmlRead, GivesElementsWithAttributesAndPlaces) {
  const Parsed p(
      "<?xml version='1.0' encoding='utf-8'?>\n<!-- c --><?pi x?>\n<a xmlns='urn:a' x = \"1 &lt; 2&#x41;\"><b y='\"'/>\n<c/></a>\n<!-- end -->");
  ASSERT_NE(p.root, nullptr) << p.first();
  EXPECT_EQ(p.root->name, "a");
  EXPECT_EQ(p.root->space, "urn:a");
  ASSERT_EQ(p.root->attributes.size(), 1U);
  EXPECT_EQ(p.root->attributes[0].name, "x");
  EXPECT_EQ(p.root->attributes[0].value, "1 < 2A");
  EXPECT_EQ(p.source.text[p.root->attributes[0].value_offset], '"');
  EXPECT_EQ(locate(p.source, p.root->offset).line, 3U);
  ASSERT_NE(p.root->first, nullptr);
  EXPECT_EQ(p.root->first->find("y")->value, "\"");
  EXPECT_EQ(p.root->first->next->name, "c");
  EXPECT_EQ(locate(p.source, p.root->last->offset).line, 4U);
  EXPECT_EQ(p.root->text_offset, Node::kNone);
}

TEST(XmlRead, KnowsNamespacesByPrefixAndWithout) {
  const Parsed p("<f:a xmlns:f='urn:a' xmlns='urn:b'><b/><f:c/><d xmlns=''><e/></d><g/></f:a>");
  ASSERT_NE(p.root, nullptr);
  EXPECT_EQ(p.root->name, "a");
  EXPECT_EQ(p.root->space, "urn:a");
  const auto* b = p.root->first;
  EXPECT_EQ(b->space, "urn:b");
  EXPECT_EQ(b->next->space, "urn:a");
  EXPECT_EQ(b->next->name, "c");
  EXPECT_EQ(b->next->next->first->space, "");
  EXPECT_EQ(p.root->last->space, "urn:b");
  EXPECT_EQ(first_fault("<a><x:b/></a>"), "xml-namespace 1:5");
}

TEST(XmlRead, KeepsMarkupAsItIsWritten) {
  const Parsed p(
      "<a xmlns='urn:a'><div xmlns='urn:markup' class='x'>one <b>two</b><br/>&amp;<![CDATA[<]]><!-- c --></div><c/></a>");
  ASSERT_NE(p.root, nullptr);
  EXPECT_EQ(
      p.root->first->markup,
      "<div xmlns='urn:markup' class='x'>one <b>two</b><br/>&amp;<![CDATA[<]]><!-- c --></div>");
  EXPECT_EQ(p.root->first->first, nullptr);
  EXPECT_EQ(p.root->last->name, "c");
  EXPECT_EQ(p.root->text_offset, Node::kNone);
}

TEST(XmlRead, MakesMarkupStandAlone) {
  const Parsed prefixed(
      "<a xmlns='urn:a' xmlns:h='urn:markup'><h:div a='1'>x<h:br/><h:p>y</h:p></h:div></a>");
  ASSERT_NE(prefixed.root, nullptr);
  EXPECT_EQ(prefixed.root->first->markup, "<div xmlns=\"urn:markup\" a='1'>x<br/><p>y</p></div>");
  const Parsed inherited("<f:a xmlns:f='urn:a' xmlns='urn:markup'><div>x</div><br/></f:a>");
  ASSERT_NE(inherited.root, nullptr);
  EXPECT_EQ(inherited.root->first->markup, "<div xmlns=\"urn:markup\">x</div>");
  EXPECT_EQ(inherited.root->last->markup, "<br xmlns=\"urn:markup\"/>");
}

TEST(XmlRead, LeavesOutMarkupThatIsNoneAlone) {
  for (const auto* inside : {"<p xmlns='urn:other'/>", "<h:p/>", "<p xmlns:x='urn:x' x:y='1'/>"}) {
    const Parsed p("<a xmlns='urn:a' xmlns:h='urn:h'><div xmlns='urn:markup'>" +
                   std::string(inside) + "</div></a>");
    ASSERT_NE(p.root, nullptr);
    EXPECT_EQ(p.root->first->markup, "") << inside;
    EXPECT_EQ(p.first(), "xml-narrative 1:58") << inside;
  }
}

TEST(XmlRead, FindsTextBetweenElements) {
  const auto text_at = [](std::string inside) {
    const Parsed p("<a>" + inside + "</a>");
    return p.root == nullptr                    ? -2
           : p.root->text_offset == Node::kNone ? -1
                                                : static_cast<int>(p.root->text_offset) - 3;
  };
  EXPECT_EQ(text_at(" \n\t <!-- x --> <?p x?> <b/> <!-- <c> --> "), -1);
  EXPECT_EQ(text_at("<![CDATA[ \n ]]><b/>"), -1);
  EXPECT_EQ(text_at(" x<b/>"), 1);
  EXPECT_EQ(text_at("<b/>y"), 4);
  EXPECT_EQ(text_at("<![CDATA[ y ]]>"), 0);
  EXPECT_EQ(text_at("<!-- c -->&#120;"), 10);
}

TEST(XmlRead, SaysWhereItIsNotWellFormed) {
  EXPECT_EQ(first_fault("<a>\n <b></c></a>"), "xml-syntax 2:7");
  EXPECT_EQ(first_fault("<a>\n <b>"), "xml-syntax 2:5");
  EXPECT_EQ(first_fault(""), "xml-syntax 1:1");
  EXPECT_EQ(first_fault("<a/><b/>"), "xml-syntax 1:5");
  EXPECT_EQ(first_fault("<a x='1' x='2'/>"), "xml-syntax 1:10");
  EXPECT_EQ(first_fault("<a x=1/>"), "xml-syntax 1:6");
  EXPECT_EQ(first_fault("<a>&nbsp;</a>"), "xml-syntax 1:4");
  EXPECT_EQ(first_fault("<a x='&#0;'/>").substr(0, 10), "xml-syntax");
  EXPECT_EQ(first_fault("<a>\x01</a>"), "xml-syntax 1:4");
  EXPECT_EQ(first_fault(std::string("<a>\0</a>", 8)), "xml-syntax 1:4");
  EXPECT_EQ(first_fault("<a>\xff</a>"), "xml-encoding 1:4");
}

TEST(XmlRead, RefusesDocumentTypesBeforeTheyCostAnything) {
  std::string laughs = "<!DOCTYPE a [<!ENTITY x0 'ha'>";
  for (int i = 1; i < 40; ++i)
    laughs += "<!ENTITY x" + std::to_string(i) + " '&x" + std::to_string(i - 1) + ";&x" +
              std::to_string(i - 1) + ";'>";
  EXPECT_EQ(first_fault(laughs + "]><a>&x39;</a>"), "xml-doctype 1:1");
  EXPECT_EQ(first_fault("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), "xml-doctype 1:1");
  EXPECT_EQ(first_fault("<!DOCTYPE a [<!ENTITY x SYSTEM 'http://127.0.0.1:1/'>]><a>&x;</a>"),
            "xml-doctype 1:1");
  EXPECT_EQ(first_fault("<!DOCTYPE a PUBLIC 'p' 'http://127.0.0.1:1/'><a>&x;</a>"),
            "xml-doctype 1:1");
}

TEST(XmlRead, ReadsUtf8Alone) {
  EXPECT_NE(Parsed("\xef\xbb\xbf<a/>").root, nullptr);
  EXPECT_NE(Parsed("<?xml version='1.0' encoding='UTF-8'?><a x='\xc3\xa4'/>").root, nullptr);
  EXPECT_NE(Parsed("<?xml version='1.0' encoding='US-ASCII'?><a/>").root, nullptr);
  EXPECT_EQ(first_fault("<?xml version='1.0' encoding='ISO-8859-1'?><a x='\xe4'/>"),
            "xml-encoding 1:1");
  EXPECT_EQ(first_fault("<?xml version='1.0' encoding='UTF-16'?><a/>"), "xml-encoding 1:1");
  EXPECT_EQ(first_fault(std::string("\xff\xfe<\0a\0/\0>\0", 10)), "xml-encoding 1:1");
  EXPECT_EQ(first_fault(std::string("\xfe\xff\0<\0a\0/\0>", 10)), "xml-encoding 1:1");
  EXPECT_EQ(first_fault(std::string("\0<\0a\0/\0>", 8)), "xml-encoding 1:1");
  EXPECT_TRUE(looks_like_xml(std::string("\xff\xfe<\0a\0", 6)));
  EXPECT_FALSE(looks_like_xml(std::string("\xff\xfe{\0a\0", 6)));
  EXPECT_TRUE(looks_like_xml("\xef\xbb\xbf \n<a/>"));
  EXPECT_FALSE(looks_like_xml(" {\"a\": \"<\"}"));
  EXPECT_FALSE(looks_like_xml(""));
}

TEST(XmlRead, HasLimits) {
  Limits limits;
  limits.xml_depth_max = 3;
  EXPECT_NE(Parsed("<a><b><c/></b></a>", limits).root, nullptr);
  EXPECT_EQ(first_fault("<a><b><c><d/></c></b></a>", limits), "xml-depth 1:10");
  EXPECT_EQ(first_fault("<a><div xmlns='urn:markup'><c><d/></c></div></a>", limits),
            "xml-depth 1:31");
  limits = {};
  limits.xml_elements_max = 3;
  EXPECT_EQ(first_fault("<a><b/><b/><b/></a>", limits), "xml-size 1:12");
  limits = {};
  limits.xml_attributes_max = 2;
  EXPECT_NE(Parsed("<a x='1' y='2'/>", limits).root, nullptr);
  EXPECT_EQ(first_fault("<a x='1' y='2' z='3'/>", limits), "xml-size 1:1");
  limits = {};
  limits.xml_bytes_max = 10;
  EXPECT_EQ(first_fault("<a>        </a>", limits), "xml-size 1:1");
}

TEST(XmlRead, IsNotStoppedByWhatNests) {
  std::string deep;
  for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
  EXPECT_EQ(first_fault(deep), "xml-depth 1:301");
}

TEST(XmlRead, ReadsAttributesOfManyMegabytes) {
  const std::string value(std::size_t{10} << 20, 'x');
  const Parsed p("<a x='" + value + "'/>");
  ASSERT_NE(p.root, nullptr);
  EXPECT_EQ(p.root->attributes[0].value.size(), value.size());
  const Parsed escaped("<a x='&lt;" + value + "'/>");
  ASSERT_NE(escaped.root, nullptr);
  EXPECT_EQ(escaped.root->attributes[0].value.size(), value.size() + 1);
}

class LateClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return now_ += 1'000'000; }

 private:
  mutable std::int64_t now_ = 0;
};

TEST(XmlRead, EndsWhenTimeIsOver) {
  std::string text = "<a>";
  for (int i = 0; i < 1000; ++i) text += "<b/>";
  const Source source{"in.xml", text + "</a>"};
  Arena arena;
  diag::Sink sink;
  const LateClock clock;
  const Budget budget(Limits{}, arena, &clock);
  EXPECT_EQ(read(source, {}, arena, {}, sink, &budget), nullptr);
  ASSERT_EQ(sink.all().size(), 1U);
  EXPECT_EQ(sink.all()[0].code, diag::Code::xml_time);
}

TEST(XmlWrite, EscapesWhatAParserWouldChange) {
  std::string out;
  append_attribute_value(out, "a<b>&\"c\"\t\n\r'\xc3\xa4");
  EXPECT_EQ(out, "a&lt;b&gt;&amp;&quot;c&quot;&#9;&#10;&#13;'\xc3\xa4");
  const Parsed back("<a x=\"" + out + "\"/>");
  ASSERT_NE(back.root, nullptr);
  EXPECT_EQ(back.root->attributes[0].value, "a<b>&\"c\"\t\n\r'\xc3\xa4");
}

TEST(XmlWrite, KnowsWhatXmlCannotHave) {
  EXPECT_EQ(first_unwritable("a\t\n\r\xc3\xa4"), std::string_view::npos);
  EXPECT_EQ(first_unwritable("ab\x0c"), 2U);
  EXPECT_EQ(first_unwritable(std::string_view("\0", 1)), 0U);
  EXPECT_EQ(first_unwritable("a\xef\xbf\xbe"), 1U);
  EXPECT_EQ(first_unwritable("a\xef\xbf\xbd"), std::string_view::npos);
}

}  // namespace
}  // namespace paraneo::xml
