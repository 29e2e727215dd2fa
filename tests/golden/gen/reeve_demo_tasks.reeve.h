/* Made by protoc-gen-reeve: every task of one worker. */
#ifndef REEVE_TASK_TABLE_reeve_demo_tasks_H
#define REEVE_TASK_TABLE_reeve_demo_tasks_H

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
