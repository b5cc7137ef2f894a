// Random bytes, comparing, locks, the clock, SHA-2.

#include "check.h"

static void check_digest(
    void (*digest)(const uint8_t *, size_t, uint8_t *), size_t length, const char *of_abc, const char *of_nothing) {
    uint8_t out[64];
    memset(out, 0xA5, sizeof(out));
    KEEPS_QUEUE(digest((const uint8_t *)"abc", 3, out));
    CHECK(memcmp(out, of_abc, 8) == 0);
    // Nothing past its own length is written.
    for (size_t index = length; index < sizeof(out); index++) CHECK(out[index] == 0xA5);
    KEEPS_QUEUE(digest(NULL, 0, out));
    CHECK(memcmp(out, of_nothing, 8) == 0);
}

void check_basics(OSSL_LIB_CTX *context) {
    CHECK_CALL(cssl_version_matches() == 1);

    uint8_t a[32] = {0}, b[32] = {0};
    CHECK_CALL(cssl_random(context, a, sizeof(a)) == 1);
    CHECK_CALL(cssl_random(context, b, sizeof(b)) == 1);
    CHECK(memcmp(a, b, sizeof(a)) != 0);
    CHECK_CALL(cssl_random(context, NULL, 0) == 1);

    int64_t seconds = 0;
    int32_t nanoseconds = -1;
    CHECK_CALL(cssl_clock(&seconds, &nanoseconds) == 1);
    CHECK(seconds > 1700000000 && nanoseconds >= 0 && nanoseconds < 1000000000);

    check_digest(cssl_sha256, 32, "\xBA\x78\x16\xBF\x8F\x01\xCF\xEA", "\xE3\xB0\xC4\x42\x98\xFC\x1C\x14");
    check_digest(cssl_sha384, 48, "\xCB\x00\x75\x3F\x45\xA3\x5E\x8B", "\x38\xB0\x60\xA7\x51\xAC\x96\x38");
    check_digest(cssl_sha512, 64, "\xDD\xAF\x35\xA1\x93\x61\x7A\xBA", "\xCF\x83\xE1\x35\x7E\xEF\xB8\xBD");
}
