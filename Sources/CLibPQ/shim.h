/* The one place where libpq is included, and what Swift cannot call as C declares it. */
#ifndef SLUICE_CLIBPQ_SHIM_H
#define SLUICE_CLIBPQ_SHIM_H

#include <libpq-fe.h>
#ifdef __linux__
#include <sys/prctl.h>
#else
#include <pthread.h>
#endif

/*
 * Field codes of an error or notice, as integers Swift can pass on
 * (the header defines them as character constants).
 */
static const int CLIBPQ_SEVERITY = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int CLIBPQ_SQLSTATE = PG_DIAG_SQLSTATE;
static const int CLIBPQ_MESSAGE = PG_DIAG_MESSAGE_PRIMARY;
static const int CLIBPQ_DETAIL = PG_DIAG_MESSAGE_DETAIL;
static const int CLIBPQ_HINT = PG_DIAG_MESSAGE_HINT;
static const int CLIBPQ_POSITION = PG_DIAG_STATEMENT_POSITION;
static const int CLIBPQ_CONTEXT = PG_DIAG_CONTEXT;
static const int CLIBPQ_SCHEMA = PG_DIAG_SCHEMA_NAME;
static const int CLIBPQ_TABLE = PG_DIAG_TABLE_NAME;
static const int CLIBPQ_COLUMN = PG_DIAG_COLUMN_NAME;
static const int CLIBPQ_DATATYPE = PG_DIAG_DATATYPE_NAME;
static const int CLIBPQ_CONSTRAINT = PG_DIAG_CONSTRAINT_NAME;

/* Names the calling thread for debuggers; Linux keeps 15 bytes. */
static inline void clibpq_name_thread(const char *name) {
#ifdef __linux__
  prctl(PR_SET_NAME, name, 0, 0, 0);
#else
  pthread_setname_np(name);
#endif
}

#endif
