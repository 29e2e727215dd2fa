/* SPDX-License-Identifier: Apache-2.0 */
/* protoc-gen-reeve: a protoc plugin. Reads a CodeGeneratorRequest from stdin, builds the model,
 * prints files into a CodeGeneratorResponse on stdout. What it refuses goes into the response's
 * error; exit status 1 means that no response could be made. docs/reference/generator.md. */
#include <stdio.h>
#include <stdlib.h>

#include "google/protobuf/compiler/plugin.pb-c.h"

#include "proto/gen/memory.h"
#include "proto/gen/model.h"
#include "proto/gen/parameters.h"
#include "proto/gen/print.h"
#include "proto/gen/wire.h"

/* Field numbers of CodeGeneratorResponse, which is written by hand: protobuf-c would want the whole
 * response in structs first. */
enum {
    RESPONSE_ERROR = 1,
    RESPONSE_FEATURES = 2,
    RESPONSE_FILE = 15,
    FILE_NAME = 1,
    FILE_CONTENT = 15,
    FEATURE_PROTO3_OPTIONAL = 1,
};

void reeve_gen_out_of_memory(void)
{
    (void)fputs("protoc-gen-reeve: out of memory\n", stderr);
    exit(1);
}

static void *pb_alloc(void *ctx, size_t size)
{
    (void)ctx;
    return reeve_gen_alloc(size);
}

static void pb_free(void *ctx, void *p)
{
    (void)ctx;
    (void)p; /* the arena lives as long as the program */
}

static struct reeve_buffer read_all(FILE *from)
{
    struct reeve_buffer all = reeve_gen_buffer();
    uint8_t chunk[16384];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, from)) > 0) {
        reeve_gen_must(reeve_buffer_append(&all, reeve_bytes_of(chunk, n)));
    }
    return all;
}

static void add_file(struct reeve_buffer *response, const char *name, const char *suffix,
                     const struct reeve_buffer *content)
{
    struct reeve_buffer file = reeve_gen_buffer();
    reeve_gen_put_bytes(&file, FILE_NAME, reeve_bytes_cstr(reeve_gen_concat(name, suffix, NULL)));
    reeve_gen_put_bytes(&file, FILE_CONTENT, reeve_buffer_view(content));
    reeve_gen_put_bytes(response, RESPONSE_FILE, reeve_buffer_view(&file));
}

static void print_files(const struct reeve_gen_model *model, struct reeve_buffer *response)
{
    for (size_t i = 0; i < model->files.count; i++) {
        const struct reeve_gen_file *file = model->files.items[i];
        if (!file->generate) {
            continue;
        }
        struct reeve_buffer header = reeve_gen_buffer();
        struct reeve_buffer source = reeve_gen_buffer();
        reeve_gen_print_header(file, &header);
        reeve_gen_print_source(file, &source);
        add_file(response, file->stem, ".reeve.h", &header);
        add_file(response, file->stem, ".reeve.c", &source);
    }
}

static void print_extras(const struct reeve_gen_model *model, struct reeve_buffer *response)
{
    struct reeve_buffer first = reeve_gen_buffer();
    struct reeve_buffer second = reeve_gen_buffer();
    if (model->parameters.table != NULL) {
        reeve_gen_print_table_header(model, &first);
        reeve_gen_print_table_source(model, &second);
        add_file(response, model->parameters.table, ".reeve.h", &first);
        add_file(response, model->parameters.table, ".reeve.c", &second);
    }
    reeve_buffer_reset(&first);
    reeve_buffer_reset(&second);
    if (model->parameters.manifest != NULL) {
        reeve_gen_print_manifest(model, &first);
        reeve_gen_print_manifest_json(model, &second);
        add_file(response, model->parameters.manifest, ".manifest.txtpb", &first);
        add_file(response, model->parameters.manifest, ".manifest.json", &second);
    }
}

/* Passes in order; after a refusal only those that need nothing from the failed one. */
static void build(struct reeve_gen_model *model,
                  const Google__Protobuf__Compiler__CodeGeneratorRequest *request)
{
    reeve_gen_read_parameters(model, request->parameter);
    reeve_gen_declare(model, request->proto_file, request->n_proto_file, request->file_to_generate,
                      request->n_file_to_generate);
    reeve_gen_fields(model);
    reeve_gen_rules(model);
    reeve_gen_tasks(model);
    reeve_gen_refuse_shapeless(model);
    reeve_gen_names(model);
    if (model->report.count == 0) {
        reeve_gen_schemas(model);
        reeve_gen_try(model);
    }
    if (model->report.count == 0) {
        reeve_gen_accept(model);
    }
}

static void generate(const Google__Protobuf__Compiler__CodeGeneratorRequest *request,
                     struct reeve_buffer *response)
{
    struct reeve_gen_model model = {0};
    build(&model, request);
    reeve_gen_put_number(response, RESPONSE_FEATURES, FEATURE_PROTO3_OPTIONAL);
    if (model.report.count > 0) {
        reeve_gen_put_bytes(response, RESPONSE_ERROR, reeve_gen_report_text(&model.report));
        return;
    }
    print_files(&model, response);
    print_extras(&model, response);
}

/* Whoever starts it by hand gives a word; protoc gives none. */
static int explain(void)
{
    return fputs("protoc-gen-reeve: the plugin of protoc that generates reeve's task code.\n\n"
                 "usage: protoc --plugin=protoc-gen-reeve=PATH --reeve_out=DIR "
                 "[--reeve_opt=OPTION,…] FILE.proto\n\n"
                 "docs/reference/generator.md explains the options and what is generated.\n",
                 stdout) < 0;
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        return explain();
    }
    ProtobufCAllocator allocator = {.alloc = pb_alloc, .free = pb_free};
    const struct reeve_buffer input = read_all(stdin);
    const Google__Protobuf__Compiler__CodeGeneratorRequest *request =
        google__protobuf__compiler__code_generator_request__unpack(&allocator, input.len,
                                                                   input.data);
    if (request == NULL) {
        (void)fputs("protoc-gen-reeve: stdin is not a CodeGeneratorRequest\n"
                    "Run it through protoc: protoc --plugin=protoc-gen-reeve=PATH "
                    "--reeve_out=DIR FILE.proto\n",
                    stderr);
        return 1;
    }
    struct reeve_buffer response = reeve_gen_buffer();
    generate(request, &response);
    if (fwrite(response.data, 1, response.len, stdout) != response.len || fflush(stdout) != 0) {
        (void)fputs("protoc-gen-reeve: writing the response failed\n", stderr);
        return 1;
    }
    return 0;
}
