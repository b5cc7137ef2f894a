// Bare libcrypto: a P-256 key, a digest and a signature prepared once, and the two calls that are timed.

#ifndef BARE_H
#define BARE_H

#include <stddef.h>
#include <stdint.h>

/// Everything that ECDSA_do_verify and ECDSA_do_sign take.
typedef struct bare_case bare_case;

/// From a private key as PKCS#8 PEM, a message (hashed here by SHA-256) and its signature r || s of 64 bytes; NULL if
/// one of them is not right.
bare_case *bare_case_new(
    const char *pem, size_t pem_length, const uint8_t *message, size_t length, const uint8_t *signature);
void bare_case_free(bare_case *prepared);

/// ECDSA_do_verify and nothing else: 1 if the signature is right.
int bare_verify(bare_case *prepared);

/// ECDSA_do_sign of the digest: 1 on success.
int bare_sign(bare_case *prepared);

/// SHA-256 `rounds` times over 32 bytes: work for a core that touches no shared memory.
uint64_t bare_spin(uint64_t rounds);

/// 40 MiB of zeros for bare_touch, given to `free`; NULL if there is no memory.
uint64_t *bare_table_new(void);

/// Reads and writes one word of the table `rounds` times, each somewhere else, with no lock: work for a core whose speed
/// is that of the memory behind both.
void bare_touch(uint64_t *table, uint64_t rounds, uint64_t seed);

/// Resident memory in bytes, 0 if the system does not tell. Gives freed memory back first.
uint64_t bare_resident_bytes(void);

/// HMAC-SHA256 over 35 bytes, in a context that is made once; 1 on success.
typedef struct evp_mac_ctx_st bare_hmac_context;
bare_hmac_context *bare_hmac_new(void);
int bare_hmac(bare_hmac_context *context);
void bare_hmac_free(bare_hmac_context *context);

/// Counts calls of malloc and calloc from now on, by any thread; where it can not, there are none.
void bare_count_allocations(void);

/// Ends the count.
uint64_t bare_allocations(void);

#endif
