// The primitives that DPoPCore uses, over libcrypto 3.0 or later.
//
// Every function that can fail returns 1 for success and 0 or less for failure, or NULL where it returns a pointer.
// Lengths are explicit; (NULL, 0) is an empty buffer. Nothing here leaves an entry in libcrypto's error queue, and
// entries that the caller had there stay. The header must be valid C and C++: it reaches consumers' compilers.

#ifndef CSSLSHIM_H
#define CSSLSHIM_H

// ECDSA over a prepared EC_KEY and SHA-256 without a context are deprecated names in OpenSSL 3 that have no equal in
// speed there: an EVP key import costs 17 us against 2 us.
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include <openssl/opensslv.h>
#if !defined(OPENSSL_VERSION_MAJOR) || OPENSSL_VERSION_MAJOR < 3
#error "swift-dpop needs OpenSSL 3.0 or later (install libssl-dev or openssl@3)"
#endif
#ifdef OPENSSL_NO_EC
#error "swift-dpop needs an OpenSSL with elliptic curves"
#endif
#ifdef OPENSSL_NO_DEPRECATED_3_0
#error "swift-dpop needs OpenSSL's low-level functions: a libcrypto built without no-deprecated, OPENSSL_NO_DEPRECATED unset"
#endif

#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: The library

/// 1 if the libcrypto found at run time is of the major version that this was compiled for.
static inline int cssl_version_matches(void) {
    return OPENSSL_version_major() == OPENSSL_VERSION_MAJOR;
}

/// A library context of our own with the default provider, so that what a host sets on its default context (properties,
/// other providers) decides nothing here. A method for random numbers that a host has set for its whole process
/// (RAND_set_rand_method) does. NULL on failure, also if the default context could not be set up: what uses that then
/// goes through a NULL pointer (libcrypto 3.0).
static inline OSSL_LIB_CTX *cssl_context_new(void) {
    ERR_set_mark();
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_get0_global_default() != NULL ? OSSL_LIB_CTX_new() : NULL;
    if (context != NULL && OSSL_PROVIDER_load(context, "default") == NULL) {
        OSSL_LIB_CTX_free(context);
        context = NULL;
    }
    ERR_pop_to_mark();
    return context;
}

