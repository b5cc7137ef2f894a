// RSA and Ed25519 verification with what a key's first verification has set up, for keys that come back. Included by
// shim.h. Setting up costs ten microseconds and more, most of it look-ups behind libcrypto's locks.

/// For one thread at a time. Belongs to a key and a way to hash and pad.
typedef struct {
    /// Of RSA, else NULL.
    EVP_PKEY_CTX *rsa;
    /// Of Ed25519, else NULL.
    EVP_MD_CTX *state;
} cssl_prepared;

static inline void cssl_prepared_free(cssl_prepared *prepared) {
    if (prepared == NULL) return;
    EVP_PKEY_CTX_free(prepared->rsa);
    EVP_MD_CTX_free(prepared->state);
    OPENSSL_free(prepared);
}

/// `digest` and `pss` as of cssl_set_padding. NULL on failure.
static inline cssl_prepared *cssl_prepared_new(OSSL_LIB_CTX *context, EVP_PKEY *key, const char *digest, int pss) {
    ERR_set_mark();
    cssl_prepared *prepared = (cssl_prepared *)OPENSSL_zalloc(sizeof(cssl_prepared));
    int result = 0;
    if (prepared != NULL && digest == NULL) {
        result = (prepared->state = EVP_MD_CTX_new()) != NULL;
    } else if (prepared != NULL) {
        EVP_MD *algorithm = EVP_MD_fetch(context, digest, NULL);
        prepared->rsa = EVP_PKEY_CTX_new_from_pkey(context, key, NULL);
        result = algorithm != NULL && prepared->rsa != NULL && EVP_PKEY_verify_init(prepared->rsa) == 1
            && cssl_set_padding(prepared->rsa, digest, pss) == 1
            && EVP_PKEY_CTX_set_signature_md(prepared->rsa, algorithm) == 1;
        EVP_MD_free(algorithm);
    }
    if (result != 1) {
        cssl_prepared_free(prepared);
        prepared = NULL;
    }
    ERR_pop_to_mark();
    return prepared;
}

/// 1 if the signature is right, 0 if it is not, negative if the check could not be set up. `message` is the digest for
/// RSA, and the message itself for Ed25519.
static inline int cssl_prepared_verify(
    cssl_prepared *prepared, OSSL_LIB_CTX *context, EVP_PKEY *key, const uint8_t *message, size_t length,
    const uint8_t *signature, size_t signature_length) {
    ERR_set_mark();
    int result = -1;
    if (prepared->rsa != NULL)
        result = EVP_PKEY_verify(prepared->rsa, signature, signature_length, message, length) == 1;
    else if (EVP_DigestVerifyInit_ex(prepared->state, NULL, NULL, context, NULL, key, NULL) == 1)
        result = EVP_DigestVerify(prepared->state, signature, signature_length, message, length) == 1;
    ERR_pop_to_mark();
    return result;
}
