/* SPDX-License-Identifier: Apache-2.0 */
/* A secret from a file, as Kubernetes, systemd (LoadCredential) and Vault's agent provide them. One
 * trailing newline ("\n" or "\r\n") is dropped. The file is read again when its device, inode, size
 * or change time differ, which also notices a directory of symbolic links that was swapped whole.
 */
#ifndef REEVE_CREDS_SECRETS_FILE_H
#define REEVE_CREDS_SECRETS_FILE_H

#include "creds/secrets/provider.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Does not read the file yet. NO_MEMORY. */
enum reeve_status reeve_file_provider_new(const char *path,
                                          struct reeve_secret_provider **out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
