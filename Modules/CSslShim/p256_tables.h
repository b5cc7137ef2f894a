// ECDSA on P-256 with fixed-base tables for one public key, for keys that come back again and again. Included by shim.h.
//
// The equation (FIPS 186-5 section 6.4.2): for a signature (r, s) over the digest e by the key Q, with r and s in
// 1 … n - 1,
//
//     w = 1/s mod n    u1 = e w mod n    u2 = r w mod n    R = u1 G + u2 Q
//
// and it is valid exactly if R is not the point at infinity and the x of R, taken mod n, is r. In Jacobian coordinates
// x = X / Z^2 mod p, and since r < n < p < 2 n, x mod n is r exactly if x is r, or r + n where that is below p:
//
//     X = r Z^2 mod p    or    r + n < p and X = (r + n) Z^2 mod p
//
// No inversion in the field, then; and u1 G and u2 Q are sums of points that stand in tables, one for each window of the
// bits of u1 and u2, with nothing to double. At infinity X and Z may both be zero and the equation would hold for any r,
// so that is asked first.
//
// Nothing here takes the same time for all numbers: all of them are public, the digest, the signature and the key. What is
// read from a table is read from where it stands, which libcrypto's own tables, made for secret numbers too, do not do.

#ifndef CSSLSHIM_P256_TABLES_H
#define CSSLSHIM_P256_TABLES_H

#include "p256_numbers.h"
#include "p256_points.h"

/// For the generator, of which there is one, 29 windows of 256 points of 64 bytes; and for a key, of which there are many,
/// 37 windows of 64 points.
#define CSSL_P256_BASE_WIDTH 9
#define CSSL_P256_KEY_WIDTH 7

#ifdef CSSL_HAS_P256_TABLES

typedef cssl_p256_multiples cssl_p256_tables;

/// u1 and u2; 0 if r or s is not in 1 … n - 1. The digest has 32 bytes, r || s 64.
static inline int cssl_p256_factors(
    const uint8_t *digest, const uint8_t *rs, cssl_u256 *r, cssl_u256 *u1, cssl_u256 *u2) {
    const cssl_modulus *n = &cssl_p256_n;
    *r = cssl_u256_read(rs);
    cssl_u256 s = cssl_u256_read(rs + 32), e = cssl_u256_read(digest);
    if (cssl_u256_is_zero(r) || cssl_u256_is_zero(&s) || !cssl_u256_is_below(r, &n->m) || !cssl_u256_is_below(&s, &n->m))
        return 0;
    cssl_u256 w = cssl_u256_inverse(&s, n);
    *u1 = cssl_u256_montgomery(&e, &w, n);
    *u2 = cssl_u256_montgomery(r, &w, n);
    return 1;
}

/// 1 if x, taken mod n, is r. The point is not at infinity.
static inline int cssl_p256_is_x(const cssl_u256 *r, const cssl_p256_jacobian *point) {
    const cssl_u256 one = {{1, 0, 0, 0}};
    // Out of Montgomery's form: Z^2 has it, and the product takes it away.
    cssl_u256 x = cssl_p256_multiply(&point->x, &one), zz = cssl_p256_squared(&point->z);
    cssl_u256 product = cssl_p256_multiply(r, &zz);
    if (cssl_u256_is_equal(&product, &x)) return 1;
    cssl_u256 larger;
    if (cssl_u256_add(&larger, r, &cssl_p256_n.m) != 0 || !cssl_u256_is_below(&larger, &cssl_p256_p.m)) return 0;
    product = cssl_p256_multiply(&larger, &zz);
    return cssl_u256_is_equal(&product, &x);
}

#else

typedef struct { int none; } cssl_p256_tables;

#endif

/// Tables of a point, 04 || x || y of 65 bytes. NULL if that is not on the curve, if there is no memory, and where the
/// compiler has no numbers of 128 bits.
static inline cssl_p256_tables *cssl_p256_tables_new(const uint8_t *point, size_t length, int width) {
#ifdef CSSL_HAS_P256_TABLES
    cssl_p256_affine affine;
    if (width < 2 || width > CSSL_P256_WIDEST || !cssl_p256_point(point, length, &affine)) return NULL;
    return cssl_p256_multiples_new(&affine, width);
#else
    (void)point;
    (void)length;
    (void)width;
    return NULL;
#endif
}

/// Those of the generator.
static inline cssl_p256_tables *cssl_p256_base_tables_new(void) {
    static const uint8_t generator[65] = {
        0x04, 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2,
        0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96,
        0x4F, 0xE3, 0x42, 0xE2, 0xFE, 0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C, 0x0F, 0x9E, 0x16,
        0x2B, 0xCE, 0x33, 0x57, 0x6B, 0x31, 0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5};
    return cssl_p256_tables_new(generator, sizeof(generator), CSSL_P256_BASE_WIDTH);
}

static inline void cssl_p256_tables_free(cssl_p256_tables *tables) { OPENSSL_free(tables); }

/// 1 if r || s (64 bytes) is a signature over the digest (32 bytes) by the tables' key, 0 if it is not: exactly ECDSA.
static inline int cssl_p256_tables_verify(
    const cssl_p256_tables *base, const cssl_p256_tables *key, const uint8_t *digest, const uint8_t *rs) {
#ifdef CSSL_HAS_P256_TABLES
    cssl_u256 r, u1, u2;
    if (!cssl_p256_factors(digest, rs, &r, &u1, &u2)) return 0;
    // As many as the narrowest windows need.
    int16_t base_digits[129], key_digits[129];
    cssl_p256_digits(key, &u2, key_digits);
    cssl_p256_digits(base, &u1, base_digits);
    cssl_p256_jacobian sum;
    memset(&sum, 0, sizeof(sum));
    cssl_p256_add_multiple(&sum, base, base_digits);
    cssl_p256_add_multiple(&sum, key, key_digits);
    return !cssl_u256_is_zero(&sum.z) && cssl_p256_is_x(&r, &sum);
#else
    (void)base;
    (void)key;
    (void)digest;
    (void)rs;
    return 0;
#endif
}

#endif
