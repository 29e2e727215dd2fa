// SPDX-License-Identifier: Apache-2.0
// Links libpq as our programs do: with TLS by BoringSSL, deaf to the environment. Handshakes are
// tests/integration/sql's.
#include <libpq-fe.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

static bool default_is(const char *keyword, const char *value)
{
    PQconninfoOption *options = PQconndefaults();
    bool same = false;
    for (PQconninfoOption *o = options; o != nullptr && o->keyword != nullptr; o++) {
        if (std::strcmp(o->keyword, keyword) == 0)
            same = o->val == nullptr ? value == nullptr
                                     : value != nullptr && std::strcmp(o->val, value) == 0;
    }
    PQconninfoFree(options);
    return same;
}

int main()
{
    std::printf("libpq %d\n", PQlibVersion());
    setenv("PGHOST", "elsewhere", 1);
    setenv("PGSSLMODE", "disable", 1);
    if (!default_is("host", nullptr) || !default_is("sslmode", "prefer"))
        return 1;
    PGconn *connection = PQconnectStart(
        "host=x hostaddr=nowhere user=u dbname=d sslmode=verify-full sslrootcert=/nonexistent");
    if (connection == nullptr || PQstatus(connection) != CONNECTION_BAD)
        return 2;
    PQfinish(connection);
    // sslmode is refused at once by a libpq that was built without TLS.
    connection = PQconnectStart("hostaddr=127.0.0.1 port=1 user=u dbname=d sslmode=require");
    bool bad = std::strstr(PQerrorMessage(connection), "not compiled in") != nullptr;
    PQfinish(connection);
    return bad ? 3 : 0;
}
