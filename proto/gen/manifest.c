/* SPDX-License-Identifier: Apache-2.0 */
/* reeve.v1.Manifest in protobuf's text form: what the gateway's registry is told of the tasks.
 * Local options (system, http, max_in_flight, binding) are not in it. Text, because protoc takes
 * files from plugins as UTF-8 strings; `protoc --encode` (reeve_proto_library does it) makes it
 * binary. */
#include <inttypes.h>

#include "proto/gen/print.h"

static void print_entry(const struct reeve_gen_task *task, struct reeve_buffer *to)
{
    const struct reeve_task *table = &task->table;
    REEVE_GEN_PRINT(to, "# %s\ntasks {\n  schema: ", table->name);
    reeve_gen_print_literal(task->schema, to);
    REEVE_GEN_PRINT(to, "\n  fingerprint: ");
    reeve_gen_print_literal(reeve_bytes_of(table->fingerprint, sizeof table->fingerprint), to);
    REEVE_GEN_PRINT(to, "\n  documentation: ");
    reeve_gen_print_cstr(table->documentation, to);
    REEVE_GEN_PRINT(to, "\n  timeout_ms: %" PRIu64 "\n  max_result_bytes: %" PRIu64 "\n}\n",
                    table->timeout_ms, table->max_result_bytes);
}

void reeve_gen_print_manifest(const struct reeve_gen_model *model, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "# proto-file: reeve/v1/manifest.proto\n"
                        "# proto-message: reeve.v1.Manifest\n\nformat: 1\n");
    for (size_t i = 0; i < model->tasks.count; i++) {
        print_entry(model->tasks.items[i], to);
    }
    REEVE_GEN_PRINT(to, "generator: \"protoc-gen-reeve " REEVE_GEN_VERSION "\"\n");
}
