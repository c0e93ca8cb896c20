// Every command of README.md, of some pages of docs/ and of all --help, pasted as it stands into a
// shell, in a folder that has what they name, against a sandbox in the place of fhir.example.org.
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "case_record.h"
#include "program.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

// Lines that end in a backslash go on; what stands behind # is for people.
std::vector<std::string> commands_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line, whole; std::getline(lines, line); whole.clear()) {
    whole = line;
    while (whole.ends_with('\\') && std::getline(lines, line))
      whole = whole.substr(0, whole.size() - 1) + line;
    const auto begin = whole.find_first_not_of(' ');
    if (begin != std::string::npos && whole.compare(begin, 8, "paraneo ") == 0)
      out.push_back(std::regex_replace(whole.substr(begin), std::regex(" +# .*"), ""));
  }
  return out;
}

std::string file_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What stands between ```KIND and ```.
std::string blocks_of(const std::string& markdown, const std::string& kind) {
  std::string out;
  for (auto at = markdown.find("```" + kind + "\n"); at != std::string::npos;
       at = markdown.find("```" + kind + "\n", at)) {
    at += 4 + kind.size();
    out += markdown.substr(at, markdown.find("```", at) - at);
  }
  return out;
}

// Commands that end otherwise than with 0, as is said beside them, and those that need more than a
// sandbox.
struct Special {
  const char* part;
  int code;
  const char* why;
};
constexpr int kNotRun = -1;
constexpr Special kSpecial[] = {
    {"transform --map mappings/record/export", 1, "there are codes without an equivalent"},
    {"transform --map https://paraneo.github.io/fhir/StructureMap/export", 1,
     "there are codes without an equivalent"},
    {"maps coverage", 1, "there are rules that never ran"},
    {"--smart-key", kNotRun, "tests/integration/login.sh has the server for it"},
    {"login.example.org", kNotRun, "tests/integration/login.sh has the server for it"},
    {"packages.example.org", kNotRun, "tests/cli/package_install_test.cpp has a registry for it"},
    {"tx.example.org", kNotRun, "tests/cli/terminology_server_test.cpp has the server for it"},
    {"--kafka-brokers", kNotRun, "tests/integration/workers.sh has the brokers for it"},
    {"hl7.fhir.r5.core", kNotRun, "tests/package has packages"},
    {"--watch", kNotRun, "it never ends; tests/cli/sync_test.cpp ends it"},
    {"sync status", 5, "a record is parked"},
    {"doctor --config", 1, "a record is parked"},
    {"sync run", 5, "a record is parked"},
};