/// Must come before any other call into libcrypto in the process; then no configuration file is read.
static inline int cssl_disable_configuration(void) {
    return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

// MARK: Random numbers

static inline int cssl_random(OSSL_LIB_CTX *context, uint8_t *out, size_t length) {
    ERR_set_mark();
    int result = RAND_bytes_ex(context, out, length, 0);
    ERR_pop_to_mark();
    return result;
}

/// Random bytes that one thread has in store, because asking for them costs the same however few are asked for. They
/// come from the kernel, which no copied state of a generator can make repeat itself, and stand in memory that it clears
/// in a forked child, whose store is therefore empty: parent and child do not give out the same bytes, however the
/// child was made.
typedef struct {
    size_t left;
    uint8_t bytes[1024];
} cssl_random_store;

static inline void cssl_random_store_free(void *store) {
    OPENSSL_cleanse(store, sizeof(cssl_random_store));
    munmap(store, sizeof(cssl_random_store));
}

/// 1 on success: a key under which each thread finds a store of its own.
static inline int cssl_random_key_new(pthread_key_t *key) {
    return pthread_key_create(key, cssl_random_store_free) == 0;
}

/// The thread's store, made at its first use; NULL where memory can not be had or the kernel would not clear it.
static inline cssl_random_store *cssl_random_store_of_thread(pthread_key_t key) {
    void *store = pthread_getspecific(key);
    if (store != NULL) return (cssl_random_store *)store;
#ifdef MADV_WIPEONFORK
    store = mmap(NULL, sizeof(cssl_random_store), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (store == MAP_FAILED) return NULL;
    // Some emulators answer every advice with success and follow none; -1 is no advice that a kernel knows.
    if (madvise(store, sizeof(cssl_random_store), -1) != 0
        && madvise(store, sizeof(cssl_random_store), MADV_WIPEONFORK) == 0 && pthread_setspecific(key, store) == 0)
        return (cssl_random_store *)store;
    munmap(store, sizeof(cssl_random_store));
#endif
    return NULL;
}

/// 1 if the kernel filled the store.
static inline int cssl_random_store_fill(cssl_random_store *store) {
#ifdef MADV_WIPEONFORK
    // 256 bytes are the most that one call gives.
    for (size_t filled = 0; filled < sizeof(store->bytes); filled += 256)
        if (getentropy(store->bytes + filled, 256) != 0) return 0;
    return 1;
#else
    (void)store;
    return 0;
#endif
}

/// As cssl_random, from the thread's store. For numbers that only must not repeat or be guessed beforehand; secrets
/// that live long come from cssl_random. What was given out is no longer in the store.
static inline int cssl_random_stored(OSSL_LIB_CTX *context, pthread_key_t key, uint8_t *out, size_t length) {
    cssl_random_store *store = length <= sizeof(store->bytes) ? cssl_random_store_of_thread(key) : NULL;
    if (store == NULL) return cssl_random(context, out, length);
    if (store->left < length) {
        store->left = 0;
        if (!cssl_random_store_fill(store)) return cssl_random(context, out, length);
        store->left = sizeof(store->bytes);
    }
    if (length == 0) return 1;
    store->left -= length;
    memcpy(out, store->bytes + store->left, length);
    memset(store->bytes + store->left, 0, length);
    return 1;
}

// MARK: The clock; it and <pthread.h> stand here because the core imports no other C module

/// 1 on success. The system's clock, as seconds since 1970 and nanoseconds.
static inline int cssl_clock(int64_t *seconds, int32_t *nanoseconds) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return 0;
    *seconds = (int64_t)now.tv_sec;
    *nanoseconds = (int32_t)now.tv_nsec;
    return 1;
}

// MARK: SHA-2

static inline void cssl_sha256(const uint8_t *bytes, size_t length, uint8_t *digest) {
    SHA256_CTX state;
    SHA256_Init(&state);
    if (length > 0) SHA256_Update(&state, bytes, length);
    SHA256_Final(digest, &state);
}

static inline void cssl_sha384(const uint8_t *bytes, size_t length, uint8_t *digest) {
    SHA512_CTX state;
    SHA384_Init(&state);
    if (length > 0) SHA384_Update(&state, bytes, length);
    SHA384_Final(digest, &state);
}

static inline void cssl_sha512(const uint8_t *bytes, size_t length, uint8_t *digest) {
    SHA512_CTX state;
    SHA512_Init(&state);
    if (length > 0) SHA512_Update(&state, bytes, length);
    SHA512_Final(digest, &state);
}

// MARK: ECDSA

#include "ec.h"

// MARK: HMAC-SHA256

/// A secret for HMAC-SHA256 (RFC 2104): the states of SHA-256 after the two padded keys, and after what each message
/// begins with. EVP_MAC has no equal in speed: its context must be copied for each message, which costs 0.8 us.
typedef struct {
    SHA256_CTX inner, outer;
} cssl_hmac_key;

/// NULL on failure.
static inline cssl_hmac_key *cssl_hmac_key_new(const uint8_t *secret, size_t length) {
    uint8_t block[SHA256_CBLOCK] = {0};
    ERR_set_mark();
    cssl_hmac_key *key = (cssl_hmac_key *)OPENSSL_malloc(sizeof(cssl_hmac_key));
    if (key != NULL) {
        if (length > sizeof(block)) cssl_sha256(secret, length, block);
        else if (length > 0) memcpy(block, secret, length);
        for (size_t index = 0; index < sizeof(block); index++) block[index] ^= 0x36;
        SHA256_Init(&key->inner);
        SHA256_Update(&key->inner, block, sizeof(block));
        for (size_t index = 0; index < sizeof(block); index++) block[index] ^= 0x36 ^ 0x5C;
        SHA256_Init(&key->outer);
        SHA256_Update(&key->outer, block, sizeof(block));
        OPENSSL_cleanse(block, sizeof(block));
    }
    ERR_pop_to_mark();
    return key;
}

/// The same secret for messages that all begin with these bytes; NULL on failure.
static inline cssl_hmac_key *cssl_hmac_key_with_prefix(const cssl_hmac_key *key, const uint8_t *prefix, size_t length) {
    ERR_set_mark();
    cssl_hmac_key *longer = (cssl_hmac_key *)OPENSSL_memdup(key, sizeof(cssl_hmac_key));
    if (longer != NULL && length > 0) SHA256_Update(&longer->inner, prefix, length);
    ERR_pop_to_mark();
    return longer;
}

static inline void cssl_hmac_key_free(cssl_hmac_key *key) {
    OPENSSL_clear_free(key, sizeof(cssl_hmac_key));
}

/// Writes the 32 bytes of the code of a message, or of the rest of it after a prefix.
static inline void cssl_hmac(const cssl_hmac_key *key, const uint8_t *message, size_t length, uint8_t *code) {
    SHA256_CTX state = key->inner;
    if (length > 0) SHA256_Update(&state, message, length);
    SHA256_Final(code, &state);
    state = key->outer;
    SHA256_Update(&state, code, SHA256_DIGEST_LENGTH);
    SHA256_Final(code, &state);
    OPENSSL_cleanse(&state, sizeof(state));
}

/// 1 if two buffers of one length are equal, in a time that does not depend on where they differ.
static inline int cssl_equal(const uint8_t *a, const uint8_t *b, size_t length) {
    return CRYPTO_memcmp(a, b, length) == 0;
}

// MARK: RSA and Ed25519

/// The key is not checked beyond its numbers: EVP_PKEY_public_check on a stranger's modulus can run for minutes.
static inline EVP_PKEY *cssl_rsa_public_key_new(
    OSSL_LIB_CTX *context, const uint8_t *modulus, size_t modulus_length, const uint8_t *exponent, size_t exponent_length) {
    if (modulus_length > INT_MAX || exponent_length > INT_MAX) return NULL;
    ERR_set_mark();
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *import = EVP_PKEY_CTX_new_from_name(context, "RSA", NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *n = BN_bin2bn(modulus, (int)modulus_length, NULL);
    BIGNUM *e = BN_bin2bn(exponent, (int)exponent_length, NULL);
    OSSL_PARAM *parameters = NULL;
    if (import != NULL && builder != NULL && n != NULL && e != NULL
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1
        && (parameters = OSSL_PARAM_BLD_to_param(builder)) != NULL && EVP_PKEY_fromdata_init(import) == 1
        && EVP_PKEY_fromdata(import, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    OSSL_PARAM_free(parameters);
    BN_free(n);
    BN_free(e);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(import);
    ERR_pop_to_mark();
    return key;
}

static inline EVP_PKEY *cssl_ed25519_public_key_new(OSSL_LIB_CTX *context, const uint8_t *bytes, size_t length) {
    ERR_set_mark();
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key_ex(context, "ED25519", NULL, bytes, length);
    ERR_pop_to_mark();
    return key;
}

/// 1 if y, 32 bytes least significant first without a sign bit and below the prime, is the y of a point of edwards25519
/// (RFC 8032 section 5.1.3): there is an x with x^2 = (y^2 - 1) / (d y^2 + 1), that is, (y^2 - 1)(d y^2 + 1) is a square.
/// Negative on failure.
static inline int cssl_ed25519_is_on_curve(const uint8_t *y_bytes) {
    ERR_set_mark();
    int result = -1;
    BN_CTX *scratch = BN_CTX_new();
    BIGNUM *p = NULL, *d = NULL, *y = BN_lebin2bn(y_bytes, 32, NULL), *u = BN_new(), *v = BN_new();
    if (scratch != NULL && y != NULL && u != NULL && v != NULL
        && BN_hex2bn(&p, "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFED") > 0
        && BN_hex2bn(&d, "52036CEE2B6FFE738CC740797779E89800700A4D4141D8AB75EB4DCA135978A3") > 0
        && BN_mod_sqr(u, y, p, scratch) == 1 && BN_mod_mul(v, u, d, p, scratch) == 1 && BN_add_word(v, 1) == 1
        && BN_sub(u, u, BN_value_one()) == 1 && BN_mod_mul(u, u, v, p, scratch) == 1) {
        int symbol = BN_kronecker(u, p, scratch);
        result = symbol == -2 ? -1 : symbol >= 0;
    }
    BN_free(p);
    BN_free(d);
    BN_free(y);
    BN_free(u);
    BN_free(v);
    BN_CTX_free(scratch);
    ERR_pop_to_mark();
    return result;
}

/// How a message is hashed and padded: `digest` NULL for Ed25519, else a libcrypto name; `pss` for RSASSA-PSS with a
/// salt as long as the digest (RFC 7518 section 3.5), else RSASSA-PKCS1-v1_5.
static inline int cssl_set_padding(EVP_PKEY_CTX *key_context, const char *digest, int pss) {
    if (digest == NULL) return 1;
    if (EVP_PKEY_CTX_set_rsa_padding(key_context, pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) != 1) return 0;
    return !pss || EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/// 1 if the signature is right, 0 if it is not, negative if the check could not be set up.
static inline int cssl_message_verify(
    OSSL_LIB_CTX *context, EVP_PKEY *key, const char *digest, int pss,
    const uint8_t *message, size_t length, const uint8_t *signature, size_t signature_length) {
    ERR_set_mark();
    int result = -1;
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    if (state != NULL && EVP_DigestVerifyInit_ex(state, &key_context, digest, context, NULL, key, NULL) == 1
        && cssl_set_padding(key_context, digest, pss) == 1)
        result = EVP_DigestVerify(state, signature, signature_length, message, length) == 1;
    EVP_MD_CTX_free(state);
    ERR_pop_to_mark();
    return result;
}

/// 1 if exactly `signature_length` bytes of signature were written.
static inline int cssl_message_sign(
    OSSL_LIB_CTX *context, EVP_PKEY *key, const char *digest, int pss,
    const uint8_t *message, size_t length, uint8_t *signature, size_t signature_length) {
    ERR_set_mark();
    int result = 0;
    size_t written = signature_length;
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    if (state != NULL && EVP_DigestSignInit_ex(state, &key_context, digest, context, NULL, key, NULL) == 1
        && cssl_set_padding(key_context, digest, pss) == 1
        && EVP_DigestSign(state, signature, &written, message, length) == 1)
        result = written == signature_length;
    EVP_MD_CTX_free(state);
    ERR_pop_to_mark();
    return result;
}

static inline EVP_PKEY *cssl_rsa_key_generate(OSSL_LIB_CTX *context, size_t bits) {
    ERR_set_mark();
    EVP_PKEY *key = EVP_PKEY_Q_keygen(context, NULL, "RSA", bits);
    ERR_pop_to_mark();
    return key;
}

static inline EVP_PKEY *cssl_ed25519_key_generate(OSSL_LIB_CTX *context) {
    ERR_set_mark();
    EVP_PKEY *key = EVP_PKEY_Q_keygen(context, NULL, "ED25519");
    ERR_pop_to_mark();
    return key;
}

/// Writes the 32 bytes of an Ed25519 public key.
static inline int cssl_ed25519_public_bytes(const EVP_PKEY *key, uint8_t *out) {
    ERR_set_mark();
    size_t length = 32;
    int result = EVP_PKEY_get_raw_public_key(key, out, &length) == 1 && length == 32;
    ERR_pop_to_mark();
    return result;
}

/// Writes an RSA number, big endian without leading zeros, and returns its length; 0 on failure or if it does not fit.
static inline size_t cssl_rsa_number(const EVP_PKEY *key, int exponent, uint8_t *out, size_t capacity) {
    ERR_set_mark();
    BIGNUM *number = NULL;
    size_t length = 0;
    if (EVP_PKEY_get_bn_param(key, exponent ? OSSL_PKEY_PARAM_RSA_E : OSSL_PKEY_PARAM_RSA_N, &number) == 1) {
        length = (size_t)BN_num_bytes(number);
        if (length > capacity) length = 0;
        else BN_bn2bin(number, out);
    }
    BN_free(number);
    ERR_pop_to_mark();
    return length;
}

// MARK: PKCS#8

enum cssl_pkcs8_status {
    CSSL_PKCS8_OK = 1,
    CSSL_PKCS8_MALFORMED = 0,
    CSSL_PKCS8_PASSPHRASE_NEEDED = -1,
    CSSL_PKCS8_PASSPHRASE_WRONG = -2
};

/// Reads one PEM block, PRIVATE KEY or ENCRYPTED PRIVATE KEY (RFC 5958, RFC 7468). Every copy of the key that is made
/// on the way is cleansed before it is freed.
static inline int cssl_pkcs8_read(
    OSSL_LIB_CTX *context, BIO *input, const char *passphrase, size_t passphrase_length, EVP_PKEY **key) {
    ERR_set_mark();
    int status = CSSL_PKCS8_MALFORMED;
    // The first makes PEM_read_bio_ex cleanse its buffers too; the second makes it ignore what PEM_read_bio ignores.
    const unsigned int flags = PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE;
    char *name = NULL, *header = NULL;
    unsigned char *data = NULL;
    long length = 0;
    PKCS8_PRIV_KEY_INFO *info = NULL;
    *key = NULL;
    if (input != NULL && PEM_read_bio_ex(input, &name, &header, &data, &length, flags) == 1) {
        const unsigned char *cursor = data;
        if (strcmp(name, PEM_STRING_PKCS8INF) == 0) {
            info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &cursor, length);
        } else if (strcmp(name, PEM_STRING_PKCS8) == 0) {
            X509_SIG *sealed = d2i_X509_SIG(NULL, &cursor, length);
            if (sealed != NULL && passphrase == NULL) {
                status = CSSL_PKCS8_PASSPHRASE_NEEDED;
            } else if (sealed != NULL && passphrase_length <= INT_MAX) {
                info = PKCS8_decrypt_ex(sealed, passphrase, (int)passphrase_length, context, NULL);
                if (info == NULL) status = CSSL_PKCS8_PASSPHRASE_WRONG;
            }
            X509_SIG_free(sealed);
        }
        // Nothing may follow in the block.
        const int is_whole = cursor == data + length;
        if (info != NULL && is_whole && (*key = EVP_PKCS82PKEY_ex(info, context, NULL)) != NULL) status = CSSL_PKCS8_OK;
    }
    PKCS8_PRIV_KEY_INFO_free(info);
    OPENSSL_secure_free(name);
    OPENSSL_secure_free(header);
    OPENSSL_secure_clear_free(data, length > 0 ? (size_t)length : 0);
    ERR_pop_to_mark();
    return status;
}

/// Writes a PKCS#8 PEM block; with a passphrase it is sealed by AES-256-CBC under PBKDF2 with HMAC-SHA-256.
static inline int cssl_pkcs8_write(
    OSSL_LIB_CTX *context, BIO *output, const EVP_PKEY *key, const char *passphrase, size_t passphrase_length, int iterations) {
    ERR_set_mark();
    int result = 0;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    if (info != NULL && output != NULL) {
        if (passphrase == NULL) {
            result = PEM_write_bio_PKCS8_PRIV_KEY_INFO(output, info) == 1;
        } else if (passphrase_length <= INT_MAX) {
            EVP_CIPHER *cipher = EVP_CIPHER_fetch(context, "AES-256-CBC", NULL);
            X509_SIG *sealed = cipher == NULL ? NULL : PKCS8_encrypt_ex(
                -1, cipher, passphrase, (int)passphrase_length, NULL, 0, iterations, info, context, NULL);
            result = sealed != NULL && PEM_write_bio_PKCS8(output, sealed) == 1;
            X509_SIG_free(sealed);
            EVP_CIPHER_free(cipher);
        }
        if (result == 1) result = BIO_flush(output) == 1;
    }
    PKCS8_PRIV_KEY_INFO_free(info);
    ERR_pop_to_mark();
    return result;
}

static inline BIO *cssl_bio_reading(const uint8_t *bytes, size_t length) {
    if (bytes == NULL || length > INT_MAX) return NULL;
    ERR_set_mark();
    BIO *bio = BIO_new_mem_buf(bytes, (int)length);
    ERR_pop_to_mark();
    return bio;
}

static inline BIO *cssl_bio_descriptor(int descriptor) {
    ERR_set_mark();
    BIO *bio = BIO_new_fd(descriptor, BIO_NOCLOSE);
    ERR_pop_to_mark();
    return bio;
}

/// A buffer that is cleansed when it grows and when it is freed.
static inline BIO *cssl_bio_cleansed_buffer(void) {
    ERR_set_mark();
    BIO *bio = BIO_new(BIO_s_secmem());
    ERR_pop_to_mark();
    return bio;
}

static inline size_t cssl_bio_contents(BIO *bio, const uint8_t **bytes) {
    char *start = NULL;
    long length = BIO_get_mem_data(bio, &start);
    *bytes = (const uint8_t *)start;
    return length > 0 ? (size_t)length : 0;
}

/// What kind of key it is: "EC", "RSA", "ED25519" and so on.
static inline int cssl_key_is(const EVP_PKEY *key, const char *type) { return EVP_PKEY_is_a(key, type); }

/// 1 if the two halves of the key belong together.
static inline int cssl_key_is_pair(OSSL_LIB_CTX *context, EVP_PKEY *key) {
    ERR_set_mark();
    EVP_PKEY_CTX *check = EVP_PKEY_CTX_new_from_pkey(context, key, NULL);
    int result = check != NULL && EVP_PKEY_pairwise_check(check) == 1;
    EVP_PKEY_CTX_free(check);
    ERR_pop_to_mark();
    return result;
}

/// An EC_KEY of our own context from an imported key, if it is on this group and its two halves belong together.
static inline EC_KEY *cssl_ec_key_from(OSSL_LIB_CTX *context, const EC_GROUP *group, const EVP_PKEY *imported) {
    ERR_set_mark();
    EC_KEY *key = cssl_ec_key_new(context, group);
    BIGNUM *scalar = NULL;
    EC_POINT *point = EC_POINT_new(group);
    char name[64];
    size_t name_length = 0;
    int ok = key != NULL && point != NULL
        && EVP_PKEY_get_utf8_string_param(imported, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof(name), &name_length) == 1
        && OBJ_sn2nid(name) == EC_GROUP_get_curve_name(group)
        && EVP_PKEY_get_bn_param(imported, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) == 1
        && EC_KEY_set_private_key(key, scalar) == 1 && EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) == 1
        && EC_KEY_set_public_key(key, point) == 1 && EC_KEY_check_key(key) == 1;
    if (ok) {
        // The public half that the file names, or that libcrypto computed on import, must be the same point.
        unsigned char named[133], computed[133];
        size_t named_length = 0, length = 0;
        ok = EVP_PKEY_get_octet_string_param(imported, OSSL_PKEY_PARAM_PUB_KEY, named, sizeof(named), &named_length) == 1
            && named_length > 0
            && (length = EC_POINT_point2oct(group, point, (point_conversion_form_t)(named[0] & ~1), computed, sizeof(computed), NULL)) > 0
            && length == named_length && memcmp(named, computed, length) == 0;
    }
    if (!ok) {
        EC_KEY_free(key);
        key = NULL;
    }
    BN_clear_free(scalar);
    EC_POINT_free(point);
    ERR_pop_to_mark();
    return key;
}

static inline EVP_PKEY *cssl_key_wrapping(EC_KEY *key) {
    ERR_set_mark();
    EVP_PKEY *wrapped = EVP_PKEY_new();
    if (wrapped != NULL && EVP_PKEY_set1_EC_KEY(wrapped, key) != 1) {
        EVP_PKEY_free(wrapped);
        wrapped = NULL;
    }
    ERR_pop_to_mark();
    return wrapped;
}

// MARK: RSA and Ed25519 for keys that come back

#include "prepared.h"

// MARK: ECDSA by EVP alone

#include "evp_ec.h"

// MARK: ECDSA on P-256 with tables

#include "p256_tables.h"

// MARK: Memory that is needed soon

#include "memory.h"

#ifdef __cplusplus
}
#endif

#endif
