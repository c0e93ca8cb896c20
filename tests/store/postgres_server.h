// A PostgreSQL server for one test: in a folder of its own, on a Unix socket in it, gone at the
// end.
#pragma once

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace paraneo {

class PostgresServer {
 public:
  // Nothing is started when PostgreSQL is not installed, or not allowed to run.
  PostgresServer() {
    const auto programs = find_programs();
    if (programs.empty() || !find_user()) return;
    std::string name = (std::filesystem::temp_directory_path() / "paraneo-pg-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) return;
    folder_ = name;
    if (geteuid() == 0 && chown(name.c_str(), user_, group_) != 0) return;
    const auto data = name + "/data";
    int status = -1;
    waitpid(start({programs + "/initdb", "--no-sync", "-A", "trust", "-U", "paraneo", "-E", "UTF8",
                   "-D", data}),
            &status, 0);
    if (status != 0) return;
    command_ = {programs + "/postgres", "-D", data, "-k", name, "-h", "", "-F"};
    begin();
  }
  ~PostgresServer() {
    end();
    std::error_code none;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, none);
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  bool runs() const { return server_ > 0; }
  // All sessions are lost.
  void restart() {
    end();
    std::filesystem::remove(folder_ + "/log");
    begin();
  }
  std::string url() const { return "postgresql://paraneo@/postgres?host=" + folder_; }
  static const char* missing() {
    return "SKIPPED: PostgreSQL is not installed (apt: postgresql); nothing was tried with it";
  }

 private:
  void begin() {
    server_ = start(command_);
    int status = -1;
    while (!ready() && waitpid(server_, &status, WNOHANG) == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (!ready()) server_ = -1;
  }
  void end() const {
    if (server_ <= 0) return;
    kill(server_, SIGINT);  // "fast": without waiting for clients
    waitpid(server_, nullptr, 0);
  }

  static std::string find_programs() {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", none))
      if (std::filesystem::exists(entry.path() / "bin/initdb"))
        return (entry.path() / "bin").string();
    return {};
  }

  // PostgreSQL refuses to run as root.
  bool find_user() {
    if (geteuid() != 0) return true;
    const auto* user = getpwnam("postgres");
    if (user == nullptr) return false;
    user_ = user->pw_uid;
    group_ = user->pw_gid;
    return true;
  }

  bool ready() const {
    return std::filesystem::exists(folder_ + "/.s.PGSQL.5432") &&
           logged("ready to accept connections");
  }
  bool logged(const char* words) const {
    const auto log = folder_ + "/log";
    const auto grep = "grep -q '" + std::string(words) + "' '" + log + "'";
    return std::system(grep.c_str()) == 0;
  }

  pid_t start(const std::vector<std::string>& words) const {
    const auto pid = fork();
    if (pid != 0) return pid;
    if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(group_) != 0 || setuid(user_) != 0))
      _exit(97);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const auto log = folder_ + "/log";
    if (chdir(folder_.c_str()) != 0 || freopen(log.c_str(), "ab", stdout) == nullptr ||
        dup2(1, 2) < 0)
      _exit(99);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(98);
  }

  std::string folder_;
  uid_t user_ = 0;
  gid_t group_ = 0;
  std::vector<std::string> command_;
  pid_t server_ = -1;
};

}  // namespace paraneo
