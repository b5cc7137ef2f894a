// ECDSA by EVP functions alone, for deployments that must stay inside a provider. Included by shim.h.
//
// EVP has signatures as DER (RFC 3279 section 2.2.3), JWS as r || s (RFC 7518 section 3.4); what translates between them
// is no cryptography and not the provider's.

/// A public key from 04 || x || y on a group with libcrypto's name. The provider refuses points that are not on the curve
/// and coordinates that are not below the prime; NULL then, and where it has no such keys.
static inline EVP_PKEY *cssl_evp_ec_public_key_new(
    OSSL_LIB_CTX *context, const char *group, const uint8_t *point, size_t length) {
    if (length == 0 || point[0] != POINT_CONVERSION_UNCOMPRESSED) return NULL;
    ERR_set_mark();
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *import = EVP_PKEY_CTX_new_from_name(context, "EC", NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    if (import != NULL && builder != NULL
        && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, length) == 1
        && (parameters = OSSL_PARAM_BLD_to_param(builder)) != NULL && EVP_PKEY_fromdata_init(import) == 1
        && EVP_PKEY_fromdata(import, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(import);
    ERR_pop_to_mark();
    return key;
}

static inline EVP_PKEY *cssl_evp_ec_key_generate(OSSL_LIB_CTX *context, const char *group) {
    ERR_set_mark();
    EVP_PKEY *key = EVP_PKEY_Q_keygen(context, NULL, "EC", group);
    ERR_pop_to_mark();
    return key;
}

/// 1 if the key is on the group, of NIST's name; libcrypto says its own or NIST's.
static inline int cssl_evp_ec_is_on(const EVP_PKEY *key, const char *group) {
    ERR_set_mark();
    char name[64];
    size_t length = 0;
    int result = EVP_PKEY_get_group_name(key, name, sizeof(name), &length) == 1
        && (strcmp(name, group) == 0 || OBJ_sn2nid(name) == EC_curve_nist2nid(group));
    ERR_pop_to_mark();
    return result;
}

/// Has the key written with its group's name from now on, also where it was read with explicit parameters.
static inline int cssl_evp_ec_use_name(EVP_PKEY *key) {
    ERR_set_mark();
    int result = EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, OSSL_PKEY_EC_ENCODING_GROUP);
    ERR_pop_to_mark();
    return result;
}

/// Writes the public point uncompressed, whatever form the key has it in; `half` is the width of a coordinate.
static inline int cssl_evp_ec_public_point(const EVP_PKEY *key, uint8_t *out, size_t half) {
    if (half > INT_MAX) return 0;
    ERR_set_mark();
    BIGNUM *x = NULL, *y = NULL;
    int result = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1
        && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1;
    if (result == 1) {
        out[0] = POINT_CONVERSION_UNCOMPRESSED;
        result = BN_bn2binpad(x, out + 1, (int)half) == (int)half && BN_bn2binpad(y, out + 1 + half, (int)half) == (int)half;
    }
    BN_free(x);
    BN_free(y);
    ERR_pop_to_mark();
    return result;
}

/// The most bytes of a DER signature on P-521: a sequence of two integers of 67 bytes with their heads.
#define CSSL_EC_DER_MAX 141

/// 1 if r || s, each of `half` bytes, is a signature over the message, 0 if it is not, negative if the check could not be
/// set up.
static inline int cssl_evp_ec_verify(
    OSSL_LIB_CTX *context, EVP_PKEY *key, const char *digest, const uint8_t *message, size_t length, const uint8_t *rs,
    size_t half) {
    if (half > 66) return -1;
    ERR_set_mark();
    int result = -1;
    unsigned char der[CSSL_EC_DER_MAX], *end = der;
    int der_length = 0;
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(rs, (int)half, NULL), *s = BN_bin2bn(rs + half, (int)half, NULL);
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    if (signature != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(signature, r, s) == 1) {
        r = s = NULL;
        der_length = i2d_ECDSA_SIG(signature, NULL);
        if (der_length > 0 && (size_t)der_length <= sizeof(der) && i2d_ECDSA_SIG(signature, &end) == der_length
            && state != NULL && EVP_DigestVerifyInit_ex(state, NULL, digest, context, NULL, key, NULL) == 1)
            result = EVP_DigestVerify(state, der, (size_t)der_length, message, length) == 1;
    }
    EVP_MD_CTX_free(state);
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(signature);
    ERR_pop_to_mark();
    return result;
}

/// 1 if r || s, each of `half` bytes, was written.
static inline int cssl_evp_ec_sign(
    OSSL_LIB_CTX *context, EVP_PKEY *key, const char *digest, const uint8_t *message, size_t length, uint8_t *rs,
    size_t half) {
    if (half > 66) return 0;
    ERR_set_mark();
    int result = 0;
    unsigned char der[CSSL_EC_DER_MAX];
    const unsigned char *cursor = der;
    size_t der_length = sizeof(der);
    ECDSA_SIG *signature = NULL;
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    if (state != NULL && EVP_DigestSignInit_ex(state, NULL, digest, context, NULL, key, NULL) == 1
        && EVP_DigestSign(state, der, &der_length, message, length) == 1
        && (signature = d2i_ECDSA_SIG(NULL, &cursor, (long)der_length)) != NULL) {
        const BIGNUM *r = NULL, *s = NULL;
        ECDSA_SIG_get0(signature, &r, &s);
        result = BN_bn2binpad(r, rs, (int)half) == (int)half && BN_bn2binpad(s, rs + half, (int)half) == (int)half;
    }
    ECDSA_SIG_free(signature);
    EVP_MD_CTX_free(state);
    ERR_pop_to_mark();
    return result;
}
