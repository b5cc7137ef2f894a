// EC keys and ECDSA by libcrypto's low-level functions. Included by shim.h.

static inline EC_GROUP *cssl_ec_group_new(OSSL_LIB_CTX *context, int nid) {
    ERR_set_mark();
    EC_GROUP *group = EC_GROUP_new_by_curve_name_ex(context, NULL, nid);
    ERR_pop_to_mark();
    return group;
}

/// The same with multiples of the generator in it, for groups that only verify: on P-384 a signature takes 25 us of 1,400
/// less (libcrypto 3.0), for 2 ms once. P-256 and P-521 have theirs in libcrypto.
static inline EC_GROUP *cssl_ec_group_new_verifying(OSSL_LIB_CTX *context, int nid) {
    EC_GROUP *group = cssl_ec_group_new(context, nid);
    if (group == NULL || nid != NID_secp384r1) return group;
    ERR_set_mark();
    // Without them it verifies as well.
    (void)EC_GROUP_precompute_mult(group, NULL);
    ERR_pop_to_mark();
    return group;
}

/// A key on the group that has no numbers yet.
static inline EC_KEY *cssl_ec_key_new(OSSL_LIB_CTX *context, const EC_GROUP *group) {
    ERR_set_mark();
    EC_KEY *key = EC_KEY_new_ex(context, NULL);
    // libcrypto's own method: a new key has the process's default one, which the host may have replaced.
    if (key == NULL || EC_KEY_set_method(key, EC_KEY_OpenSSL()) != 1 || EC_KEY_set_group(key, group) != 1) {
        EC_KEY_free(key);
        key = NULL;
    }
    ERR_pop_to_mark();
    return key;
}

/// Gives the key a public point (04 || x || y) in place of what it had. Refuses coordinates that are not below the
/// field's prime and points that are not on the curve; on a curve of prime order that is all there is to check. After
/// a refusal the key is of no use until this has succeeded.
static inline int cssl_ec_key_set_point(EC_KEY *key, const uint8_t *point, size_t length, BN_CTX *scratch) {
    if (length == 0 || point[0] != POINT_CONVERSION_UNCOMPRESSED) return 0;
    ERR_set_mark();
    int result = EC_KEY_oct2key(key, point, length, scratch);
    ERR_pop_to_mark();
    return result;
}

static inline EC_KEY *cssl_ec_key_generate(OSSL_LIB_CTX *context, const EC_GROUP *group) {
    ERR_set_mark();
    EC_KEY *key = cssl_ec_key_new(context, group);
    if (key == NULL || EC_KEY_generate_key(key) != 1) {
        EC_KEY_free(key);
        key = NULL;
    }
    ERR_pop_to_mark();
    return key;
}

/// Writes the public point uncompressed; `length` is its exact size.
static inline int cssl_ec_public_point(const EC_KEY *key, uint8_t *out, size_t length) {
    ERR_set_mark();
    size_t written = EC_POINT_point2oct(
        EC_KEY_get0_group(key), EC_KEY_get0_public_key(key), POINT_CONVERSION_UNCOMPRESSED, out, length, NULL);
    ERR_pop_to_mark();
    return written == length;
}

