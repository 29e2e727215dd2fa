/* Made by protoc-gen-reeve: every task of one worker. */
#ifndef REEVE_GENERATED_TABLE_REEVE_DEMO_TASKS_H
#define REEVE_GENERATED_TABLE_REEVE_DEMO_TASKS_H

#include "proto/runtime/table.h"

#if REEVE_TABLE_VERSION != 1
#error "reeve_demo_tasks.reeve.h was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

#ifdef __cplusplus
extern "C" {
#endif

extern const struct reeve_task_table reeve_demo_tasks;

#ifdef __cplusplus
}
#endif
#endif
