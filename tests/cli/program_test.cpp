// --help, the manual and the completions say the same, since they are made of the same table.
#include "cli/program/program.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "base/utf8.h"
#include "cli/terminal/help_formatter.h"
#include "program.h"

namespace paraneo::cli {
namespace {

// "--as" and the like; in roff a hyphen is written \-.
std::set<std::string> long_options(std::string text) {
  for (auto at = text.find("\\-"); at != std::string::npos; at = text.find("\\-", at))
    text.erase(at, 1);
  std::set<std::string> out;
  for (auto at = text.find("--"); at != std::string::npos; at = text.find("--", at)) {
    auto end = at + 2;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '-'))
      ++end;
    if (end > at + 2) out.insert(text.substr(at, end - at));
    at = end;
  }
  return out;
}

std::vector<std::string> verbs_of(Program& run, const std::vector<std::string>& path) {
  auto words = path;
  words.emplace_back("--help");
  const auto help = run.run(words).out;
  std::vector<std::string> out;
  const auto begin = help.find("\nSubcommands:\n");
  if (begin == std::string::npos) return out;
  std::istringstream lines(help.substr(begin + 14));
  for (std::string line; std::getline(lines, line) && !line.empty();)
    if (line.size() > 2 && line[2] != ' ') out.push_back(line.substr(2, line.find(' ', 2) - 2));
  return out;
}

TEST(ProgramVerbs, HelpFitsEightyColumns) {
  Program run("help-columns");
  std::vector<std::vector<std::string>> paths = {{}};
  for (const auto& verb : verbs_of(run, {})) {
    paths.push_back({verb});
    for (const auto& action : verbs_of(run, {verb})) paths.push_back({verb, action});
  }
  ASSERT_GT(paths.size(), 25U);
  for (auto path : paths) {
    path.emplace_back("--help");
    const auto help = run.run(path);
    ASSERT_EQ(help.code, 0);
    std::istringstream lines(help.out);
    for (std::string line; std::getline(lines, line);) {
      const auto is_one_word =
          line.find(' ', line.find_first_not_of(' ')) == std::string::npos;  // a long URL
      EXPECT_TRUE(is_one_word || utf8::length(line) <= kHelpColumns)
          << path.front() << ": " << line;
    }
    path.pop_back();
    path.insert(path.begin(), "help");
    EXPECT_EQ(run.run(path).out, help.out);
  }
}

TEST(ProgramVerbs, AFlagThatIsRemovedIsNowhere) {
  Session session;
  CLI::App app("A program", "paraneo");
  app.formatter(std::make_shared<HelpFormatter>());
  bool flag = false;
  auto* verb = app.add_subcommand("export", "Turn records into FHIR");
  verb->add_flag("--stay", flag, "It stays");
  auto* gone = verb->add_flag("--going", flag, "It goes");
  const auto all = [&] {
    const auto table = verb_table(app, session);
    return std::vector<std::string>{
        verb->help(), manual(table, "1"), completion_script("bash", table),
        completion_script("zsh", table), completion_script("fish", table)};
  };
  // fish writes "-l going".
  const auto has = [](const std::string& text, const std::string& name) {
    return long_options(text).contains("--" + name) ||
           text.find(" -l " + name + " ") != std::string::npos;
  };
  for (const auto& text : all()) EXPECT_TRUE(has(text, "stay") && has(text, "going")) << text;
  verb->remove_option(gone);
  for (const auto& text : all()) EXPECT_TRUE(has(text, "stay") && !has(text, "going")) << text;
}

TEST(ProgramVerbs, TheManualHasEveryOptionOfTheHelp) {
  Program run("manual");
  const auto man = run.run({"man"});
  ASSERT_EQ(man.code, 0) << man.err;
  const auto known = long_options(man.out);
  for (const auto& verb : verbs_of(run, {}))
    for (const auto& option : long_options(run.run({verb, "--help"}).out))
      EXPECT_TRUE(known.contains(option)) << verb << " " << option;
}

TEST(ProgramVerbs, BashCompletes) {
  Program run("completion");
  const auto script = run.run({"completion", "bash"});
  ASSERT_EQ(script.code, 0) << script.err;
  run.write("paraneo.bash", script.out);
  const auto completed = [&](const std::string& words, int at) {
    const auto line = "cd '" + run.path(".") + "' && bash -c 'source paraneo.bash; COMP_WORDS=(" +
                      words + "); COMP_CWORD=" + std::to_string(at) +
                      "; _paraneo; echo \"${COMPREPLY[*]}\"' >out.txt 2>err.txt";
    EXPECT_EQ(std::system(line.c_str()), 0);
    EXPECT_EQ(run.read("err.txt"), "");
    return run.read("out.txt");
  };
  EXPECT_EQ(completed("paraneo exp", 1), "export\n");
  EXPECT_EQ(completed("paraneo sync ver", 2), "verify\n");
  EXPECT_EQ(completed("paraneo --log json export --pre", 4), "--pretty\n");
  EXPECT_EQ(completed("paraneo export --as tr", 3), "transaction\n");
  EXPECT_EQ(completed("paraneo completion z", 2), "zsh\n");
  EXPECT_EQ(completed("paraneo export case", 2), "\n");
}

TEST(ProgramVerbs, TheVersionSaysWhatItWasBuiltWith) {
  Program run("version");
  const auto version = run.run({"version"});
  ASSERT_EQ(version.code, 0);
  EXPECT_TRUE(version.out.starts_with("paraneo "));
  EXPECT_NE(version.out.find("OpenSSL 3"), std::string::npos) << version.out;
  EXPECT_EQ(run.run({"--version"}).out, version.out);
}

TEST(HelpFormatter, FillsParagraphsAndLeavesExamples) {
  EXPECT_EQ(filled("one two\nthree\n\nExample:\n  paraneo a  b", 9),
            "one two\nthree\n\nExample:\n  paraneo a  b\n");
  EXPECT_EQ(wrapped("aa bb cc", 2, 0, 5), "aa bb\n  cc");
  EXPECT_EQ(filled("  paraneo a --bb cc 'd e' f", 24), "  paraneo a \\\n      --bb cc 'd e' f\n");
  EXPECT_EQ(filled("  paraneo aa bb --cc 'd e f' g", 26),
            "  paraneo aa bb \\\n      --cc 'd e f' g\n");
  EXPECT_EQ(filled("  paraneo a bb cc dd    # remark", 20), "  paraneo a bb cc dd    # remark\n");
}

}  // namespace
}  // namespace paraneo::cli