/// Verifies by the equation itself (SEC 1 v2, 4.1.4): with w = 1 / s, u1 = e w and u2 = r w modulo n, the point
/// u1 G + u2 Q is not at infinity and its x is r modulo n. All of it is public, so s is inverted in variable time.
/// libcrypto's own verification inverts as if s were a secret, which on P-384 takes 20 us more and on P-521 90 (of 1,400
/// and 850, libcrypto 3.0), and calls the point at infinity, which a signer can bring about, a failure.
///
/// The digest has no more bits than n. 1 if it is a signature, 0 if it is not; negative on failure.
static inline int cssl_ecdsa_equation(const EC_KEY *key, const uint8_t *digest, size_t digest_length, const uint8_t *rs, size_t half) {
    if (key == NULL || digest_length > 64 || half > 66) return -1;
    const EC_GROUP *group = EC_KEY_get0_group(key);
    const EC_POINT *public_point = EC_KEY_get0_public_key(key);
    if (group == NULL || public_point == NULL) return -1;
    const BIGNUM *order = EC_GROUP_get0_order(group);
    if (order == NULL || (int)(8 * digest_length) > BN_num_bits(order)) return -1;
    ERR_set_mark();
    int result = -1;
    BN_CTX *scratch = BN_CTX_new();
    EC_POINT *sum = EC_POINT_new(group);
    BIGNUM *r = BN_bin2bn(rs, (int)half, NULL), *s = BN_bin2bn(rs + half, (int)half, NULL);
    BIGNUM *u1 = BN_bin2bn(digest, (int)digest_length, NULL), *u2 = BN_new(), *x = BN_new();
    if (scratch != NULL && sum != NULL && r != NULL && s != NULL && u1 != NULL && u2 != NULL && x != NULL) {
        if (BN_is_zero(r) || BN_cmp(r, order) >= 0 || BN_is_zero(s) || BN_cmp(s, order) >= 0) {
            result = 0;
        } else if (
            BN_mod_inverse(s, s, order, scratch) != NULL && BN_mod_mul(u1, u1, s, order, scratch) == 1
            && BN_mod_mul(u2, r, s, order, scratch) == 1
            && EC_POINT_mul(group, sum, u1, public_point, u2, scratch) == 1) {
            if (EC_POINT_is_at_infinity(group, sum) == 1) {
                result = 0;
            } else if (
                EC_POINT_get_affine_coordinates(group, sum, x, NULL, scratch) == 1
                && BN_nnmod(x, x, order, scratch) == 1) {
                result = BN_cmp(x, r) == 0;
            }
        }
    }
    BN_free(x);
    BN_free(u2);
    BN_free(u1);
    BN_free(s);
    BN_free(r);
    EC_POINT_free(sum);
    BN_CTX_free(scratch);
    ERR_pop_to_mark();
    return result;
}

/// The same by libcrypto's own verification, which for P-256 is the faster one.
static inline int cssl_ecdsa_do_verify(EC_KEY *key, const uint8_t *digest, size_t digest_length, const uint8_t *rs, size_t half) {
    if (key == NULL || digest_length > INT_MAX || half > INT_MAX) return -1;
    ERR_set_mark();
    int result = -1;
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(rs, (int)half, NULL);
    BIGNUM *s = BN_bin2bn(rs + half, (int)half, NULL);
    if (signature != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(signature, r, s) == 1) {
        r = s = NULL;
        result = ECDSA_do_verify(digest, (int)digest_length, signature, key);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(signature);
    ERR_pop_to_mark();
    return result;
}

/// 1 if r || s, each of `half` bytes, is a signature over the digest; 0 if it is not; negative on failure. The digest
/// has no more bits than the order of the curve, which is P-256, P-384 or P-521.
static inline int cssl_ecdsa_verify(EC_KEY *key, const uint8_t *digest, size_t digest_length, const uint8_t *rs, size_t half) {
    const EC_GROUP *group = key == NULL ? NULL : EC_KEY_get0_group(key);
    if (group == NULL) return -1;
    if (EC_GROUP_get_curve_name(group) == NID_X9_62_prime256v1) {
        int result = cssl_ecdsa_do_verify(key, digest, digest_length, rs, half);
        if (result >= 0) return result;
        // Infinity, or something that went wrong.
        return cssl_ecdsa_equation(key, digest, digest_length, rs, half) == 0 ? 0 : -1;
    }
    return cssl_ecdsa_equation(key, digest, digest_length, rs, half);
}

static inline int cssl_ecdsa_sign(EC_KEY *key, const uint8_t *digest, size_t digest_length, uint8_t *rs, size_t half) {
    if (digest_length > INT_MAX || half > INT_MAX) return -1;
    ERR_set_mark();
    int result = 0;
    ECDSA_SIG *signature = ECDSA_do_sign(digest, (int)digest_length, key);
    if (signature != NULL) {
        const BIGNUM *r = NULL, *s = NULL;
        ECDSA_SIG_get0(signature, &r, &s);
        result = BN_bn2binpad(r, rs, (int)half) == (int)half && BN_bn2binpad(s, rs + half, (int)half) == (int)half;
    }
    ECDSA_SIG_free(signature);
    ERR_pop_to_mark();
    return result;
}
