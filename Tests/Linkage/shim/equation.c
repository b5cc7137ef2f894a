// ECDSA by its equation against libcrypto's own verification.

#include "check.h"

/// Both ways to verify have this verdict.
static void check_both(EC_KEY *key, const uint8_t *digest, size_t digest_length, const uint8_t *rs, size_t half, int verdict) {
    CHECK_CALL(cssl_ecdsa_equation(key, digest, digest_length, rs, half) == verdict);
    CHECK_CALL(cssl_ecdsa_do_verify(key, digest, digest_length, rs, half) == verdict);
    CHECK_CALL(cssl_ecdsa_verify(key, digest, digest_length, rs, half) == verdict);
}

/// The equation agrees with libcrypto's own verification: random signatures, each also with one bit another one, and
/// with r and s at the ends of their range and beside it.
static void check_agreement(OSSL_LIB_CTX *context, int nid, size_t half, size_t digest_length) {
    EC_GROUP *group = cssl_ec_group_new_verifying(context, nid);
    uint8_t *rs = (uint8_t *)malloc(2 * half), *edge = (uint8_t *)malloc(half), digest[64];
    CHECK(group != NULL && rs != NULL && edge != NULL);
    for (int times = 0; times < 40; times++) {
        EC_KEY *key = cssl_ec_key_generate(context, group);
        CHECK(key != NULL && RAND_bytes(digest, sizeof(digest)) == 1);
        // Also of 0 and of all ones, which is not below the order of P-256 and P-384.
        if (times < 2) memset(digest, times == 0 ? 0 : 0xFF, sizeof(digest));
        CHECK_CALL(cssl_ecdsa_sign(key, digest, digest_length, rs, half) == 1);
        check_both(key, digest, digest_length, rs, half, 1);
        for (int bit = 0; bit < 8; bit++) {
            uint8_t *byte = rs + (size_t)(times * 8 + bit) % (2 * half);
            *byte ^= (uint8_t)(1 << bit);
            check_both(key, digest, digest_length, rs, half, 0);
            *byte ^= (uint8_t)(1 << bit);
        }
        digest[times % (int)digest_length] ^= 1;
        check_both(key, digest, digest_length, rs, half, 0);
        digest[times % (int)digest_length] ^= 1;
        for (int which = 0; which < 8; which++) {
            // 0, 1, n - 1, and n or n + 1, once as r and once as s; the other half is as it was.
            BIGNUM *value = BN_dup(EC_GROUP_get0_order(group));
            CHECK(value != NULL);
            if (which % 4 < 2) CHECK(BN_set_word(value, (BN_ULONG)(which % 4)) == 1);
            if (which % 4 == 2) CHECK(BN_sub_word(value, 1) == 1);
            if (which % 4 == 3) CHECK(BN_add_word(value, (BN_ULONG)(times % 2)) == 1);
            CHECK(BN_bn2binpad(value, edge, (int)half) == (int)half);
            uint8_t *place = rs + (which < 4 ? 0 : half), *kept = (uint8_t *)malloc(half);
            CHECK(kept != NULL);
            memcpy(kept, place, half);
            memcpy(place, edge, half);
            check_both(key, digest, digest_length, rs, half, 0);
            memcpy(place, kept, half);
            free(kept);
            BN_free(value);
        }
        EC_KEY_free(key);
    }
    free(edge);
    free(rs);
    EC_GROUP_free(group);
}

/// r = x - n of a point whose x is between n and the prime is a signature by the key that it was made for, and x is
/// none, being no number below n. Of random signatures it is one in 2^127 or fewer.
static void check_wrapped(OSSL_LIB_CTX *context, int nid, size_t half, size_t digest_length) {
    EC_GROUP *group = cssl_ec_group_new_verifying(context, nid);
    CHECK(group != NULL);
    const BIGNUM *order = EC_GROUP_get0_order(group);
    BN_CTX *numbers = BN_CTX_new();
    BIGNUM *x = BN_dup(order), *r = BN_new(), *s = BN_new(), *e = BN_new(), *inverse = BN_new();
    EC_POINT *point = EC_POINT_new(group), *owner = EC_POINT_new(group);
    uint8_t *rs = (uint8_t *)malloc(2 * half), *encoded = (uint8_t *)malloc(1 + 2 * half), digest[64];
    CHECK(numbers != NULL && x != NULL && inverse != NULL && point != NULL && owner != NULL && rs != NULL && encoded != NULL);
    for (int found = 0; found < 4; ) {
        CHECK(BN_add_word(x, 1) == 1);
        ERR_set_mark();
        int isPoint = EC_POINT_set_compressed_coordinates(group, point, x, found % 2, numbers);
        ERR_pop_to_mark();
        if (isPoint != 1) continue;
        found++;
        // Q = (s R - e G) / r.
        CHECK(RAND_bytes(digest, sizeof(digest)) == 1 && BN_bin2bn(digest, (int)digest_length, e) != NULL);
        CHECK(BN_sub(r, x, order) == 1 && BN_rand_range(s, order) == 1);
        CHECK(BN_mod_inverse(inverse, r, order, numbers) != NULL);
        BIGNUM *scale = BN_dup(s);
        CHECK(scale != NULL && BN_mod_mul(scale, scale, inverse, order, numbers) == 1);
        CHECK(BN_mod_mul(e, e, inverse, order, numbers) == 1 && BN_sub(e, order, e) == 1);
        CHECK(EC_POINT_mul(group, owner, e, point, scale, numbers) == 1);
        BN_free(scale);
        CHECK(EC_POINT_point2oct(group, owner, POINT_CONVERSION_UNCOMPRESSED, encoded, 1 + 2 * half, numbers) == 1 + 2 * half);
        EC_KEY *key = public_key_new(context, group, encoded, 1 + 2 * half);
        CHECK(key != NULL && BN_bn2binpad(r, rs, (int)half) == (int)half && BN_bn2binpad(s, rs + half, (int)half) == (int)half);
        check_both(key, digest, digest_length, rs, half, 1);
        CHECK(BN_bn2binpad(x, rs, (int)half) == (int)half);
        check_both(key, digest, digest_length, rs, half, 0);
        EC_KEY_free(key);
    }
    free(encoded);
    free(rs);
    EC_POINT_free(owner);
    EC_POINT_free(point);
    BN_free(inverse);
    BN_free(e);
    BN_free(s);
    BN_free(r);
    BN_free(x);
    BN_CTX_free(numbers);
    EC_GROUP_free(group);
}

void check_equation(OSSL_LIB_CTX *context) {
    static const struct { int nid; size_t half, digest_length; } curves[] = {
        {NID_X9_62_prime256v1, 32, 32}, {NID_secp384r1, 48, 48}, {NID_secp521r1, 66, 64}};
    for (size_t index = 0; index < sizeof(curves) / sizeof(curves[0]); index++) {
        check_agreement(context, curves[index].nid, curves[index].half, curves[index].digest_length);
        check_wrapped(context, curves[index].nid, curves[index].half, curves[index].digest_length);
    }
}
