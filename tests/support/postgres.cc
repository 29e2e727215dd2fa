/* SPDX-License-Identifier: Apache-2.0 */
/* The real PostgreSQL server for tests: see postgres.h. */
#include "tests/support/postgres.h"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace reeve::test
{
namespace
{

constexpr const char *kPrograms = "/usr/lib/postgresql/15/bin/";

[[noreturn]] void give_up(const std::string &why)
{
    std::fprintf(stderr, "PostgreSQL for tests: %s (scripts/setup test installs it)\n",
                 why.c_str());
    std::abort();
}

/* The server refuses to be root's. */
std::vector<std::string> unprivileged(std::vector<std::string> argv)
{
    std::vector<std::string> words = {"setpriv", "--pdeathsig", "KILL"};
    if (getuid() == 0) {
        words.insert(words.end(), {"--reuid", "postgres", "--regid", "postgres", "--clear-groups"});
    }
    words.emplace_back("--");
    words.insert(words.end(), argv.begin(), argv.end());
    return words;
}

void give(const std::string &path, mode_t mode)
{
    const struct passwd *owner = getpwnam("postgres");
    if (getuid() == 0 &&
        (owner == nullptr || chown(path.c_str(), owner->pw_uid, owner->pw_gid) != 0)) {
        give_up("cannot give " + path + " to its user");
    }
    if (chmod(path.c_str(), mode) != 0) {
        give_up("cannot set the mode of " + path);
    }
}

void write_file(const std::string &path, const std::string &text, mode_t mode)
{
    std::ofstream(path) << text;
    give(path, mode);
}

uint16_t free_port()
{
    struct sockaddr_in address = {};
    socklen_t size = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, reinterpret_cast<struct sockaddr *>(&address), size) != 0 ||
        getsockname(fd, reinterpret_cast<struct sockaddr *>(&address), &size) != 0) {
        give_up("no free port");
    }
    close(fd);
    return ntohs(address.sin_port);
}

} // namespace

std::string Postgres::program(const std::string &name) const
{
    return kPrograms + name;
}

void Postgres::write_configuration() const
{
    const Credential server = pki_.server();
    const std::string data = directory_ + "/data/";
    write_file(data + "server.pem", server.chain_pem, 0644);
    write_file(data + "server.key", server.key_pem, 0600);
    write_file(data + "clients.pem", pki_.ca_pem(), 0644);
    write_file(data + "pg_hba.conf",
               "local all postgres trust\n"
               "local all all scram-sha-256\n"
               "hostssl all certified 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n"
               "hostssl all all 127.0.0.1/32 scram-sha-256\n",
               0600);
    write_file(data + "postgresql.conf",
               "listen_addresses = '127.0.0.1'\n"
               "unix_socket_directories = '" +
                   socket_directory() +
                   "'\n"
                   "ssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.key'\n"
                   "ssl_ca_file = 'clients.pem'\n"
                   "fsync = off\nmax_connections = 40\nshared_buffers = 16MB\nmax_wal_size = 64MB\n"
                   "autovacuum = off\nlog_checkpoints = off\nlog_min_messages = log\n"
                   "log_min_error_statement = panic\nlogging_collector = off\n"
                   "default_transaction_isolation = 'read committed'\ntimezone = 'America/Lima'\n"
                   "datestyle = 'SQL, DMY'\nintervalstyle = 'postgres'\nbytea_output = 'escape'\n",
               0600);
}

Postgres::Postgres()
{
    std::string path = (std::filesystem::temp_directory_path() / "reeve-postgres-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) {
        give_up("no temporary directory");
    }
    directory_ = path;
    give(directory_, 0755);
    std::filesystem::create_directory(socket_directory());
    give(socket_directory(), 0755);
    files_.write("ca.pem", pki_.ca_pem(), 0644);
    Child initdb(unprivileged({program("initdb"), "-D", directory_ + "/data", "-U", "postgres",
                               "--no-sync", "--no-locale", "-E", "UTF8", "-A", "trust"}));
    const std::string output = initdb.rest();
    if (initdb.wait() != 0) {
        give_up("initdb failed: " + output);
    }
    write_configuration();
    port_ = free_port();
    start();
    sql("CREATE ROLE reeve LOGIN PASSWORD '" + std::string(kPassword) + "'");
    sql("CREATE ROLE certified LOGIN PASSWORD '" + std::string(kPassword) + "'");
    sql("CREATE DATABASE reeve OWNER reeve");
}

Postgres &Postgres::fresh()
{
    static Postgres one;
    one.reset();
    return one;
}

void Postgres::reset()
{
    if (server_ == nullptr) {
        start();
    }
    const std::string said =
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> 'postgres'; "
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO "
            "PUBLIC; ALTER ROLE reeve PASSWORD '" +
            std::string(kPassword) + "'");
    if (said.find("ERROR") != std::string::npos) {
        give_up("cannot reset the database: " + said);
    }
}

Postgres::~Postgres()
{
    crash();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

void Postgres::start()
{
    server_ = std::make_unique<Child>(unprivileged(
        {program("postgres"), "-D", directory_ + "/data", "-p", std::to_string(port_)}));
    std::string said;
    for (std::string line = server_->line(); !line.empty(); line = server_->line()) {
        if (line.find("ready to accept connections") != std::string::npos) {
            return;
        }
        said += "\n" + line;
    }
    give_up("the server does not start:" + said);
}

void Postgres::crash()
{
    if (server_ == nullptr) {
        return;
    }
    server_->kill(SIGQUIT); /* immediate: its processes end at once, nothing is written */
    server_->wait();
    server_.reset();
}

std::string Postgres::sql(const std::string &statement) const
{
    const bool server_wide =
        statement.rfind("CREATE ROLE", 0) == 0 || statement.rfind("CREATE DATABASE", 0) == 0;
    Child psql({program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", socket_directory(), "-p",
                std::to_string(port_), "-U", "postgres", "-d", server_wide ? "postgres" : "reeve",
                "-c", statement});
    std::string output = psql.rest();
    if (psql.wait() != 0 && output.find("ERROR") == std::string::npos) {
        output = "ERROR: " + output;
    }
    while (!output.empty() && output.back() == '\n') {
        output.pop_back();
    }
    return output;
}

bool Postgres::wait_for(const std::string &statement, const std::string &wanted) const
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (sql(statement) != wanted) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

} // namespace reeve::test
