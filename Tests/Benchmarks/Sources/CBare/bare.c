#define OPENSSL_SUPPRESS_DEPRECATED
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "bare.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <malloc.h>
#include <sched.h>
#endif

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

struct bare_case {
    EC_KEY *key;
    ECDSA_SIG *signature;
    uint8_t digest[SHA512_DIGEST_LENGTH];
    int digest_length;
};

EVP_PKEY *bare_read_pem(const char *pem, size_t length) {
    if (length > INT_MAX) return NULL;
    BIO *input = BIO_new_mem_buf(pem, (int)length);
    EVP_PKEY *imported = PEM_read_bio_PrivateKey(input, NULL, NULL, NULL);
    BIO_free_all(input);
    return imported;
}

EC_KEY *bare_key_new(const char *pem, size_t length) {
    EVP_PKEY *imported = bare_read_pem(pem, length);
    const EC_KEY *source = imported == NULL ? NULL : EVP_PKEY_get0_EC_KEY(imported);
    // Over libcrypto's built-in curve, as a caller who prepares one would make it.
    EC_KEY *key = source == NULL ? NULL : EC_KEY_new_by_curve_name(EC_GROUP_get_curve_name(EC_KEY_get0_group(source)));
    if (key != NULL
        && (EC_KEY_set_private_key(key, EC_KEY_get0_private_key(source)) != 1
            || EC_KEY_set_public_key(key, EC_KEY_get0_public_key(source)) != 1)) {
        EC_KEY_free(key);
        key = NULL;
    }
    EVP_PKEY_free(imported);
    return key;
}

void bare_key_free(EC_KEY *key) { EC_KEY_free(key); }

/// The digest that JWS pairs with the curve (RFC 7518 §3.4).
static int digest_message(bare_case *prepared, const uint8_t *message, size_t length) {
    switch (EC_GROUP_get_curve_name(EC_KEY_get0_group(prepared->key))) {
    case NID_X9_62_prime256v1:
        SHA256(message, length, prepared->digest);
        return SHA256_DIGEST_LENGTH;
    case NID_secp384r1:
        SHA384(message, length, prepared->digest);
        return SHA384_DIGEST_LENGTH;
    default:
        SHA512(message, length, prepared->digest);
        return SHA512_DIGEST_LENGTH;
    }
}

