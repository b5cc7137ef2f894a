// What the rooms of the harness share.

#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

#include "../../../Modules/CSslShim/shim.h"

/// How many errors of somebody else's are in libcrypto's queue while a wrapper runs.
extern int stale_errors;
extern int checks_done;

/// Ends the program unless the condition holds.
#define CHECK(condition)                                                                        \
    do {                                                                                        \
        checks_done++;                                                                          \
        if (!(condition)) {                                                                     \
            fprintf(stderr, "%s:%d: %s (stale errors: %d)\n", __FILE__, __LINE__, #condition, stale_errors); \
            exit(1);                                                                            \
        }                                                                                       \
    } while (0)

/// Runs a statement and checks that libcrypto's error queue is as it was before.
#define KEEPS_QUEUE(statement)       \
    do {                             \
        queue_fill();                \
        statement;                   \
        CHECK(queue_is_unchanged()); \
    } while (0)

/// CHECK for an expression that calls wrappers.
#define CHECK_CALL(condition)                 \
    do {                                      \
        int holds = 0;                        \
        KEEPS_QUEUE(holds = (condition) ? 1 : 0); \
        CHECK(holds && #condition);           \
    } while (0)

void queue_fill(void);
int queue_is_unchanged(void);

/// A key with a public half alone; NULL if the point is refused.
EC_KEY *public_key_new(OSSL_LIB_CTX *context, const EC_GROUP *group, const uint8_t *point, size_t length);

void check_basics(OSSL_LIB_CTX *context);
void check_ecdsa(OSSL_LIB_CTX *context);
void check_equation(OSSL_LIB_CTX *context);
void check_messages(OSSL_LIB_CTX *context);
void check_ways(OSSL_LIB_CTX *context);
void check_pkcs8(OSSL_LIB_CTX *context);

#endif
