// What stands in the configuration of sync.
#include "sync_program.h"

namespace paraneo::cli {
namespace {

class SyncConfiguration : public SyncTest {};

TEST_F(SyncConfiguration, AConfigurationWithAnUnknownKeyIsRefused) {
  configure("https://localhost:1", "shrink_maximum = 3\n");
  auto done = sync({"plan"});
  EXPECT_EQ(done.code, 2) << done.err;
  EXPECT_NE(done.err.find("paraneo.toml:6:1: error"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("shrink_maximum = 3\n"), std::string::npos) << done.err;
  program_.write("paraneo.toml", "[sync]\nserver = 'x'\nsuorce = 'x'\n");
  EXPECT_NE(sync({"plan"}).err.find("did you mean \"source\"?"), std::string::npos);
  program_.write("paraneo.toml", "[snyc]\nserver = 'x'\n");
  EXPECT_NE(sync({"plan"}).err.find("did you mean \"sync\"?"), std::string::npos);
  program_.write("paraneo.toml", "[sync]\nwatch = 60\n");
  EXPECT_NE(sync({"run"}).err.find("[sync.run]"), std::string::npos);
  program_.write("paraneo.toml", "[sync]\nserver = 'x\n");
  done = sync({"plan"});
  EXPECT_NE(done.err.find("not TOML"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("paraneo.toml:2:"), std::string::npos) << done.err;
}

TEST_F(SyncConfiguration, AWrongValueInAConfigurationIsShownInItsPlace) {
  const auto shown = [&](const std::string& line) {
    program_.write("paraneo.toml", "[sync]\nserver = 'https://localhost:1'\n" + line + "\n");
    const auto done = sync({"plan"});
    EXPECT_EQ(done.code, 2) << done.err;
    EXPECT_NE(done.err.find("[config-value]\n"), std::string::npos) << done.err;
    EXPECT_NE(done.err.find(line + "\n"), std::string::npos) << done.err;
    const auto place = done.err.find("paraneo.toml:3:");
    return place == std::string::npos ? done.err
                                      : done.err.substr(place, done.err.find(' ', place) - place);
  };
  EXPECT_EQ(shown("on-vanish = 'forget'"), "paraneo.toml:3:13:");  // none of those that there are
  EXPECT_EQ(shown("shrink-max = 101"), "paraneo.toml:3:14:");      // out of range
  EXPECT_EQ(shown("concurrency = 'many'"), "paraneo.toml:3:15:");  // no number
  EXPECT_EQ(shown("if-match = 'perhaps'"), "paraneo.toml:3:12:");  // a flag
  EXPECT_EQ(shown("if-match = [true, true]"), "paraneo.toml:3:12:");
  EXPECT_EQ(shown("ledger = ['a', 'b']"), "paraneo.toml:3:10:");  // more than one
  EXPECT_EQ(shown("help = true"), "paraneo.toml:3:1:");           // for the command line only
  program_.write("paraneo.toml", "[sync.run]\nwatch = -1\n");
  EXPECT_NE(sync({"run"}).err.find("paraneo.toml:2:9:"), std::string::npos);
  // What the command line says counts.
  program_.write("paraneo.toml", "[sync]\nsource = 'x'\nshrink-max = 101\n");
  put(1, record(1, "1"));
  const auto done = sync({"plan", "--shrink-max", "3", "--source", program_.path("records"),
                          "--ledger", program_.path("l")});
  EXPECT_EQ(done.code, 0) << done.err;
}

TEST_F(SyncConfiguration, AConfigurationSaysWhatOptionsSay) {
  program_.write("paraneo.toml", "log = 'json'\n[sync]\nsource = ['" + program_.path("records") +
                                     "', '" + program_.path("more.json") +
                                     "']\njson = true\nshow-ids = false\nledger = '" +
                                     program_.path("l") + "'\n");
  program_.write("more.json", record(2, "1"));
  put(1, record(1, "1"));
  const auto done = sync({"plan"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.out.find(R"("record":"case-1")"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find(R"("record":"case-2")"), std::string::npos) << done.out;
  EXPECT_TRUE(done.err.starts_with("{")) << done.err;
}

}  // namespace
}  // namespace paraneo::cli
