// The other ways to verify: what a returning key keeps, EVP alone, tables.

#include "check.h"

static const uint8_t text[] = "a message";

static void check_prepared(OSSL_LIB_CTX *context, EVP_PKEY *key, const char *digest, int pss, size_t length) {
    uint8_t *signature = (uint8_t *)malloc(length), hash[32];
    CHECK(key != NULL && signature != NULL);
    KEEPS_QUEUE(cssl_sha256(text, sizeof(text), hash));
    const uint8_t *message = digest == NULL ? text : hash;
    const size_t count = digest == NULL ? sizeof(text) : sizeof(hash);
    CHECK_CALL(cssl_message_sign(context, key, digest, pss, text, sizeof(text), signature, length) == 1);
    cssl_prepared *prepared = NULL;
    KEEPS_QUEUE(prepared = cssl_prepared_new(context, key, digest, pss));
    CHECK(prepared != NULL);
    // Again and again, and right ones after wrong ones.
    for (int times = 0; times < 3; times++) {
        CHECK_CALL(cssl_prepared_verify(prepared, context, key, message, count, signature, length) == 1);
        CHECK_CALL(cssl_prepared_verify(prepared, context, key, message, count - 1, signature, length) == 0);
        CHECK_CALL(cssl_prepared_verify(prepared, context, key, message, count, signature, length - 1) == 0);
        signature[3] ^= 1;
        CHECK_CALL(cssl_prepared_verify(prepared, context, key, message, count, signature, length) == 0);
        signature[3] ^= 1;
    }
    KEEPS_QUEUE(cssl_prepared_free(prepared));
    KEEPS_QUEUE(cssl_prepared_free(NULL));
    if (digest != NULL) CHECK_CALL(cssl_prepared_new(context, key, "nonsense", pss) == NULL);
    free(signature);
    EVP_PKEY_free(key);
}

static void check_evp(OSSL_LIB_CTX *context, const char *group, const char *digest, size_t half) {
    EVP_PKEY *key = NULL, *public_key = NULL;
    KEEPS_QUEUE(key = cssl_evp_ec_key_generate(context, group));
    CHECK(key != NULL);
    CHECK_CALL(cssl_evp_ec_key_generate(context, "nonsense") == NULL);
    CHECK_CALL(cssl_evp_ec_is_on(key, group) == 1);
    CHECK_CALL(cssl_evp_ec_is_on(key, "P-224") == 0);
    CHECK_CALL(cssl_evp_ec_use_name(key) == 1);
    uint8_t *point = (uint8_t *)malloc(1 + 2 * half), *rs = (uint8_t *)malloc(2 * half);
    CHECK(point != NULL && rs != NULL);
    CHECK_CALL(cssl_evp_ec_public_point(key, point, half) == 1);
    CHECK_CALL(cssl_evp_ec_public_point(key, point, half - 2) == 0);
    CHECK_CALL(cssl_evp_ec_public_point(key, point, half) == 1);
    KEEPS_QUEUE(public_key = cssl_evp_ec_public_key_new(context, group, point, 1 + 2 * half));
    CHECK(public_key != NULL);
    CHECK_CALL(cssl_evp_ec_public_key_new(context, group, point, 2 * half) == NULL);
    CHECK_CALL(cssl_evp_ec_public_key_new(context, group, point, 0) == NULL);
    point[2 * half] ^= 1;
    CHECK_CALL(cssl_evp_ec_public_key_new(context, group, point, 1 + 2 * half) == NULL);

    CHECK_CALL(cssl_evp_ec_sign(context, key, digest, text, sizeof(text), rs, half) == 1);
    CHECK_CALL(cssl_evp_ec_verify(context, public_key, digest, text, sizeof(text), rs, half) == 1);
    CHECK_CALL(cssl_evp_ec_verify(context, public_key, digest, text, sizeof(text) - 1, rs, half) == 0);
    rs[2 * half - 1] ^= 1;
    CHECK_CALL(cssl_evp_ec_verify(context, public_key, digest, text, sizeof(text), rs, half) == 0);
    memset(rs, 0, 2 * half);
    CHECK_CALL(cssl_evp_ec_verify(context, public_key, digest, text, sizeof(text), rs, half) == 0);
    memset(rs, 0xFF, 2 * half);
    CHECK_CALL(cssl_evp_ec_verify(context, public_key, digest, text, sizeof(text), rs, half) == 0);
    CHECK_CALL(cssl_evp_ec_verify(context, public_key, "nonsense", text, sizeof(text), rs, half) < 0);
    CHECK_CALL(cssl_evp_ec_verify(context, public_key, digest, text, sizeof(text), rs, 67) < 0);
    CHECK_CALL(cssl_evp_ec_sign(context, public_key, digest, text, sizeof(text), rs, half) == 0);
    CHECK_CALL(cssl_evp_ec_sign(context, key, digest, text, sizeof(text), rs, 67) == 0);
    free(point);
    free(rs);
    EVP_PKEY_free(public_key);
    EVP_PKEY_free(key);
}

