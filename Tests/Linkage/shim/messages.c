// RSA and Ed25519: keys from numbers, signing and verifying messages.

#include "check.h"

static const uint8_t text[] = "a message";

static void check_signatures(
    OSSL_LIB_CTX *context, EVP_PKEY *key, EVP_PKEY *public_key, const char *digest, int pss, size_t length) {
    uint8_t *signature = (uint8_t *)malloc(length);
    CHECK(signature != NULL);
    // Nothing to sign is a message too.
    CHECK_CALL(cssl_message_sign(context, key, digest, pss, NULL, 0, signature, length) == 1);
    CHECK_CALL(cssl_message_verify(context, public_key, digest, pss, NULL, 0, signature, length) == 1);
    CHECK_CALL(cssl_message_verify(context, public_key, digest, pss, text, sizeof(text), signature, length) == 0);

    CHECK_CALL(cssl_message_sign(context, key, digest, pss, text, sizeof(text), signature, length) == 1);
    CHECK_CALL(cssl_message_verify(context, public_key, digest, pss, text, sizeof(text), signature, length) == 1);
    CHECK_CALL(cssl_message_verify(context, public_key, digest, pss, text, sizeof(text) - 1, signature, length) == 0);
    CHECK_CALL(cssl_message_verify(context, public_key, digest, pss, text, sizeof(text), signature, length - 1) == 0);
    CHECK_CALL(cssl_message_verify(context, public_key, digest, pss, text, sizeof(text), NULL, 0) == 0);
    signature[0] ^= 1;
    CHECK_CALL(cssl_message_verify(context, public_key, digest, pss, text, sizeof(text), signature, length) == 0);
    signature[0] ^= 1;
    if (digest != NULL) {
        // The other padding, another digest, one that does not exist.
        CHECK_CALL(
            cssl_message_verify(context, public_key, digest, !pss, text, sizeof(text), signature, length) == 0);
        CHECK_CALL(
            cssl_message_verify(context, public_key, "SHA224", pss, text, sizeof(text), signature, length) == 0);
        CHECK_CALL(
            cssl_message_verify(context, public_key, "nonsense", pss, text, sizeof(text), signature, length) < 0);
        CHECK_CALL(cssl_message_sign(context, key, "nonsense", pss, text, sizeof(text), signature, length) == 0);
    }
    // Too little room, and a key without its private half.
    CHECK_CALL(cssl_message_sign(context, key, digest, pss, text, sizeof(text), signature, length - 1) == 0);
    CHECK_CALL(cssl_message_sign(context, public_key, digest, pss, text, sizeof(text), signature, length) == 0);
    free(signature);
}

static void check_rsa(OSSL_LIB_CTX *context) {
    EVP_PKEY *key = NULL, *public_key = NULL;
    KEEPS_QUEUE(key = cssl_rsa_key_generate(context, 2048));
    CHECK(key != NULL);
    CHECK_CALL(cssl_rsa_key_generate(context, 16) == NULL);

    uint8_t modulus[256], exponent[4];
    CHECK_CALL(cssl_rsa_number(key, 0, modulus, sizeof(modulus)) == 256);
    CHECK_CALL(cssl_rsa_number(key, 1, exponent, sizeof(exponent)) == 3);
    CHECK_CALL(cssl_rsa_number(key, 0, modulus, 255) == 0);
    CHECK_CALL(cssl_rsa_number(key, 0, NULL, 0) == 0);
    KEEPS_QUEUE(public_key = cssl_rsa_public_key_new(context, modulus, 256, exponent, 3));
    CHECK(public_key != NULL);
    CHECK_CALL(cssl_key_is(public_key, "RSA") == 1);
    CHECK_CALL(cssl_key_is_pair(context, key) == 1);
    CHECK_CALL(cssl_key_is_pair(context, public_key) == 0);
    CHECK_CALL(cssl_rsa_public_key_new(context, modulus, (size_t)INT_MAX + 1, exponent, 3) == NULL);
    CHECK_CALL(cssl_rsa_public_key_new(context, modulus, 256, exponent, (size_t)INT_MAX + 1) == NULL);
    // Zeros need not be refused here, only survived.
    EVP_PKEY *empty = NULL;
    KEEPS_QUEUE(empty = cssl_rsa_public_key_new(context, NULL, 0, NULL, 0));
    if (empty != NULL) {
        CHECK_CALL(cssl_message_verify(context, empty, "SHA256", 0, text, sizeof(text), modulus, 256) <= 0);
    }
    EVP_PKEY_free(empty);

    check_signatures(context, key, public_key, "SHA256", 0, 256);
    check_signatures(context, key, public_key, "SHA384", 0, 256);
    check_signatures(context, key, public_key, "SHA256", 1, 256);
    check_signatures(context, key, public_key, "SHA512", 1, 256);
    uint8_t out[32];
    CHECK_CALL(cssl_ed25519_public_bytes(key, out) == 0);
    EVP_PKEY_free(public_key);
    EVP_PKEY_free(key);
}

