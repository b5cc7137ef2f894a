// Random bytes, comparing, locks, the clock, SHA-2.

#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

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

#define DRAWS 200

/// Draws past the end of a store, in a thread or a child.
static void draw(OSSL_LIB_CTX *context, pthread_key_t key, uint8_t out[DRAWS][16]) {
    for (int index = 0; index < DRAWS; index++)
        CHECK_CALL(cssl_random_stored(context, key, out[index], sizeof(out[index])) == 1);
}

static void check_all_differ(uint8_t a[DRAWS][16], uint8_t b[DRAWS][16]) {
    for (int i = 0; i < DRAWS; i++)
        for (int j = 0; j < DRAWS; j++) {
            CHECK(memcmp(a[i], b[j], 16) != 0);
            CHECK(i == j || memcmp(a[i], a[j], 16) != 0);
        }
}

static OSSL_LIB_CTX *drawing_context;
static pthread_key_t drawing_key;

static void *draw_in_thread(void *out) {
    draw(drawing_context, drawing_key, (uint8_t(*)[16])out);
    return NULL;
}

static void check_random_store(OSSL_LIB_CTX *context) {
    static uint8_t ours[DRAWS][16], theirs[DRAWS][16], nothing[16];
    pthread_key_t key;
    CHECK_CALL(cssl_random_key_new(&key) == 1);
    cssl_random_store *store = NULL;
    KEEPS_QUEUE(store = cssl_random_store_of_thread(key));
    CHECK(store != NULL && store->left == 0);
    CHECK(cssl_random_store_fill(store) == 1 && memcmp(store->bytes + 1008, nothing, 16) != 0);
    CHECK_CALL(cssl_random_stored(context, key, NULL, 0) == 1);
    CHECK_CALL(cssl_random_stored(context, key, ours[0], 16) == 1);
    CHECK(cssl_random_store_of_thread(key) == store && store->left == sizeof(store->bytes) - 16);
    // What was given out is gone from the store.
    CHECK(memcmp(store->bytes + store->left, nothing, 16) == 0 && memcmp(ours[0], nothing, 16) != 0);
    // More than a store holds comes from libcrypto, and leaves the store alone.
    static uint8_t large[2000];
    CHECK_CALL(cssl_random_stored(context, key, large, sizeof(large)) == 1);
    CHECK(memcmp(large + sizeof(large) - 16, nothing, 16) != 0 && store->left == sizeof(store->bytes) - 16);

    // A child finds the store empty that its parent has filled.
    int ends[2], status = 1;
    CHECK(pipe(ends) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        if (store->left != 0) _exit(2);
        draw(context, key, theirs);
        _exit(write(ends[1], theirs, sizeof(theirs)) == (ssize_t)sizeof(theirs) ? 0 : 3);
    }
    draw(context, key, ours);
    CHECK(read(ends[0], theirs, sizeof(theirs)) == (ssize_t)sizeof(theirs));
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    close(ends[0]);
    close(ends[1]);
    check_all_differ(ours, theirs);

    // A thread has a store of its own, which goes with it.
    drawing_context = context;
    drawing_key = key;
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, draw_in_thread, theirs) == 0 && pthread_join(thread, NULL) == 0);
    check_all_differ(ours, theirs);
    KEEPS_QUEUE(cssl_random_store_free(store));
    CHECK(pthread_setspecific(key, NULL) == 0 && pthread_key_delete(key) == 0);
}

/// As libcrypto's own HMAC, for secrets below, at and above the length of a block.
static void check_hmac_lengths(OSSL_LIB_CTX *context) {
    static const uint8_t secret[200] = {7, 1, 255}, message[300] = {3};
    for (size_t length = 0; length <= sizeof(secret); length++) {
        uint8_t ours[32], theirs[32];
        size_t written = 0;
        cssl_hmac_key *key = cssl_hmac_key_new(secret, length);
        CHECK(key != NULL);
        cssl_hmac(key, message, length + 100, ours);
        cssl_hmac_key_free(key);
        CHECK(EVP_Q_mac(context, "HMAC", NULL, "SHA256", NULL, secret, length, message, length + 100, theirs,
                  sizeof(theirs), &written) != NULL);
        CHECK(written == 32 && memcmp(ours, theirs, 32) == 0);
    }
}

void check_basics(OSSL_LIB_CTX *context) {
    CHECK_CALL(cssl_version_matches() == 1);

    uint8_t a[32] = {0}, b[32] = {0};
    CHECK_CALL(cssl_random(context, a, sizeof(a)) == 1);
    CHECK_CALL(cssl_random(context, b, sizeof(b)) == 1);
    CHECK(memcmp(a, b, sizeof(a)) != 0);
    CHECK_CALL(cssl_random(context, NULL, 0) == 1);
    check_random_store(context);

    int64_t seconds = 0;
    int32_t nanoseconds = -1;
    CHECK_CALL(cssl_clock(&seconds, &nanoseconds) == 1);
    CHECK(seconds > 1700000000 && nanoseconds >= 0 && nanoseconds < 1000000000);

    uintptr_t word = 0;
    KEEPS_QUEUE(cssl_word_store(&word, 7));
    CHECK_CALL(cssl_word_load(&word) == 7);
    // Any address, also where nothing is.
    KEEPS_QUEUE(cssl_fetch_ahead((uintptr_t)&word));
    KEEPS_QUEUE(cssl_fetch_ahead(0));
    KEEPS_QUEUE(cssl_fetch_ahead(UINTPTR_MAX));
    CHECK(word == 7);

    // RFC 4231, test case 2.
    uint8_t code[33];
    memset(code, 0xA5, sizeof(code));
    cssl_hmac_key *key = NULL, *longer = NULL;
    KEEPS_QUEUE(key = cssl_hmac_key_new((const uint8_t *)"Jefe", 4));
    CHECK(key != NULL);
    KEEPS_QUEUE(cssl_hmac(key, (const uint8_t *)"what do ya want for nothing?", 28, code));
    CHECK(memcmp(code, "\x5b\xdc\xc1\x46\xbf\x60\x75\x4e", 8) == 0 && code[32] == 0xA5);
    uint8_t again[32];
    KEEPS_QUEUE(longer = cssl_hmac_key_with_prefix(key, (const uint8_t *)"what do ya ", 11));
    CHECK(longer != NULL);
    KEEPS_QUEUE(cssl_hmac(longer, (const uint8_t *)"want for nothing?", 17, again));
    CHECK(cssl_equal(code, again, 32) == 1);
    KEEPS_QUEUE(cssl_hmac(key, NULL, 0, again));
    CHECK(cssl_equal(code, again, 32) == 0 && cssl_equal(NULL, NULL, 0) == 1);
    KEEPS_QUEUE(cssl_hmac_key_free(longer));
    KEEPS_QUEUE(cssl_hmac_key_free(key));
    check_hmac_lengths(context);

    check_digest(cssl_sha256, 32, "\xBA\x78\x16\xBF\x8F\x01\xCF\xEA", "\xE3\xB0\xC4\x42\x98\xFC\x1C\x14");
    check_digest(cssl_sha384, 48, "\xCB\x00\x75\x3F\x45\xA3\x5E\x8B", "\x38\xB0\x60\xA7\x51\xAC\x96\x38");
    check_digest(cssl_sha512, 64, "\xDD\xAF\x35\xA1\x93\x61\x7A\xBA", "\xCF\x83\xE1\x35\x7E\xEF\xB8\xBD");
}
