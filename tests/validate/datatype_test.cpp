#include <gtest/gtest.h>

#include "validate/problems.h"

namespace paraneo::validate {
namespace {

TEST(Datatype, ReadsUrisByTheirKind) {
  const auto library = [](const std::string& url, const std::string& resource) {
    return R"({"resourceType":"Library","status":"draft","type":{"text":"x"},"url":")" + url +
           R"(","relatedArtifact":[{"type":"depends-on","resource":")" + resource + "\"}]}";
  };
  EXPECT_EQ(problems(library("urn:oid:1.2.3", "http://example.org/Library/1|2")), Problems{});
  EXPECT_EQ(problems(library("urn:oid:1.2.", "http://example.org/Library/1")),
            Problems{"validate-datatype Library.url"});
  EXPECT_EQ(problems(library("urn:uuid:1", "http://example.org/Library/1")),
            Problems{"validate-datatype Library.url"});
  EXPECT_EQ(problems(library("urn:oid:1.2.3", "Library/1")),
            Problems{"validate-datatype Library.relatedArtifact[0].resource"});
}

TEST(Datatype, CountsTheBytesOfAttachments) {
  const auto patient = [](const std::string& photo) {
    return R"({"resourceType":"Patient","photo":[)" + photo + "]}";
  };
  EXPECT_EQ(problems(patient(R"({"contentType":"text/plain","data":"aGVs bG8=","size":5})")),
            Problems{});
  EXPECT_EQ(problems(patient(R"({"contentType":"text/plain","data":"aGVsbG8=","size":8})")),
            Problems{"validate-datatype Patient.photo[0].size"});
}

TEST(Datatype, WarnsOfDecimalsThatFewCanReckonWith) {
  const auto observation = [](const std::string& value) {
    return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":)" +
           value + "}}";
  };
  EXPECT_EQ(problems(observation("1.0e3")), Problems{});
  EXPECT_EQ(problems(observation("-1e+245")),
            Problems{"validate-primitive Observation.value.value"});
  EXPECT_EQ(problems(observation("1e-40")), Problems{"validate-primitive Observation.value.value"});
  EXPECT_EQ(problems(observation("1e-2000")),
            Problems{"validate-primitive Observation.value.value"});
  EXPECT_EQ(problems(observation("123456789012345678901234567890.123456")), Problems{});
}

TEST(Narrative, SaysWhatIsWrong) {
  const auto patient = [](const std::string& div) {
    return R"({"resourceType":"Patient","text":{"status":"generated","div":")" + div + "\"}}";
  };
  const auto div = [&](const std::string& inner) {
    return problems(patient("<div xmlns='http://www.w3.org/1999/xhtml'>" + inner + "</div>"));
  };
  const Problems none, one{"validate-narrative Patient.text.div"};
  for (const auto* inner : {"x", "a &amp; &#160; &#xA0; &lt;", "<?x y?><b><![CDATA[<c>]]></b>",
                            "<img src='http://x.org/a' alt='x'/>"})
    EXPECT_EQ(div(inner), none) << inner;
  for (const auto* inner :
       {"", "<script/>x", "<p onclick='x'>x</p>", "a&nbsp;b", "a & b", "&#;",
        "<p class='a' class='b'>x</p>", "<p title='&x;'>x</p>", "<?x", "<![CDATA[x"})
    EXPECT_EQ(div(inner), one) << inner;
  for (const auto* text : {"<p>x</p>", "<div>x", "<div>x</div><div>y</div>", "<div>x</div>",
                           "<div xmlns='http://hl7.org/fhir'>x</div>"})
    EXPECT_EQ(problems(patient(text)), one) << text;
}

TEST(Extension, IsNamedByAnAbsoluteUrl) {
  EXPECT_EQ(problems(R"({"resourceType":"Patient","extension":[{"url":"x","valueString":"y"}]})"),
            Problems{"validate-extension Patient.extension[0].url"});
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Patient","extension":[{"url":"http://example.org/x","extension":[{"url":"x","valueString":"y"}]}]})"),
      Problems{});
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Patient","extension":[{"url":"http://example.org/x|1","valueString":"y"}]})"),
      Problems{"validate-extension Patient.extension[0].url"});
}

}  // namespace
}  // namespace paraneo::validate
