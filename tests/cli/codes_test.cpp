// The loop of codes: report, fill in, check, apply, and what it changes.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>
#include <sstream>

#include "codebook/sheet.h"
#include "program.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;
using codebook::Column;

const char* const kRecord =
    R"({"resourceType": "CaseRecord", "version": "1", "id": "own-1", "subject": {"sex": "female"},
 "conditions": [{"key": "r", "kind": "symptom", "code": {"text": "a rash like a shawl"}}, {"key": "o", "code": {"code": "dx-ours", "text": "Ours"}},
  {"key": "r2", "kind": "symptom", "code": {"text": "a rash like a shawl"}, "severity": {"text": "a rash like a shawl"}}],
 "observations": [
  {"key": "a", "code": {"coding": [{"system": "http://hospital.example/lab", "code": "CK7"}], "text": "CK"}, "value": {"number": 90, "unit": "Einheiten/l"}},
  {"key": "b", "code": {"coding": [{"system": "http://hospital.example/lab", "code": "000123"}]}, "value": {"number": 90, "unit": "Einheiten/l"}},
  {"key": "c", "code": {"code": "lab-creatine-kinase"}, "value": {"number": 90, "unit": "mg/L"}},
  {"key": "d", "code": {"code": "vital-body-weight"}, "value": {"number": 90, "unit": "kg"}},
  {"key": "e", "code": {"code": "lab-ours"}, "value": {"concept": {"text": "weakly positive"}}}]})";

// The rows of a sheet, by key.
using Rows = std::map<std::string, std::array<std::string, codebook::kColumns>>;

Rows rows_of(const std::string& text) {
  diag::Sink sink;
  codebook::SheetReader sheet({"sheet", text}, sink);
  Rows out;
  codebook::Row row;
  while (sheet.next(row, sink))
    for (std::size_t i = 0; i < codebook::kColumns; ++i)
      out[std::string(row[codebook::kKey])][i] = row.cells[i];
  EXPECT_TRUE(sink.ok());
  return out;
}

std::string text_of(const Rows& rows) {
  auto out = codebook::heading();
  for (const auto& [key, cells] : rows) {
    codebook::Row row;
    for (std::size_t i = 0; i < codebook::kColumns; ++i) row.cells[i] = cells[i];
    codebook::append_row(out, row);
  }
  return out;
}

void decide(std::array<std::string, codebook::kColumns>& cells, std::mt19937& random) {
  if (random() % 4 == 0) {
    cells[codebook::kDecision] = "none fits";
    return;
  }
  cells[codebook::kDecision] = "map";
  if (cells[codebook::kKind] == "unit") {
    cells[codebook::kTargetCode] = "U/L";
  } else if (random() % 2 == 0) {
    cells[codebook::kTargetSystem] = "https://paraneo.github.io/fhir/CodeSystem/concepts";
    cells[codebook::kTargetCode] = "lab-aldolase";
  } else {
    cells[codebook::kTargetSystem] = "SNOMED CT";
    cells[codebook::kTargetCode] = "271807003";
  }
}

std::string folder_text(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files[entry.path().filename()] = text.str();
  }
  std::string out;
  for (const auto& [name, text] : files) out += name + "\n" + text;
  return out;
}

const std::string kBase = "https://registry.example.org/fhir";

