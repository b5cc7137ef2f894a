// Private keys as PKCS#8, plain and encrypted, through memory and through files.

#include <unistd.h>

#include "check.h"

static const int iterations = 1000;

static int read_text(
    OSSL_LIB_CTX *context, const char *pem, size_t length, const char *passphrase, size_t passphrase_length,
    EVP_PKEY **key) {
    BIO *input = cssl_bio_reading((const uint8_t *)pem, length);
    int status = cssl_pkcs8_read(context, input, passphrase, passphrase_length, key);
    BIO_free_all(input);
    return status;
}

/// Reads and expects no key.
static void check_refused(
    OSSL_LIB_CTX *context, const char *pem, size_t length, const char *passphrase, size_t passphrase_length,
    int status) {
    EVP_PKEY *key = (EVP_PKEY *)1;
    CHECK_CALL(read_text(context, pem, length, passphrase, passphrase_length, &key) == status);
    CHECK(key == NULL);
}

static void check_round_trip(OSSL_LIB_CTX *context, const EVP_PKEY *key, const char *passphrase, size_t length) {
    BIO *buffer = NULL;
    KEEPS_QUEUE(buffer = cssl_bio_cleansed_buffer());
    CHECK(buffer != NULL);
    const uint8_t *contents = NULL;
    CHECK_CALL(cssl_bio_contents(buffer, &contents) == 0);
    CHECK_CALL(cssl_pkcs8_write(context, buffer, key, passphrase, length, iterations) == 1);
    size_t size = 0;
    KEEPS_QUEUE(size = cssl_bio_contents(buffer, &contents));
    CHECK(size > 100);
    const char *pem = (const char *)contents;
    const char *label = passphrase == NULL ? "-----BEGIN PRIVATE KEY-----" : "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    CHECK(memcmp(pem, label, strlen(label)) == 0);

    EVP_PKEY *back = NULL;
    CHECK_CALL(read_text(context, pem, size, passphrase, length, &back) == CSSL_PKCS8_OK);
    CHECK(back != NULL && EVP_PKEY_eq(key, back) == 1);
    EVP_PKEY_free(back);
    if (passphrase != NULL) {
        check_refused(context, pem, size, NULL, 0, CSSL_PKCS8_PASSPHRASE_NEEDED);
        check_refused(context, pem, size, "wrong", 5, CSSL_PKCS8_PASSPHRASE_WRONG);
        check_refused(context, pem, size, passphrase, (size_t)INT_MAX + 1, CSSL_PKCS8_MALFORMED);
    } else {
        // A passphrase that was not needed does no harm.
        CHECK_CALL(read_text(context, pem, size, "needless", 8, &back) == CSSL_PKCS8_OK);
        EVP_PKEY_free(back);
    }
    check_refused(context, pem, size / 2, passphrase, length, CSSL_PKCS8_MALFORMED);
    BIO_free_all(buffer);
}

static void check_descriptors(OSSL_LIB_CTX *context, const EVP_PKEY *key) {
    FILE *file = tmpfile();
    CHECK(file != NULL);
    BIO *output = NULL, *input = NULL, *closed = NULL;
    KEEPS_QUEUE(output = cssl_bio_descriptor(fileno(file)));
    CHECK_CALL(cssl_pkcs8_write(context, output, key, NULL, 0, iterations) == 1);
    BIO_free_all(output);
    CHECK(lseek(fileno(file), 0, SEEK_SET) == 0);
    KEEPS_QUEUE(input = cssl_bio_descriptor(fileno(file)));
    EVP_PKEY *back = NULL;
    CHECK_CALL(cssl_pkcs8_read(context, input, NULL, 0, &back) == CSSL_PKCS8_OK);
    CHECK(EVP_PKEY_eq(key, back) == 1);
    EVP_PKEY_free(back);
    BIO_free_all(input);
    // The descriptor is still open.
    CHECK(lseek(fileno(file), 0, SEEK_SET) == 0);
    fclose(file);

    KEEPS_QUEUE(closed = cssl_bio_descriptor(-1));
    CHECK_CALL(cssl_pkcs8_write(context, closed, key, NULL, 0, iterations) == 0);
    CHECK_CALL(cssl_pkcs8_read(context, closed, NULL, 0, &back) == CSSL_PKCS8_MALFORMED);
    BIO_free_all(closed);
    CHECK_CALL(cssl_pkcs8_write(context, NULL, key, NULL, 0, iterations) == 0);
    CHECK_CALL(cssl_pkcs8_read(context, NULL, NULL, 0, &back) == CSSL_PKCS8_MALFORMED);
}

