/* SPDX-License-Identifier: Apache-2.0 */
/* What lies in the store's directory: the database and the key that signs the gateway's own
 * checkpoints and countersigns those of workers. Both are made on the first start. Blocking. */
#ifndef REEVE_GATEWAY_STUB_MAIN_STORE_FILES_H
#define REEVE_GATEWAY_STUB_MAIN_STORE_FILES_H

#include "agent/trust/key.h"
#include "gateway-stub/main/gateway_config.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_COUNTERSIGN_KEY_FILE "countersign.key"

/* Makes the directory (0700) when it is missing, loads or makes the key (0600), opens the database.
 * `key` is initialised by the caller. On anything but OK `why` names the file and the next step;
 * see reeve_sqlite_open() and reeve_key_load_or_create() for the statuses. The caller owns *store.
 */
enum reeve_status reeve_store_files_open(const struct reeve_gateway_config *config,
                                         struct reeve_key *key, struct reeve_store **store,
                                         char why[1024]) REEVE_MUST_CHECK;
/* Whether that would work, as far as it can be told without making or locking anything: the
 * directory exists and can be written, or can be made. */
void reeve_store_files_check(const struct reeve_gateway_config *config,
                             struct reeve_config_report *report);

#ifdef __cplusplus
}
#endif
#endif