#ifdef CSSL_HAS_P256_TABLES
static void check_tables(OSSL_LIB_CTX *context) {
    EC_GROUP *group = NULL;
    EC_KEY *key = NULL;
    KEEPS_QUEUE(group = cssl_ec_group_new(context, NID_X9_62_prime256v1));
    KEEPS_QUEUE(key = cssl_ec_key_generate(context, group));
    uint8_t *point = (uint8_t *)malloc(65), *rs = (uint8_t *)malloc(64), *digest = (uint8_t *)malloc(32);
    CHECK(group != NULL && key != NULL && point != NULL && rs != NULL && digest != NULL);
    CHECK_CALL(cssl_ec_public_point(key, point, 65) == 1);
    cssl_p256_tables *base = NULL;
    KEEPS_QUEUE(base = cssl_p256_base_tables_new());
    CHECK(base != NULL);
    // Every width gives every verdict.
    for (int width = 2; width <= CSSL_P256_WIDEST; width++) {
        cssl_p256_tables *tables = NULL;
        KEEPS_QUEUE(tables = cssl_p256_tables_new(point, 65, width));
        CHECK(tables != NULL);
        for (int round = 0; round < 20; round++) {
            CHECK_CALL(cssl_random(context, digest, 32) == 1);
            CHECK_CALL(cssl_ecdsa_sign(key, digest, 32, rs, 32) == 1);
            CHECK_CALL(cssl_p256_tables_verify(base, tables, digest, rs) == 1);
            const int byte = round * 3;
            rs[byte] ^= 0x20;
            CHECK_CALL(cssl_p256_tables_verify(base, tables, digest, rs) == (cssl_ecdsa_verify(key, digest, 32, rs, 32) == 1));
            CHECK_CALL(cssl_p256_tables_verify(base, tables, digest, rs) == 0);
        }
        memset(rs, 0, 64);
        CHECK_CALL(cssl_p256_tables_verify(base, tables, digest, rs) == 0);
        memset(rs, 0xFF, 64);
        CHECK_CALL(cssl_p256_tables_verify(base, tables, digest, rs) == 0);
        KEEPS_QUEUE(cssl_p256_tables_free(tables));
    }
    // u1 and u2, of r = s: e / r and 1.
    cssl_u256 r, u1, u2;
    memset(rs, 7, 64);
    CHECK(cssl_p256_factors(digest, rs, &r, &u1, &u2) == 1 && u2.w[0] == 1 && (u2.w[1] | u2.w[2] | u2.w[3]) == 0);
    memset(rs + 32, 0, 32);
    CHECK(cssl_p256_factors(digest, rs, &r, &u1, &u2) == 0);
    // The key's x, of a point whose Z is 1.
    cssl_p256_affine affine;
    CHECK(cssl_p256_point(point, 65, &affine) == 1);
    const cssl_p256_jacobian same = {affine.x, affine.y, cssl_p256_one};
    r = cssl_u256_read(point + 1);
    CHECK(cssl_p256_is_x(&r, &same));
    r.w[0] ^= 1;
    CHECK(!cssl_p256_is_x(&r, &same));
    // No point, no tables; nor of a width that there is not.
    CHECK_CALL(cssl_p256_tables_new(point, 65, 1) == NULL);
    CHECK_CALL(cssl_p256_tables_new(point, 65, CSSL_P256_WIDEST + 1) == NULL);
    CHECK_CALL(cssl_p256_tables_new(point, 64, 6) == NULL);
    CHECK_CALL(cssl_p256_tables_new(NULL, 0, 6) == NULL);
    point[64] ^= 1;
    CHECK_CALL(cssl_p256_tables_new(point, 65, 6) == NULL);
    memset(point + 1, 0xFF, 64);
    CHECK_CALL(cssl_p256_tables_new(point, 65, 6) == NULL);
    KEEPS_QUEUE(cssl_p256_tables_free(base));
    KEEPS_QUEUE(cssl_p256_tables_free(NULL));
    free(point);
    free(rs);
    free(digest);
    EC_KEY_free(key);
    EC_GROUP_free(group);
}
#endif

void check_ways(OSSL_LIB_CTX *context) {
    check_prepared(context, cssl_rsa_key_generate(context, 2048), "SHA256", 0, 256);
    check_prepared(context, cssl_rsa_key_generate(context, 2048), "SHA256", 1, 256);
    check_prepared(context, cssl_ed25519_key_generate(context), NULL, 0, 64);
    check_evp(context, "P-256", "SHA256", 32);
    check_evp(context, "P-384", "SHA384", 48);
    check_evp(context, "P-521", "SHA512", 66);
#ifdef CSSL_HAS_P256_TABLES
    check_tables(context);
#endif
}
