// What view writes where, and what it takes.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/program.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

std::string record(const std::string& id) {
  return R"({"resourceType":"CaseRecord","version":"1","id":")" + id +
         R"(","conditions":[{"key":"dm","code":{"code":"dx-dermatomyositis"},"onset":{"date":"2019-03"}}]})" +
         "\n";
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t out = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++out;
  return out;
}

TEST(View, APageNeedsNothingElse) {
  Program run("view-page");
  const auto input = run.write("a.json", record("a"));
  const auto ended = run.run({"view", input, "-o", run.path("a.html")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  const auto page = run.read("a.html");
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_EQ(page, run.run({"view", input}).out);
  for (const auto* part : {"<script", "<link", "src=", "url(", "@import", "href=\"http"})
    EXPECT_EQ(page.find(part), std::string::npos) << part;
  // The display of a code that has no words.
  EXPECT_NE(page.find(">Dermatomyositis<"), std::string::npos);
}

TEST(View, AFolderGetsAPageForEachAndAnIndexOfAll) {
  Program run("view-folder");
  const auto input = run.write("all.ndjson", record("a") + record("index") + record("b"));
  const auto ended = run.run({"view", input, "-o", run.path("pages/")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  std::set<std::string> files;
  for (const auto& entry : fs::directory_iterator(run.path("pages")))
    files.insert(entry.path().filename().string());
  for (const auto* file : {"a.html", "b.html", "index.html", "record-index.html"})
    EXPECT_TRUE(files.contains(file)) << file;
  const auto index = run.read("pages/index.html");
  EXPECT_EQ(count(index, "<li>"), 3U);
  for (const auto* link : {"href=\"a.html\"", "href=\"b.html\"", "href=\"record-index.html\""})
    EXPECT_EQ(count(index, link), 1U) << link;
}

TEST(View, OneFileHasAllRecordsAndLinksToEach) {
  Program run("view-file");
  const auto input = run.write("all.ndjson", record("a") + record("b"));
  const auto page = run.run({"view", input}).out;
  for (const auto* name : {"record-1", "record-2"}) {
    EXPECT_EQ(count(page, "href=\"#" + std::string(name) + "\""), 1U);
    EXPECT_EQ(count(page, "id=\"" + std::string(name) + "\""), 1U);
  }
}

TEST(View, FhirGivesThePictureOfItsRecord) {
  Program run("view-fhir");
  const auto input = run.write("a.json", record("a"));
  ASSERT_EQ(run.run({"export", input, "-o", run.path("bundle.json")}).code, 0);
  ASSERT_EQ(run.run({"export", input, "--format", "xml", "-o", run.path("bundle.xml")}).code, 0);
  const auto picture = run.run({"view", input, "--format", "svg"}).out;
  EXPECT_FALSE(picture.empty());
  EXPECT_EQ(run.run({"view", run.path("bundle.json"), "--format", "svg"}).out, picture);
  EXPECT_EQ(run.run({"view", run.path("bundle.xml"), "--format", "svg"}).out, picture);
}

TEST(View, APictureByItsName) {
  Program run("view-name");
  const auto input = run.write("a.json", record("a"));
  ASSERT_EQ(run.run({"view", input, "-o", run.path("a.svg")}).code, 0);
  EXPECT_TRUE(run.read("a.svg").starts_with("<svg "));
  EXPECT_EQ(run.run({"view", input, "-o", input}).code, 2);
}

}  // namespace
}  // namespace paraneo::cli
