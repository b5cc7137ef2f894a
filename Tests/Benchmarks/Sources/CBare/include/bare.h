// Bare libcrypto: keys, digests and signatures prepared once, and the calls that are timed.

#ifndef BARE_H
#define BARE_H

#include <stddef.h>
#include <stdint.h>

/// A key on P-256, P-384 or P-521, from a private key as PKCS#8 PEM; NULL if it is none.
typedef struct ec_key_st bare_key;
bare_key *bare_key_new(const char *pem, size_t length);
void bare_key_free(bare_key *key);

/// Any private key, as PKCS#8 PEM.
struct evp_pkey_st *bare_read_pem(const char *pem, size_t length);

/// Everything that ECDSA_do_verify and ECDSA_do_sign take.
typedef struct bare_case bare_case;

/// From a message (hashed here, as JWS does for the curve) and its signature r || s; NULL if that is not right.
bare_case *bare_case_new(
    bare_key *key, const uint8_t *message, size_t length, const uint8_t *signature, size_t signature_length);
void bare_case_free(bare_case *prepared);

/// ECDSA_do_verify and nothing else: 1 if the signature is right.
int bare_verify(bare_case *prepared);

/// ECDSA_do_sign of the digest: 1 on success.
int bare_sign(bare_case *prepared);

/// RSA and Ed25519: a key and what can be prepared with it.
typedef struct bare_evp bare_evp;
typedef enum { bare_rs256, bare_ps256, bare_ed25519 } bare_evp_kind;
bare_evp *bare_evp_new(bare_evp_kind kind, const char *pem, size_t length);
void bare_evp_free(bare_evp *prepared);

/// For RSA SHA-256 and EVP_PKEY_verify in a context that is ready; for Ed25519 EVP_DigestVerifyInit and EVP_DigestVerify
/// in a context that is there. 1 if the signature is right.
int bare_evp_verify(
    bare_evp *prepared, const uint8_t *message, size_t length, const uint8_t *signature, size_t signature_length);

/// SHA-256 `rounds` times over 32 bytes: work for a core that touches no shared memory.
uint64_t bare_spin(uint64_t rounds);

/// 40 MiB of zeros for bare_touch, given to `free`; NULL if there is no memory.
uint64_t *bare_table_new(void);

/// Reads and writes one word of the table `rounds` times, each somewhere else, with no lock: work for a core whose speed
/// is that of the memory behind both.
void bare_touch(uint64_t *table, uint64_t rounds, uint64_t seed);

/// The same, each word behind one of 256 locks that the number chooses, and the next one not waiting for it: work whose
/// speed is that of the memory, and on two cores that of a lock's way from one to the other.
void bare_touch_locked(uint64_t *table, uint64_t rounds, uint64_t seed);

/// Keeps the thread on one core, the one with this number among those that the process may use, again from the first
/// behind the last. Where the system has no such thing, nothing happens.
void bare_stay(int core);

/// Resident memory in bytes, 0 if the system does not tell. Gives freed memory back first.
uint64_t bare_resident_bytes(void);

/// A clock that only goes forward.
uint64_t bare_nanoseconds(void);

/// What this process has used of all cores: does not count what other processes do meanwhile.
uint64_t bare_work_nanoseconds(void);

/// Name and version of the libcrypto that is linked.
const char *bare_libcrypto(void);

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