static void check_malformed(OSSL_LIB_CTX *context) {
    const char *const texts[] = {
        "", "no key",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMAAwAA==\n-----END PUBLIC KEY-----\n",
    };
    for (size_t index = 0; index < sizeof(texts) / sizeof(texts[0]); index++) {
        check_refused(context, texts[index], strlen(texts[index]), "pass", 4, CSSL_PKCS8_MALFORMED);
    }
    CHECK_CALL(cssl_bio_reading(NULL, 0) == NULL);
    CHECK_CALL(cssl_bio_reading((const uint8_t *)"", (size_t)INT_MAX + 1) == NULL);
}

/// The key as it is when it was read from a file.
static EVP_PKEY *imported(OSSL_LIB_CTX *context, EC_KEY *key) {
    EVP_PKEY *wrapped = cssl_key_wrapping(key), *back = NULL;
    BIO *buffer = cssl_bio_cleansed_buffer();
    CHECK(cssl_pkcs8_write(context, buffer, wrapped, NULL, 0, iterations) == 1);
    const uint8_t *contents = NULL;
    size_t size = cssl_bio_contents(buffer, &contents);
    CHECK(read_text(context, (const char *)contents, size, NULL, 0, &back) == CSSL_PKCS8_OK);
    BIO_free_all(buffer);
    EVP_PKEY_free(wrapped);
    return back;
}

/// An EC key through the general handle and back, and imports that must not become one.
static void check_ec(OSSL_LIB_CTX *context) {
    EC_GROUP *group = cssl_ec_group_new(context, NID_X9_62_prime256v1);
    EC_GROUP *larger = cssl_ec_group_new(context, NID_secp521r1);
    EC_KEY *key = cssl_ec_key_generate(context, group), *other = cssl_ec_key_generate(context, group), *back = NULL;
    EC_KEY *large = cssl_ec_key_generate(context, larger);
    EVP_PKEY *wrapped = NULL, *wrapped_large = NULL;
    KEEPS_QUEUE(wrapped = cssl_key_wrapping(key));
    KEEPS_QUEUE(wrapped_large = cssl_key_wrapping(large));
    CHECK(wrapped != NULL && wrapped_large != NULL);
    CHECK_CALL(cssl_key_is(wrapped, "EC") == 1);
    check_round_trip(context, wrapped, NULL, 0);
    check_round_trip(context, wrapped, "correct horse", 13);
    check_round_trip(context, wrapped, "", 0);
    check_round_trip(context, wrapped, "nul\0inside", 10);
    check_round_trip(context, wrapped_large, NULL, 0);
    check_descriptors(context, wrapped);

    KEEPS_QUEUE(back = cssl_ec_key_from(context, group, wrapped));
    CHECK(back != NULL && EC_POINT_cmp(group, EC_KEY_get0_public_key(back), EC_KEY_get0_public_key(key), NULL) == 0);
    EC_KEY_free(back);
    KEEPS_QUEUE(back = cssl_ec_key_from(context, larger, wrapped_large));
    CHECK(back != NULL);
    EC_KEY_free(back);
    // Another curve, halves that do not belong together, another kind of key, a public half alone.
    CHECK_CALL(cssl_ec_key_from(context, larger, wrapped) == NULL);
    CHECK_CALL(cssl_ec_key_from(context, group, wrapped_large) == NULL);
    CHECK(EC_KEY_set_private_key(other, EC_KEY_get0_private_key(key)) == 1);
    EVP_PKEY *mixed = imported(context, other);
    CHECK_CALL(cssl_ec_key_from(context, group, mixed) == NULL);
    EVP_PKEY *edwards = cssl_ed25519_key_generate(context);
    CHECK_CALL(cssl_ec_key_from(context, group, edwards) == NULL);
    check_round_trip(context, edwards, NULL, 0);
    check_round_trip(context, edwards, "correct horse", 13);
    uint8_t point[65];
    CHECK_CALL(cssl_ec_public_point(key, point, sizeof(point)) == 1);
    EC_KEY *half = cssl_ec_key_new(context, group);
    CHECK_CALL(cssl_ec_key_set_point(half, point, sizeof(point), NULL) == 1);
    EVP_PKEY *wrapped_half = cssl_key_wrapping(half);
    CHECK(wrapped_half != NULL);
    CHECK_CALL(cssl_ec_key_from(context, group, wrapped_half) == NULL);

    EVP_PKEY *const keys[] = {wrapped, wrapped_large, mixed, edwards, wrapped_half};
    for (size_t index = 0; index < sizeof(keys) / sizeof(keys[0]); index++) EVP_PKEY_free(keys[index]);
    EC_KEY *const ec_keys[] = {key, other, large, half};
    for (size_t index = 0; index < sizeof(ec_keys) / sizeof(ec_keys[0]); index++) EC_KEY_free(ec_keys[index]);
    EC_GROUP_free(larger);
    EC_GROUP_free(group);
}

void check_pkcs8(OSSL_LIB_CTX *context) {
    check_malformed(context);
    check_ec(context);
}