static void check_ed25519(OSSL_LIB_CTX *context) {
    EVP_PKEY *key = NULL, *public_key = NULL;
    KEEPS_QUEUE(key = cssl_ed25519_key_generate(context));
    CHECK(key != NULL);
    uint8_t bytes[32];
    CHECK_CALL(cssl_ed25519_public_bytes(key, bytes) == 1);
    KEEPS_QUEUE(public_key = cssl_ed25519_public_key_new(context, bytes, sizeof(bytes)));
    CHECK(public_key != NULL);
    CHECK_CALL(cssl_key_is(public_key, "ED25519") == 1 && cssl_key_is(public_key, "RSA") == 0);
    CHECK_CALL(cssl_ed25519_public_key_new(context, bytes, 31) == NULL);
    CHECK_CALL(cssl_ed25519_public_key_new(context, NULL, 0) == NULL);
    check_signatures(context, key, public_key, NULL, 0, 64);
    // An Ed25519 key has no digest to choose and no padding to set.
    uint8_t signature[64];
    CHECK_CALL(cssl_message_sign(context, key, "SHA256", 0, text, sizeof(text), signature, 64) == 0);
    CHECK_CALL(cssl_message_verify(context, public_key, "SHA256", 1, text, sizeof(text), signature, 64) < 0);
    CHECK_CALL(cssl_rsa_number(key, 0, bytes, sizeof(bytes)) == 0);

    // y = 2, 7, 8 and 11 belong to no point, the others up to 11 and every key's do (RFC 8032 section 5.1.3).
    CHECK_CALL(cssl_ed25519_public_bytes(key, bytes) == 1);
    bytes[31] &= 0x7F;
    CHECK_CALL(cssl_ed25519_is_on_curve(bytes) == 1);
    memset(bytes, 0, sizeof(bytes));
    for (uint8_t y = 0; y < 12; y++) {
        bytes[0] = y;
        CHECK_CALL(cssl_ed25519_is_on_curve(bytes) == !(y == 2 || y == 7 || y == 8 || y == 11));
    }
    EVP_PKEY_free(public_key);
    EVP_PKEY_free(key);
}

/// Also by itself: no digest, nothing to set; and a context that is not for RSA refuses.
static void check_padding(OSSL_LIB_CTX *context) {
    CHECK_CALL(cssl_set_padding(NULL, NULL, 0) == 1);
    EVP_PKEY *key = cssl_ed25519_key_generate(context);
    EVP_PKEY_CTX *key_context = EVP_PKEY_CTX_new_from_pkey(context, key, NULL);
    CHECK(key_context != NULL);
    KEEPS_QUEUE({
        ERR_set_mark();
        CHECK(cssl_set_padding(key_context, "SHA256", 1) != 1);
        ERR_pop_to_mark();
    });
    EVP_PKEY_CTX_free(key_context);
    EVP_PKEY_free(key);
}

void check_messages(OSSL_LIB_CTX *context) {
    check_rsa(context);
    check_ed25519(context);
    check_padding(context);
}
