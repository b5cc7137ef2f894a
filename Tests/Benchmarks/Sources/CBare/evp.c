#include "bare.h"

#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

struct bare_evp {
    EVP_PKEY *key;
    /// For RSA, ready to verify.
    EVP_PKEY_CTX *context;
    /// For Ed25519.
    EVP_MD_CTX *message;
};

static int prepare_rsa(bare_evp *prepared, int padding) {
    prepared->context = EVP_PKEY_CTX_new_from_pkey(NULL, prepared->key, NULL);
    EVP_PKEY_CTX *context = prepared->context;
    return context != NULL && EVP_PKEY_verify_init(context) == 1 && EVP_PKEY_CTX_set_rsa_padding(context, padding) == 1
        && (padding != RSA_PKCS1_PSS_PADDING
            || EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1)
        && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1;
}

bare_evp *bare_evp_new(bare_evp_kind kind, const char *pem, size_t length) {
    bare_evp *prepared = (bare_evp *)calloc(1, sizeof(bare_evp));
    if (prepared == NULL) return NULL;
    prepared->key = bare_read_pem(pem, length);
    int ready = 0;
    if (prepared->key != NULL) {
        switch (kind) {
        case bare_rs256: ready = prepare_rsa(prepared, RSA_PKCS1_PADDING); break;
        case bare_ps256: ready = prepare_rsa(prepared, RSA_PKCS1_PSS_PADDING); break;
        case bare_ed25519: ready = (prepared->message = EVP_MD_CTX_new()) != NULL; break;
        }
    }
    if (!ready) {
        bare_evp_free(prepared);
        return NULL;
    }
    return prepared;
}

int bare_evp_verify(
    bare_evp *prepared, const uint8_t *message, size_t length, const uint8_t *signature, size_t signature_length) {
    if (prepared->context != NULL) {
        uint8_t digest[SHA256_DIGEST_LENGTH];
        SHA256(message, length, digest);
        return EVP_PKEY_verify(prepared->context, signature, signature_length, digest, sizeof(digest)) == 1;
    }
    return EVP_DigestVerifyInit(prepared->message, NULL, NULL, NULL, prepared->key) == 1
        && EVP_DigestVerify(prepared->message, signature, signature_length, message, length) == 1;
}

void bare_evp_free(bare_evp *prepared) {
    if (prepared == NULL) return;
    EVP_MD_CTX_free(prepared->message);
    EVP_PKEY_CTX_free(prepared->context);
    EVP_PKEY_free(prepared->key);
    free(prepared);
}