TEST(Codes, FillingRowsLowersTheCountByTheirSumAndChangesNothingElse) {
  Program run("codes-laws");
  const auto record = run.write("case.json", kRecord);
  const std::string others = std::string(PARANEO_SOURCE_DIR) + "/tests/records";
  std::mt19937 random(13);
  const auto reported = run.run({"codes", "report", record, others});
  ASSERT_EQ(reported.code, 0) << reported.err;
  const auto before = rows_of(reported.out);
  ASSERT_GT(before.size(), 20U);
  for (int round = 0; round < 4; ++round) {
    auto filled = before;
    for (auto& [key, cells] : filled)
      if (random() % 3 == 0) decide(cells, random);
    const auto sheet = run.write("sheet.csv", text_of(filled));
    const auto codes = run.path("codes" + std::to_string(round));
    const auto checked = run.run({"codes", "check", sheet});
    ASSERT_EQ(checked.code, 0) << checked.err;
    ASSERT_EQ(run.run({"codes", "apply", sheet, "--base", kBase, "-o", codes}).code, 0);
    const auto applied = folder_text(codes);
    ASSERT_EQ(run.run({"codes", "apply", sheet, "--base", kBase, "-o", codes}).code, 0);
    EXPECT_EQ(folder_text(codes), applied) << "applying twice is applying once";

    const auto after = rows_of(run.run({"codes", "report", record, others, "--ig", codes}).out);
    for (const auto& [key, cells] : filled) {
      const auto left = after.find(key);
      const auto is_open = cells[codebook::kDecision].empty();
      ASSERT_EQ(left != after.end(), is_open) << cells[codebook::kCode];
      if (!is_open) continue;
      EXPECT_EQ(left->second[codebook::kCount], cells[codebook::kCount]) << cells[codebook::kCode];
    }
    EXPECT_EQ(after.size(), static_cast<std::size_t>(
                                std::count_if(filled.begin(), filled.end(), [](const auto& row) {
                                  return row.second[codebook::kDecision].empty();
                                })));

    // The record comes back as it was, and what nobody decided about is in the next sheet.
    const auto bundle = run.path("bundle.json"), back = run.path("back.json"),
               plain = run.path("plain.json"), plain_back = run.path("plain-back.json");
    run.run({"export", record, "--ig", codes, "-o", bundle});
    run.run({"import", bundle, "--ig", codes, "-o", back});
    run.run({"export", record, "-o", plain});
    run.run({"import", plain, "-o", plain_back});
    EXPECT_FALSE(run.read("back.json").empty());
    EXPECT_EQ(run.read("back.json"), run.read("plain-back.json"));
    const auto next =
        rows_of(run.run({"codes", "report", record, others, "--ig", codes, "--keep", sheet}).out);
    for (const auto& [key, cells] : filled) {
      ASSERT_TRUE(next.contains(key)) << cells[codebook::kCode];
      EXPECT_EQ(next.at(key)[codebook::kDecision], cells[codebook::kDecision]);
    }
  }
}

TEST(Codes, FhirHasTheRowsOfTheRecordThatItIs) {
  Program run("codes-fhir");
  const auto record = run.write("case.json", kRecord);
  ASSERT_LE(run.run({"export", record, "-o", run.path("bundle.json")}).code, 1);
  const auto of_record = rows_of(run.run({"codes", "report", record}).out);
  const auto of_fhir = rows_of(run.run({"codes", "report", run.path("bundle.json")}).out);
  ASSERT_EQ(of_record.size(), of_fhir.size());
  for (const auto& [key, cells] : of_record) {
    ASSERT_TRUE(of_fhir.contains(key)) << cells[codebook::kCode];
    EXPECT_EQ(of_fhir.at(key)[codebook::kCount], cells[codebook::kCount]);
    EXPECT_NE(of_fhir.at(key)[codebook::kExample].find("/entry/"), std::string::npos);
  }
}

TEST(Codes, AnyNumberOfThreadsGivesTheSameSheet) {
  Program run("codes-jobs");
  const auto record = run.write("case.json", kRecord);
  const std::string others = std::string(PARANEO_SOURCE_DIR) + "/tests/records";
  const auto one = run.run({"codes", "report", others, record, "--jobs", "1"});
  const auto four = run.run({"codes", "report", others, record, "--jobs", "4"});
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(one.out, four.out);
}

