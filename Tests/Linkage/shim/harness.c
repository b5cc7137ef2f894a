// Every wrapper of shim.h, its failures too, under the address and undefined-behaviour sanitizers.

#include "check.h"

int stale_errors = 0;
int checks_done = 0;

void queue_fill(void) {
    ERR_clear_error();
    for (int reason = 1; reason <= stale_errors; reason++) ERR_raise(ERR_LIB_USER, reason);
}

int queue_is_unchanged(void) {
    for (int reason = 1; reason <= stale_errors; reason++) {
        unsigned long code = ERR_get_error();
        if (ERR_GET_LIB(code) != ERR_LIB_USER || ERR_GET_REASON(code) != reason) return 0;
    }
    return ERR_get_error() == 0;
}

/// Never freed, as in the library; global, so that its provider's memory is no leak.
static OSSL_LIB_CTX *context = NULL;

/// A wrapper that left an error, or took one away, must be noticed.
static void check_the_check(void) {
    queue_fill();
    ERR_raise(ERR_LIB_USER, 99);
    CHECK(!queue_is_unchanged());
    if (stale_errors > 0) {
        queue_fill();
        (void)ERR_get_error();
        CHECK(!queue_is_unchanged());
    }
    queue_fill();
    CHECK(queue_is_unchanged());
}

int main(void) {
    // Must be the first call into libcrypto.
    CHECK(cssl_disable_configuration() == 1);
    KEEPS_QUEUE(context = cssl_context_new());
    CHECK(context != NULL);
    const int counts[] = {0, 1, 3};
    for (size_t index = 0; index < sizeof(counts) / sizeof(counts[0]); index++) {
        stale_errors = counts[index];
        check_the_check();
        check_basics(context);
        check_ecdsa(context);
        check_equation(context);
        check_messages(context);
        check_ways(context);
        check_pkcs8(context);
    }
    printf("%d checks, %s\n", checks_done, OpenSSL_version(OPENSSL_VERSION));
    return 0;
}
