/* SPDX-License-Identifier: Apache-2.0 */
/* The real PostgreSQL server for tests: a cluster of its own in a temporary directory, TLS alone on
 * a free loopback port, passwords by SCRAM, a Unix socket. It ends with the test. */
#ifndef REEVE_TESTS_SUPPORT_POSTGRES_H
#define REEVE_TESTS_SUPPORT_POSTGRES_H

#include <cstdint>
#include <memory>
#include <string>

#include "tests/support/child.h"
#include "tests/support/test_pki.h"

namespace reeve::test
{

class Postgres
{
  public:
    static constexpr const char *kPassword = "a password of 23 bytes";

    /* The process's one server, running, with nothing in it that another test made: database
     * "reeve", roles "reeve" (password) and "certified" (password, and a client certificate of the
     * same CA over TLS). Aborts when that fails: without a server there is no test. Settings that a
     * test changes by ALTER SYSTEM it sets back itself. */
    static Postgres &fresh();
    ~Postgres();
    Postgres(const Postgres &) = delete;
    Postgres &operator=(const Postgres &) = delete;

    uint16_t port() const
    {
        return port_;
    }
    /* The directory of the Unix socket. */
    std::string socket_directory() const
    {
        return directory_ + "/socket";
    }
    std::string ca_file() const
    {
        return files_.path() + "/ca.pem";
    }
    const TempDir &files() const
    {
        return files_;
    }
    const TestPki &pki() const
    {
        return pki_;
    }

    /* As a superuser, by psql: what it prints, values separated by '|'; "ERROR…" when it fails. */
    std::string sql(const std::string &statement) const;
    /* Waits until sql(statement) is `wanted`; false after 20 s. */
    bool wait_for(const std::string &statement, const std::string &wanted) const;
    /* SIGKILL to the server and all that belongs to it; then start() again. */
    void crash();
    void start();

  private:
    Postgres();
    void reset();
    void write_configuration() const;
    std::string program(const std::string &name) const;

    std::string directory_; /* the server's own */
    TempDir files_;         /* the client's */
    TestPki pki_;
    uint16_t port_ = 0;
    std::unique_ptr<Child> server_;
};

} // namespace reeve::test
#endif