TEST(Codes, WhatWasAppliedStaysUntilASheetReplacesIt) {
  Program run("codes-conflict");
  const auto record = run.write("case.json", kRecord);
  auto rows = rows_of(run.run({"codes", "report", record}).out);
  auto& ours = std::find_if(rows.begin(), rows.end(), [](const auto& row) {
                 return row.second[codebook::kCode] == "CK7";
               })->second;
  ours[codebook::kDecision] = "map";
  ours[codebook::kTargetSystem] = "LOINC";
  ours[codebook::kTargetCode] = "2157-6";
  const auto first = run.write("first.csv", text_of(rows));
  ours[codebook::kTargetCode] = "13969-1";
  const auto second = run.write("second.csv", text_of(rows));
  const auto codes = run.path("codes.json");
  ASSERT_EQ(run.run({"codes", "apply", first, "--base", kBase, "-o", codes}).code, 0);
  const auto before = run.read("codes.json");
  const auto refused = run.run({"codes", "apply", second, "--base", kBase, "-o", codes});
  EXPECT_EQ(refused.code, 5) << refused.err;
  EXPECT_NE(refused.err.find("CK7"), std::string::npos) << refused.err;
  EXPECT_EQ(run.read("codes.json"), before);
  EXPECT_EQ(
      run.run({"codes", "apply", second, "--base", "https://other.example", "-o", codes}).code, 2);
  ASSERT_EQ(run.run({"codes", "apply", second, "--base", kBase, "-o", codes, "--replace"}).code, 0);
  EXPECT_NE(run.read("codes.json").find("13969-1"), std::string::npos);
}

TEST(Codes, AFolderOfTheConfigurationIsLoadedByItself) {
  Program run("codes-config");
  const auto record = run.write(
      "case.json", R"({"resourceType": "CaseRecord", "version": "1", "id": "c", "observations": [
    {"key": "a", "code": {"code": "lab-crp"}, "value": {"number": 1, "unit": "mg pro dl"}}]})");
  const auto config =
      run.write("paraneo.toml", "[codes]\nfolder = \"" + run.path("codes") +
                                    "\"\n[codes.apply]\nbase = \"" + kBase + "\"\n");
  const auto reported = run.run({"codes", "report", record, "--config", config});
  ASSERT_EQ(reported.code, 0) << reported.err;
  auto rows = rows_of(reported.out);
  for (auto& [key, cells] : rows)
    if (cells[codebook::kKind] == "unit") {
      cells[codebook::kDecision] = "map";
      cells[codebook::kTargetCode] = "mg/dL";
    }
  const auto applied =
      run.run({"codes", "apply", run.write("sheet.csv", text_of(rows)), "--config", config});
  ASSERT_EQ(applied.code, 0) << applied.err;
  const auto exported = run.run({"export", record, "--config", config});
  EXPECT_NE(exported.out.find("\"code\":\"mg/dL\""), std::string::npos) << exported.err;
}

// The page for people, as it stands.
TEST(Codes, ThePageWorksByPasting) {
  Program run("codes-page");
  std::ostringstream page;
  page << std::ifstream(std::string(PARANEO_SOURCE_DIR) + "/docs/codes-of-your-own.md").rdbuf();
  const auto text = page.str();
  const auto block = [&](const std::string& kind) {
    const auto begin = text.find("```" + kind + "\n") + kind.size() + 4;
    return text.substr(begin, text.find("```", begin) - begin);
  };
  run.write("case.json", block("json case.json"));
  std::vector<std::string> commands;
  for (auto at = text.find("```sh\n"); at != std::string::npos; at = text.find("```sh\n", at)) {
    at += 6;
    std::istringstream lines(text.substr(at, text.find("```", at) - at));
    for (std::string line; std::getline(lines, line);) commands.push_back(line);
  }
  ASSERT_EQ(commands.size(), 5U);
  for (const auto& command : commands) {
    const auto line = "cd '" + run.path(".") + "' && " + PARANEO_BINARY +
                      command.substr(std::string("paraneo").size()) + " >out.txt 2>err.txt";
    ASSERT_EQ(WEXITSTATUS(std::system(line.c_str())), 0) << command << "\n" << run.read("err.txt");
    if (command.find(" report case.json -o") == std::string::npos) continue;
    std::mt19937 random(1);
    auto rows = rows_of(run.read("sheet.csv"));
    ASSERT_EQ(rows.size(), 3U);
    for (auto& [key, cells] : rows) decide(cells, random);
    run.write("sheet.csv", text_of(rows));
  }
  EXPECT_EQ(rows_of(run.read("next.csv")).size(), 3U);
}

}  // namespace
}  // namespace paraneo::cli