bare_case *bare_case_new(
    EC_KEY *key, const uint8_t *message, size_t length, const uint8_t *signature, size_t signature_length) {
    bare_case *prepared = (bare_case *)calloc(1, sizeof(bare_case));
    if (prepared == NULL) return NULL;
    if (EC_KEY_up_ref(key) == 1) prepared->key = key;
    prepared->signature = ECDSA_SIG_new();
    int half = (int)(signature_length / 2);
    BIGNUM *r = BN_bin2bn(signature, half, NULL), *s = BN_bin2bn(signature + half, half, NULL);
    if (prepared->signature == NULL || ECDSA_SIG_set0(prepared->signature, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        bare_case_free(prepared);
        return NULL;
    }
    if (prepared->key != NULL) prepared->digest_length = digest_message(prepared, message, length);
    if (prepared->key == NULL || bare_verify(prepared) != 1) {
        bare_case_free(prepared);
        return NULL;
    }
    return prepared;
}

void bare_case_free(bare_case *prepared) {
    if (prepared == NULL) return;
    EC_KEY_free(prepared->key);
    ECDSA_SIG_free(prepared->signature);
    free(prepared);
}

int bare_verify(bare_case *prepared) {
    return ECDSA_do_verify(prepared->digest, prepared->digest_length, prepared->signature, prepared->key) == 1;
}

int bare_sign(bare_case *prepared) {
    ECDSA_SIG *signature = ECDSA_do_sign(prepared->digest, prepared->digest_length, prepared->key);
    int result = signature != NULL;
    ECDSA_SIG_free(signature);
    return result;
}

uint64_t bare_spin(uint64_t rounds) {
    uint8_t block[SHA256_DIGEST_LENGTH] = {0};
    for (uint64_t round = 0; round < rounds; round++) {
        SHA256_CTX state;
        SHA256_Init(&state);
        SHA256_Update(&state, block, sizeof(block));
        SHA256_Final(block, &state);
    }
    return block[0];
}

enum { table_words = 40 * 1024 * 1024 / 8 };

uint64_t *bare_table_new(void)
{
    uint64_t *table = malloc(table_words * sizeof *table);
    if (table != NULL) {
        // Written, so that each page is there.
        for (size_t word = 0; word < table_words; word++) {
            table[word] = word;
        }
    }
    return table;
}

void bare_touch(uint64_t *table, uint64_t rounds, uint64_t seed)
{
    uint64_t state = seed | 1;
    while (rounds-- > 0) {
        // xorshift64 (Marsaglia 2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        uint64_t *word = &table[state % table_words];
        // Both threads may come to the same word; what it holds means nothing.
        uint64_t value = __atomic_load_n(word, __ATOMIC_RELAXED);
        __atomic_store_n(word, value + 1, __ATOMIC_RELAXED);
        // As in a table with keys, where to look next waits for what is here.
        state += value & 1;
        state |= state == 0;
    }
}

/// 256 locks, each in lines of its own.
static struct {
    _Alignas(128) pthread_mutex_t mutex;
} locks[256];
static pthread_once_t locks_once = PTHREAD_ONCE_INIT;

static void locks_init(void)
{
    for (size_t index = 0; index < 256; index++) pthread_mutex_init(&locks[index].mutex, NULL);
}

void bare_touch_locked(uint64_t *table, uint64_t rounds, uint64_t seed)
{
    pthread_once(&locks_once, locks_init);
    uint64_t state = seed | 1;
    while (rounds-- > 0) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        pthread_mutex_t *mutex = &locks[state >> 56].mutex;
        pthread_mutex_lock(mutex);
        table[state % table_words] += 1;
        pthread_mutex_unlock(mutex);
    }
}

void bare_stay(int core) {
#ifdef __linux__
    cpu_set_t allowed;
    // Of a thread that never stayed anywhere.
    if (pthread_getaffinity_np(pthread_self(), sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) == 0) return;
    int left = core % CPU_COUNT(&allowed);
    for (int number = 0; number < CPU_SETSIZE; number++) {
        if (!CPU_ISSET(number, &allowed) || left-- > 0) continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(number, &one);
        pthread_setaffinity_np(pthread_self(), sizeof one, &one);
        return;
    }
#else
    (void)core;
#endif
}

uint64_t bare_resident_bytes(void) {
#ifdef __linux__
    malloc_trim(0);
    unsigned long total = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) return 0;
    int fields = fscanf(file, "%lu %lu", &total, &resident);
    fclose(file);
    return fields == 2 ? (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
#else
    return 0;
#endif
}

EVP_MAC_CTX *bare_hmac_new(void) {
    static const uint8_t secret[32] = {1, 2, 3};
    char digest[] = "SHA256";
    OSSL_PARAM parameters[2] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    if (context != NULL && EVP_MAC_init(context, secret, sizeof(secret), parameters) != 1) {
        EVP_MAC_CTX_free(context);
        context = NULL;
    }
    return context;
}

int bare_hmac(EVP_MAC_CTX *context) {
    static const uint8_t message[35] = {0};
    uint8_t code[32];
    size_t length = 0;
    // Without a key: the one that the context has, from the start.
    return EVP_MAC_init(context, NULL, 0, NULL) == 1 && EVP_MAC_update(context, message, sizeof(message)) == 1
        && EVP_MAC_final(context, code, &length, sizeof(code)) == 1 && length == sizeof(code);
}

void bare_hmac_free(EVP_MAC_CTX *context) { EVP_MAC_CTX_free(context); }

static uint64_t read_clock(clockid_t clock) {
    struct timespec now;
    return clock_gettime(clock, &now) != 0 ? 0 : (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t bare_nanoseconds(void) { return read_clock(CLOCK_MONOTONIC); }

uint64_t bare_work_nanoseconds(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

const char *bare_libcrypto(void) { return OpenSSL_version(OPENSSL_VERSION); }
