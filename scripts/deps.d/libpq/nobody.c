/* SPDX-License-Identifier: Apache-2.0 */
/* In place of PostgreSQL's thread.c: libpq would ask the machine's user database for a name and a
 * home directory, whose files then change what a connection means. A worker says all of that
 * itself. */
#include "c.h"

bool pg_get_user_name(uid_t user_id, char *buffer, size_t buflen)
{
    (void)user_id;
    strlcpy(buffer, "no user is given", buflen);
    return false;
}

bool pg_get_user_home_dir(uid_t user_id, char *buffer, size_t buflen)
{
    (void)user_id;
    strlcpy(buffer, "no home directory", buflen);
    return false;
}
