// EC keys and ECDSA.

#include "check.h"

EC_KEY *public_key_new(OSSL_LIB_CTX *context, const EC_GROUP *group, const uint8_t *point, size_t length) {
    EC_KEY *key = cssl_ec_key_new(context, group);
    if (key == NULL || cssl_ec_key_set_point(key, point, length, NULL) != 1) {
        EC_KEY_free(key);
        return NULL;
    }
    return key;
}

static void check_curve(OSSL_LIB_CTX *context, int nid, size_t coordinate) {
    const size_t point_length = 1 + 2 * coordinate, rs_length = 2 * coordinate;
    // Of exactly the size in use, so that the sanitizer sees one byte too many.
    uint8_t *point = (uint8_t *)malloc(point_length), *rs = (uint8_t *)malloc(rs_length);
    uint8_t digest[32] = {1, 2, 3};
    CHECK(point != NULL && rs != NULL);
    EC_GROUP *group = NULL;
    KEEPS_QUEUE(group = cssl_ec_group_new(context, nid));
    CHECK(group != NULL);
    EC_KEY *key = NULL, *other = NULL, *public_key = NULL;
    KEEPS_QUEUE(key = cssl_ec_key_generate(context, group));
    KEEPS_QUEUE(other = cssl_ec_key_generate(context, group));
    CHECK(key != NULL && other != NULL);

    CHECK_CALL(cssl_ec_public_point(key, point, point_length) == 1);
    CHECK(point[0] == 4);
    CHECK_CALL(cssl_ec_public_point(key, point, point_length - 1) == 0);
    KEEPS_QUEUE(public_key = public_key_new(context, group, point, point_length));
    CHECK(public_key != NULL);

    CHECK_CALL(cssl_ecdsa_sign(key, digest, sizeof(digest), rs, coordinate) == 1);
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), rs, coordinate) == 1);
    CHECK_CALL(cssl_ecdsa_verify(other, digest, sizeof(digest), rs, coordinate) == 0);
    // Another digest, another r, another s.
    digest[0] ^= 1;
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), rs, coordinate) == 0);
    digest[0] ^= 1;
    rs[coordinate - 1] ^= 1;
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), rs, coordinate) <= 0);
    rs[coordinate - 1] ^= 1;
    rs[rs_length - 1] ^= 1;
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), rs, coordinate) <= 0);
    rs[rs_length - 1] ^= 1;
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), rs, coordinate) == 1);

    // The one point that libcrypto calls a failure: e + r d = 0, so u1 G + u2 Q is at infinity. It is a wrong signature.
    BN_CTX *numbers = BN_CTX_new();
    BIGNUM *e = BN_bin2bn(digest, sizeof(digest), NULL), *r = BN_new();
    CHECK(numbers != NULL && e != NULL && r != NULL);
    CHECK(BN_mod_inverse(r, EC_KEY_get0_private_key(key), EC_GROUP_get0_order(group), numbers) != NULL);
    CHECK(BN_mod_mul(r, r, e, EC_GROUP_get0_order(group), numbers) == 1);
    CHECK(BN_sub(r, EC_GROUP_get0_order(group), r) == 1);
    uint8_t *infinite = (uint8_t *)calloc(1, rs_length);
    CHECK(infinite != NULL && BN_bn2binpad(r, infinite, (int)coordinate) == (int)coordinate);
    infinite[rs_length - 1] = 1;
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), infinite, coordinate) == 0);
    CHECK_CALL(cssl_ecdsa_do_verify(public_key, digest, sizeof(digest), infinite, coordinate) < 0);
    CHECK_CALL(cssl_ecdsa_equation(public_key, digest, sizeof(digest), infinite, coordinate) == 0);
    CHECK_CALL(cssl_ecdsa_equation(other, digest, sizeof(digest), infinite, coordinate) == 0);
    free(infinite);
    BN_free(r);
    BN_free(e);
    BN_CTX_free(numbers);

    // Not signatures at all, halves that are too narrow, lengths that no int holds, empty buffers.
    uint8_t *zero = (uint8_t *)calloc(1, rs_length);
    CHECK(zero != NULL);
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), zero, coordinate) <= 0);
    memset(zero, 0xFF, rs_length);
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), zero, coordinate) <= 0);
    free(zero);
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), rs, coordinate - 1) <= 0);
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), NULL, 0) <= 0);
    CHECK_CALL(cssl_ecdsa_verify(public_key, NULL, 0, rs, coordinate) <= 0);
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, (size_t)INT_MAX + 1, rs, coordinate) < 0);
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), rs, (size_t)INT_MAX + 1) < 0);
    CHECK_CALL(cssl_ecdsa_sign(key, digest, sizeof(digest), rs, coordinate / 2) <= 0);
    CHECK_CALL(cssl_ecdsa_sign(key, digest, sizeof(digest), NULL, 0) <= 0);
    CHECK_CALL(cssl_ecdsa_sign(key, digest, (size_t)INT_MAX + 1, rs, coordinate) < 0);
    CHECK_CALL(cssl_ecdsa_sign(key, digest, sizeof(digest), rs, (size_t)INT_MAX + 1) < 0);
    // A key without its private half does not sign.
    CHECK_CALL(cssl_ecdsa_sign(public_key, digest, sizeof(digest), rs, coordinate) <= 0);

    // Points: not on the curve, not below the prime, of another length, compressed, at infinity, none.
    CHECK_CALL(public_key_new(context, group, point, point_length - 1) == NULL);
    CHECK_CALL(public_key_new(context, group, NULL, 0) == NULL);
    point[0] = 2;
    CHECK_CALL(public_key_new(context, group, point, 1 + coordinate) == NULL);
    point[0] = 0;
    CHECK_CALL(public_key_new(context, group, point, 1) == NULL);
    point[0] = 4;
    point[point_length - 1] ^= 1;
    CHECK_CALL(public_key_new(context, group, point, point_length) == NULL);
    memset(point + 1, 0xFF, coordinate);
    CHECK_CALL(public_key_new(context, group, point, point_length) == NULL);

    // One key object takes point after point, and works again after a refusal.
    uint8_t *others_point = (uint8_t *)malloc(point_length);
    BN_CTX *scratch = BN_CTX_new_ex(context);
    CHECK(others_point != NULL && scratch != NULL);
    CHECK_CALL(cssl_ec_public_point(other, others_point, point_length) == 1);
    CHECK_CALL(cssl_ec_public_point(key, point, point_length) == 1);
    CHECK_CALL(cssl_ec_key_set_point(public_key, others_point, point_length, scratch) == 1);
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), rs, coordinate) == 0);
    others_point[point_length - 1] ^= 1;
    CHECK_CALL(cssl_ec_key_set_point(public_key, others_point, point_length, scratch) != 1);
    CHECK_CALL(cssl_ec_key_set_point(public_key, point, point_length, scratch) == 1);
    CHECK_CALL(cssl_ecdsa_verify(public_key, digest, sizeof(digest), rs, coordinate) == 1);
    CHECK_CALL(cssl_ecdsa_verify(NULL, digest, sizeof(digest), rs, coordinate) == -1);
    CHECK_CALL(cssl_ecdsa_do_verify(NULL, digest, sizeof(digest), rs, coordinate) == -1);
    CHECK_CALL(cssl_ecdsa_equation(NULL, digest, sizeof(digest), rs, coordinate) == -1);
    // A key that was given no point verifies nothing.
    EC_KEY *blank = NULL;
    KEEPS_QUEUE(blank = cssl_ec_key_new(context, group));
    CHECK(blank != NULL);
    CHECK_CALL(cssl_ecdsa_verify(blank, digest, sizeof(digest), rs, coordinate) != 1);
    CHECK_CALL(cssl_ecdsa_sign(blank, digest, sizeof(digest), rs, coordinate) != 1);
    EC_KEY_free(blank);
    BN_CTX_free(scratch);
    free(others_point);

    EC_KEY_free(public_key);
    EC_KEY_free(other);
    EC_KEY_free(key);
    EC_GROUP_free(group);
    free(rs);
    free(point);
}

void check_ecdsa(OSSL_LIB_CTX *context) {
    check_curve(context, NID_X9_62_prime256v1, 32);
    check_curve(context, NID_secp384r1, 48);
    check_curve(context, NID_secp521r1, 66);
    CHECK_CALL(cssl_ec_group_new(context, NID_undef) == NULL);
    CHECK_CALL(cssl_ec_group_new_verifying(context, NID_undef) == NULL);
}
