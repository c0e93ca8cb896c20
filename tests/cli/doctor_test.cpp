#include <gtest/gtest.h>

#include "net/certificate.h"
#include "program.h"

namespace paraneo::cli {
namespace {

class Doctor : public testing::Test {
 protected:
  Doctor()
      : program_(std::string("doctor-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name()) {}
  Ended with(const std::string& config) {
    return program_.run({"doctor", "--config", program_.write("paraneo.toml", config)});
  }
  std::string certificate(const std::string& name, std::int64_t end_s) {
    const auto made = net::make_certificate({net::Purpose::authority, name, {}, 0, end_s}, nullptr);
    return program_.write(name + ".crt", made->certificate_pem);
  }
  Program program_;
};

TEST_F(Doctor, FindsNothingWhereAllIsThere) {
  const auto ended =
      with("[sync]\nserver = \"https://fhir.example.org/r4\"\ncertificate-authority = \"" +
           certificate("ca", 4'000'000'000) + "\"\nbearer-token-file = \"" +
           program_.write("token", "t") + "\"\n");
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  for (const auto* what : {"definitions and maps: ", "packages: ", "clock: ", "authorities: ",
                           "state: ", "configuration: ", "[sync] bearer-token-file: "})
    EXPECT_NE(ended.out.find(what), std::string::npos) << what << "\n" << ended.out;
}

TEST_F(Doctor, SaysWhatIsWrongAndWhatToDo) {
  const auto ended =
      with("[sync]\nledger = \"" +
           program_.write("ledger",
                          "this is no ledger, but a text that is long enough to be looked at") +
           "\"\nclient-cert = \"" + certificate("old", 1'000'000'000) +
           "\"\n[pull]\npassword-file = \"" + program_.path("nowhere") +
           "\"\ncertificate-authority = \"" + program_.write("none.crt", "x") + "\"\n");
  EXPECT_EQ(ended.code, 1) << ended.out;
  for (const auto* what :
       {"error   ledger: ", "old.crt has run out\n        -> renew it",
        "error   [pull] password-file: ", "error   [pull] certificate-authority: "})
    EXPECT_NE(ended.out.find(what), std::string::npos) << what << "\n" << ended.out;
}

TEST_F(Doctor, AKeyThatIsNoOptionIsRefused) {
  const auto ended = with("[sync]\nlegder = \"x\"\n");
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.err.find("did you mean \"ledger\""), std::string::npos) << ended.err;
}

}  // namespace
}  // namespace paraneo::cli
