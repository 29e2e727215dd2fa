// SPDX-License-Identifier: Apache-2.0
// Feeds arbitrary bytes to the statement lexer and, as values of every kind of column, to every
// field of a message with all types. A statement that is accepted has no parameter left that is not
// numbered: reading its own output again finds positional parameters or nothing (P7).
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "agent/bindings/sql/statement.h"
#include "agent/bindings/sql/value.h"
#include "proto/runtime/message.h"
#include "sqltest/v1/sql.reeve.h"

extern "C" const struct reeve_task_table sql_test_tasks;

namespace
{

constexpr size_t kMax = 1u << 20;
constexpr uint32_t kTypes[] = {16,   17,   20,   25,   701,  1082, 1114, 1184, 1186,
                               1700, 3802, 1016, 1009, 1001, 1185, 1187, 99999};

void Require(bool holds)
{
    if (!holds) {
        std::abort(); // a finding
    }
}

const reeve_message *All()
{
    for (uint32_t i = 0; i < sql_test_tasks.count; i++) {
        const reeve_task *task = sql_test_tasks.tasks[i];
        if (task->input == task->output) {
            return task->input;
        }
    }
    return nullptr;
}

void Statement(reeve_bytes source, reeve_arena *arena)
{
    reeve_sql_statement statement = {};
    reeve_sql_statement again = {};
    reeve_sql_fault fault = {};
    const reeve_status status = reeve_sql_statement_parse(source, arena, &statement, &fault);

    Require((status == REEVE_SYNTAX) == (fault.line > 0));
    if (status != REEVE_OK) {
        return;
    }
    const reeve_status second =
        reeve_sql_statement_parse(reeve_bytes_cstr(statement.text), arena, &again, &fault);
    Require(statement.count > 0 ? second != REEVE_OK : second == REEVE_OK && again.count == 0);
}

void Value(const reeve_message *all, uint8_t which, reeve_bytes text, reeve_arena *arena)
{
    reeve_buffer encoded;
    const char *why = nullptr;
    const reeve_field *field = &all->fields[which % all->fields_count];
    reeve_buffer_init(&encoded, nullptr, 4 * kMax);
    for (const uint32_t oid : kTypes) {
        void *message = reeve_message_new(all, arena);
        if (message == nullptr) {
            break;
        }
        const reeve_status status =
            reeve_sql_value_store(all, field, message, reeve_sql_type_of(oid), text, arena, &why);
        Require(why != nullptr);
        if (status == REEVE_OK) {
            reeve_buffer_reset(&encoded);
            Require(reeve_message_encode(all, message, &encoded) == REEVE_OK);
        }
    }
    reeve_buffer_clear(&encoded);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const reeve_message *const all = All();
    if (size == 0 || size > kMax) {
        return 0;
    }
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 16 * kMax, 0);
    Statement(reeve_bytes_of(data, size), &arena);
    Value(all, data[0], reeve_bytes_of(data + 1, size - 1), &arena);
    reeve_arena_clear(&arena);
    return 0;
}