class Help : public testing::Test {
 protected:
  Help()
      : program_(std::string("help-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name()) {
    const fs::path source(PARANEO_SOURCE_DIR);
    for (const auto* part : {"mappings", "tests/records", "profiles/built"}) {
      fs::create_directories(program_.path(part));
      fs::copy(source / part, program_.path(part), fs::copy_options::recursive);
    }
    fs::create_directories(program_.path("bin"));
    fs::create_symlink(PARANEO_BINARY, program_.path("bin/paraneo"));
    fs::copy_file(source / "tests/records/seed-000.json", program_.path("case.json"));
    program_.write("mary.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"p\"}\n");
    program_.write(
        "mary-gone.ndjson",
        R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Observation/1"}}]})");
    program_.write("persons.csv", "person,source,id\nR-0017,st-mary,4711\n");
    for (const auto* secret : {"token", "pw"}) program_.write(secret, "secret\n");
  }
  int shell(const std::string& line) const {
    const auto command =
        "cd '" + program_.path(".") +
        "' && PATH=\"$PWD/bin:$PATH\" HOME=\"$PWD\" SSL_CERT_FILE=\"$PWD/tls/ca.crt\" && export PATH HOME SSL_CERT_FILE && { " +
        line + "\n} >out.txt 2>err.txt </dev/null";
    return WEXITSTATUS(std::system(command.c_str()));
  }
  void must_work(const std::string& line) const {
    ASSERT_EQ(shell(line), 0) << line << "\n" << program_.read("err.txt");
  }

  // As it stands, but for the names of servers that are not there.
  std::string with_sandbox(std::string line) const {
    for (const auto& [name, ours] :
         {std::pair(std::string("https://fhir.example.org/r4"), base_),
          {"https://localhost:8443/fhir", base_},
          {"--server URL", "--server " + base_},
          {"paraneo-sandbox-tls/", "tls/"},
          {"paraneo sandbox ", "timeout --preserve-status 2 paraneo sandbox --port 0 "},
          {"--patient dm-017", "--patient " + patient_}})
      for (auto at = line.find(name); at != std::string::npos;
           at = line.find(name, at + ours.size()))
        line.replace(at, name.size(), ours);
    if (line.ends_with('&')) line.pop_back();
    return line;
  }
  void expect_works(const std::string& example) const {
    const auto special = std::find_if(
        std::begin(kSpecial), std::end(kSpecial),
        [&](const Special& each) { return example.find(each.part) != std::string::npos; });
    const int code = special == std::end(kSpecial) ? 0 : special->code;
    if (code == kNotRun) return;
    must_work(
        "cp parked.sqlite ledger.sqlite; cp parked.sqlite paraneo-ledger.sqlite; rm -rf records; cp -r parked records");
    EXPECT_EQ(shell(with_sandbox(example)), code) << example << "\n" << program_.read("err.txt");
    const bool must_print = example.find("fhirpath") != std::string::npos;
    EXPECT_TRUE(!must_print || !program_.read("out.txt").empty()) << example;
  }

  // A server with resources, a client's certificate, and a ledger in which dm-017 is parked.
  void start_server() {
    base_ = program_.sandbox();
    fs::create_directories(program_.path("records"));
    auto config = blocks_of(file_text(fs::path(PARANEO_SOURCE_DIR) / "README.md"), "toml");
    for (const auto& [name, ours] : {std::pair(std::string("https://fhir.example.org/r4"), base_),
                                     {"/srv/", ""},
                                     {"/var/lib/paraneo/", ""},
                                     {"/etc/paraneo/", ""}})
      for (auto at = config.find(name); at != std::string::npos; at = config.find(name))
        config.replace(at, name.size(), ours);
    program_.write("paraneo.toml", config);
    must_work("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=me -keyout me.key -out me.crt");
    program_.write("records/dm-017.json", case_record("dm-017", "1"));
    must_work("paraneo sync run --config paraneo.toml");
    must_work(
        "paraneo pull --server " + base_ +
        " --query Observation -o theirs.ndjson && sed -i 's/\"value\":1/\"value\":7/' theirs.ndjson && "
        "paraneo push theirs.ndjson --server " +
        base_);
    program_.write("records/dm-017.json", case_record("dm-017", "2"));
    ASSERT_EQ(shell("paraneo sync run --config paraneo.toml"), 5) << program_.read("err.txt");
    must_work("mv ledger.sqlite parked.sqlite; cp -r records parked");
    must_work("paraneo pull --server " + base_ +
              " --query Patient | sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/'");
    patient_ = program_.read("out.txt").substr(0, 36);
  }

  Program program_;
  std::string base_;
  std::string patient_;
};

TEST_F(Help, ExamplesWorkAsTheyStand) {
  start_server();
  for (const std::string verb :
       {"export",       "import",       "view",        "transform",     "fhirpath",
        "maps fmt",     "maps convert", "maps check",  "maps coverage", "package install",
        "package list", "codes report", "codes check", "codes apply",   "codes",
        "push",         "pull",         "probe",       "sync plan",     "sync run",
        "sync verify",  "sync status",  "sync retry",  "sync",          "sync drop",
        "sandbox",      "doctor",       "help",        "version",       "completion",
        "man"}) {
    must_work("paraneo " + verb + " --help");
    const auto help = program_.read("out.txt");
    const auto examples = commands_of(help.substr(std::min(help.find("\nExample"), help.size())));
    EXPECT_FALSE(examples.empty()) << verb;
    for (const auto& example : examples) expect_works(example);
  }
}

TEST_F(Help, CommandsOfTheDocumentationWorkAsTheyStand) {
  start_server();
  std::size_t count = 0;
  for (const auto* page : {"README.md", "docs/servers.md", "docs/maps.md"}) {
    const auto commands =
        commands_of(blocks_of(file_text(fs::path(PARANEO_SOURCE_DIR) / page), "sh"));
    EXPECT_FALSE(commands.empty()) << page;
    count += commands.size();
    for (const auto& command : commands) expect_works(command);
  }
  EXPECT_GT(count, 25U);
}

TEST_F(Help, NamesTheOptionsOfEveryVerb) {
  ASSERT_EQ(shell("paraneo maps check --help"), 0);
  EXPECT_NE(program_.read("out.txt").find("--ig"), std::string::npos);
  ASSERT_EQ(shell("paraneo package list --help"), 0);
  EXPECT_EQ(program_.read("out.txt").find("--ig"), std::string::npos);
}

TEST_F(Help, QuietLeavesErrorsOnly) {
  ASSERT_EQ(shell("paraneo export case.json -o all.json"), 0);
  EXPECT_NE(program_.read("err.txt").find("1 bundle"), std::string::npos)
      << program_.read("err.txt");
  ASSERT_EQ(shell("paraneo --quiet export case.json -o all.json"), 0);
  EXPECT_EQ(program_.read("err.txt"), "");
  ASSERT_EQ(
      shell(
          "printf '{\"resourceType\":\"Patient\",\"id\":\"a\",\"foo\":1}' | paraneo import -q - -o back.json"),
      1);
  EXPECT_NE(program_.read("err.txt").find("[fhir-unknown-element]"), std::string::npos)
      << program_.read("err.txt");
  EXPECT_EQ(program_.read("err.txt").find("1 record"), std::string::npos)
      << program_.read("err.txt");
}

// Wrong usage is for programs, too, wherever --log stands.
TEST_F(Help, UsageErrorsSayWhatWasMeant) {
  const auto says = [&](const std::string& line, const std::string& words) {
    EXPECT_EQ(shell(line), 2) << line;
    EXPECT_NE(program_.read("err.txt").find(words), std::string::npos)
        << line << program_.read("err.txt");
  };
  says("paraneo exprt x", "did you mean \"export\"?");
  says("paraneo frobnicate x", "there is no verb \"frobnicate\"");
  says("paraneo", "there are export, import");
  says("paraneo maps chek x", "did you mean \"check\"?");
  says("paraneo sync stauts --ledger x", "did you mean \"status\"?");
  says("paraneo export x --prety", "did you mean \"--pretty\"?");
  says("paraneo export x --unmaped=y", "did you mean \"--unmapped\"?");
  says("paraneo export", "RECORD is required");
  for (const auto* line : {"paraneo exprt x --log json", "paraneo --log=json export",
                           "paraneo export x --prety --log json",
                           "paraneo export \"$(printf '\\377').json\" --log json"}) {
    EXPECT_EQ(shell(line), 2) << line;
    EXPECT_EQ(
        std::system(
            ("python3 -c 'import json,sys; [json.loads(l) for l in open(sys.argv[1], encoding=\"utf-8\")]' '" +
             program_.path("err.txt") + "'")
                .c_str()),
        0)
        << line << program_.read("err.txt");
  }
}

}  // namespace
}  // namespace paraneo::cli
