/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest that protoc-gen-reeve wrote: NAME.manifest.binpb. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_MANIFEST_FILE_H
#define REEVE_GATEWAY_STUB_REEVECTL_MANIFEST_FILE_H

#include "gateway-stub/reevectl/ctl.h"
#include "reeve/v1/manifest.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In the arena; NULL: said why. */
struct reeve_v1_manifest *reeve_manifest_file_read(struct reeve_ctl *c, const char *file,
                                                   const char *next);

#ifdef __cplusplus
}
#endif
#endif
