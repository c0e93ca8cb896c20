// Runs the program as a user does.
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace paraneo::cli {

struct Ended {
  int code = -1;
  std::string out;
  std::string err;
};

// A folder of its own, removed at the end; what probe and pull keep about servers is in it, too.
class Program {
 public:
  explicit Program(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() /
                ("paraneo-cli-" + std::to_string(::getpid()) + "-" + name)) {
    std::filesystem::create_directories(folder_);
    setenv("XDG_STATE_HOME", path("state").c_str(), 1);
  }
  ~Program() {
    for (const auto pid : background_) {
      kill(pid, SIGTERM);
      waitpid(pid, nullptr, 0);
    }
    std::filesystem::remove_all(folder_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return path(name);
  }
  std::string read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  Ended run(const std::vector<std::string>& arguments, const std::string& input = {}) {
    write("stdin", input);
    return end_of(start(arguments));
  }

  // No file may grow beyond this, as on a disk that fills up.
  Ended run_with_files_of(rlim_t bytes_max, const std::vector<std::string>& arguments) {
    std::fflush(nullptr);  // the test's own output may be a file
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    auto now = before;
    now.rlim_cur = bytes_max;
    setrlimit(RLIMIT_FSIZE, &now);
    write("stdin", {});
    const auto pid = start(arguments);
    setrlimit(RLIMIT_FSIZE, &before);
    return end_of(pid);
  }

  // All at the same time.
  std::vector<Ended> run_together(const std::vector<std::vector<std::string>>& programs) {
    write("stdin", {});
    std::vector<pid_t> pids;
    for (const auto& arguments : programs)
      pids.push_back(start(arguments, "-" + std::to_string(pids.size())));
    std::vector<Ended> ended;
    for (const auto pid : pids) ended.push_back(end_of(pid, "-" + std::to_string(ended.size())));
    return ended;
  }

  // Killed without a warning, as by a power cut; false when it was done before.
  bool run_and_kill(const std::vector<std::string>& arguments, int after_ms) {
    const auto pid = start(arguments);
    std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
    return kill_now(pid);
  }

  // Killed as soon as the condition holds.
  template <class Condition>
  bool run_and_kill_when(const std::vector<std::string>& arguments, Condition condition) {
    const auto pid = start(arguments);
    wait_until(condition);
    return kill_now(pid);
  }

  // Asked to end, as systemd does, as soon as the condition holds.
  template <class Condition>
  Ended run_and_terminate_when(const std::vector<std::string>& arguments, Condition condition,
                               const std::vector<int>& signals = {SIGTERM}) {
    write("stdin", {});
    const auto pid = start(arguments);
    wait_until(condition);
    for (const int number : signals) kill(pid, number);
    return end_of(pid);
  }

  // A sandbox on a port of the system's choice; its base URL.
  std::string sandbox(std::vector<std::string> more = {}) {
    std::filesystem::remove(folder_ / "ready");
    std::vector<std::string> arguments{"sandbox",     "--port",       "0",        "--ready-file",
                                       path("ready"), "--tls-folder", path("tls")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    write("stdin", {});
    background_.push_back(start(arguments, "-sandbox"));
    wait_until([&] { return read("ready").ends_with('\n'); });
    const auto ready = read("ready");
    return ready.substr(0, ready.find('\n'));
  }
  // Requests that a sandbox with --log-requests has answered.
  long answered() const {
    const auto log = read("stderr-sandbox");
    return std::count(log.begin(), log.end(), '\n');
  }
  std::vector<std::string> connection(const std::string& base) const {
    return {"--server", base, "--certificate-authority", path("tls/ca.crt")};
  }

 private:
  // A minute at most: then what the test expects fails.
  template <class Condition>
  static void wait_until(Condition condition) {
    for (int i = 0; i < 6000 && !condition(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }

  Ended end_of(pid_t pid, const std::string& output = {}) const {
    int status = 0;
    waitpid(pid, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            read("stdout" + output), read("stderr" + output)};
  }
  static bool kill_now(pid_t pid) {
    kill(pid, SIGKILL);
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status);
  }

  pid_t start(const std::vector<std::string>& arguments, const std::string& output = {}) const {
    // Nobody takes the words of the program before for this one's.
    for (const auto* name : {"stdout", "stderr"}) write(name + output, {});
    std::fflush(nullptr);  // or the child writes it once more, where it may not
    const auto pid = fork();
    if (pid != 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // whatever becomes of the test
    if (freopen(path("stdin").c_str(), "rb", stdin) == nullptr ||
        freopen(path("stdout" + output).c_str(), "wb", stdout) == nullptr ||
        freopen(path("stderr" + output).c_str(), "wb", stderr) == nullptr)
      _exit(99);
    std::vector<char*> words{const_cast<char*>(PARANEO_BINARY)};
    for (const auto& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    execv(PARANEO_BINARY, words.data());
    _exit(98);
  }

  std::filesystem::path folder_;
  std::vector<pid_t> background_;
};

}  // namespace paraneo::cli
