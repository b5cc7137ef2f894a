// ECDSA on P-256 with fixed-base tables for one public key, for keys that come back again and again.
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
// No inversion in the field, then; and the multiples of G and of Q are read from tables of libcrypto's, for Q by a copy
// of the group in which Q is the generator. At infinity X and Z are both zero and the equation would hold for any r, so
// that is asked first.
//
// Nothing here takes the same time for all numbers: all of them are public, the digest, the signature and the key.

#ifndef CSSLSHIM_P256_TABLES_H
#define CSSLSHIM_P256_TABLES_H

#if defined(__SIZEOF_INT128__)
#define CSSL_HAS_P256_TABLES 1
__extension__ typedef unsigned __int128 cssl_u128;
#endif

#ifdef CSSL_HAS_P256_TABLES

// MARK: Numbers of 256 bits, as four words, the least significant first

typedef struct { uint64_t w[4]; } cssl_u256;

/// A modulus, odd and above 2^255, and what Montgomery's product with 2^256 needs.
typedef struct {
    cssl_u256 m;
    /// -1/m mod 2^64.
    uint64_t inverse;
} cssl_modulus;

static const cssl_modulus cssl_p256_n = {
    {{0xF3B9CAC2FC632551, 0xBCE6FAADA7179E84, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF00000000}}, 0xCCD1C8AAEE00BC4F};
static const cssl_modulus cssl_p256_p = {
    {{0xFFFFFFFFFFFFFFFF, 0x00000000FFFFFFFF, 0x0000000000000000, 0xFFFFFFFF00000001}}, 1};

static inline cssl_u256 cssl_u256_read(const uint8_t *bytes) {
    cssl_u256 number;
    for (int word = 0; word < 4; word++) {
        uint64_t value = 0;
        for (int index = 0; index < 8; index++) value = value << 8 | bytes[8 * (3 - word) + index];
        number.w[word] = value;
    }
    return number;
}

static inline int cssl_u256_is_zero(const cssl_u256 *a) { return (a->w[0] | a->w[1] | a->w[2] | a->w[3]) == 0; }

static inline int cssl_u256_is_below(const cssl_u256 *a, const cssl_u256 *b) {
    for (int word = 3; word > 0; word--)
        if (a->w[word] != b->w[word]) return a->w[word] < b->w[word];
    return a->w[0] < b->w[0];
}

/// The sum's lower 256 bits; the bit above them comes back.
static inline uint64_t cssl_u256_add(cssl_u256 *sum, const cssl_u256 *a, const cssl_u256 *b) {
    uint64_t carry = 0;
    for (int word = 0; word < 4; word++) {
        cssl_u128 part = (cssl_u128)a->w[word] + b->w[word] + carry;
        sum->w[word] = (uint64_t)part;
        carry = (uint64_t)(part >> 64);
    }
    return carry;
}

/// a - b mod 2^256.
static inline void cssl_u256_subtract(cssl_u256 *difference, const cssl_u256 *a, const cssl_u256 *b) {
    uint64_t borrow = 0;
    for (int word = 0; word < 4; word++) {
        cssl_u128 part = (cssl_u128)a->w[word] - b->w[word] - borrow;
        difference->w[word] = (uint64_t)part;
        borrow = (uint64_t)(part >> 64) & 1;
    }
}

/// a b / 2^256 mod m, below m, for a b < 2^256 m: so for one of them below m.
static inline cssl_u256 cssl_u256_montgomery(const cssl_u256 *a, const cssl_u256 *b, const cssl_modulus *modulus) {
    const uint64_t *m = modulus->m.w;
    uint64_t t[6] = {0, 0, 0, 0, 0, 0};
    for (int i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 4; j++) {
            cssl_u128 part = (cssl_u128)a->w[j] * b->w[i] + t[j] + carry;
            t[j] = (uint64_t)part;
            carry = (uint64_t)(part >> 64);
        }
        cssl_u128 top = (cssl_u128)t[4] + carry;
        t[4] = (uint64_t)top;
        t[5] = (uint64_t)(top >> 64);
        uint64_t factor = t[0] * modulus->inverse;
        carry = (uint64_t)(((cssl_u128)factor * m[0] + t[0]) >> 64);
        for (int j = 1; j < 4; j++) {
            cssl_u128 part = (cssl_u128)factor * m[j] + t[j] + carry;
            t[j - 1] = (uint64_t)part;
            carry = (uint64_t)(part >> 64);
        }
        top = (cssl_u128)t[4] + carry;
        t[3] = (uint64_t)top;
        t[4] = t[5] + (uint64_t)(top >> 64);
    }
    cssl_u256 product = {{t[0], t[1], t[2], t[3]}};
    if (t[4] != 0 || !cssl_u256_is_below(&product, &modulus->m)) cssl_u256_subtract(&product, &product, &modulus->m);
    return product;
}

static inline void cssl_u256_shift_right(cssl_u256 *a, int bits) {
    for (int word = 0; word < 3; word++) a->w[word] = a->w[word] >> bits | a->w[word + 1] << (64 - bits);
    a->w[3] >>= bits;
}

/// Five words, for what stays below 2 m.
typedef struct { uint64_t w[5]; } cssl_u320;

static inline void cssl_u320_shift_left(cssl_u320 *a, int bits) {
    for (int word = 4; word > 0; word--) a->w[word] = a->w[word] << bits | a->w[word - 1] >> (64 - bits);
    a->w[0] <<= bits;
}

static inline void cssl_u320_add(cssl_u320 *a, const cssl_u320 *b) {
    uint64_t carry = 0;
    for (int word = 0; word < 5; word++) {
        cssl_u128 part = (cssl_u128)a->w[word] + b->w[word] + carry;
        a->w[word] = (uint64_t)part;
        carry = (uint64_t)(part >> 64);
    }
}

/// 2^256 / a mod m, for a prime modulus and a in 1 … m - 1.
///
/// B. S. Kaliski's almost inverse ("The Montgomery inverse and its applications", IEEE Transactions on Computers 44,
/// 1995) gives 2^k / a with k between 256 and 512 from shifts, additions and subtractions alone; Montgomery's product with
/// 2^(512 - k) does the rest.
static inline cssl_u256 cssl_u256_inverse(const cssl_u256 *a, const cssl_modulus *modulus) {
    // Invariants: m = u s + v r, a r = -u 2^k, a s = v 2^k mod m; gcd(u, v) = 1.
    cssl_u256 u = modulus->m, v = *a;
    cssl_u320 r = {{0, 0, 0, 0, 0}}, s = {{1, 0, 0, 0, 0}};
    int k = 0;
    for (;;) {
        // v is not zero here.
        while ((v.w[0] & 1) == 0) {
            int bits = v.w[0] == 0 ? 63 : __builtin_ctzll(v.w[0]);
            cssl_u256_shift_right(&v, bits);
            cssl_u320_shift_left(&r, bits);
            k += bits;
        }
        // Both are odd. The larger one becomes their difference.
        if (cssl_u256_is_below(&v, &u)) {
            cssl_u256_subtract(&u, &u, &v);
            cssl_u320_add(&r, &s);
            do {
                int bits = u.w[0] == 0 ? 63 : __builtin_ctzll(u.w[0]);
                cssl_u256_shift_right(&u, bits);
                cssl_u320_shift_left(&s, bits);
                k += bits;
            } while ((u.w[0] & 1) == 0);
        } else {
            cssl_u256_subtract(&v, &v, &u);
            cssl_u320_add(&s, &r);
            if (cssl_u256_is_zero(&v)) break;
        }
    }
    // The last step of the algorithm halves the zero once more.
    cssl_u320_shift_left(&r, 1);
    k += 1;
    cssl_u256 low = {{r.w[0], r.w[1], r.w[2], r.w[3]}};
    if (r.w[4] != 0 || !cssl_u256_is_below(&low, &modulus->m)) cssl_u256_subtract(&low, &low, &modulus->m);
    cssl_u256 almost, power = {{0, 0, 0, 0}};
    cssl_u256_subtract(&almost, &modulus->m, &low);
    int exponent = 512 - k;
    if (exponent < 256) power.w[exponent / 64] = (uint64_t)1 << (exponent % 64);
    else cssl_u256_subtract(&power, &power, &modulus->m);
    return cssl_u256_montgomery(&almost, &power, modulus);
}

static inline int cssl_u256_is_equal(const cssl_u256 *a, const cssl_u256 *b) {
    return ((a->w[0] ^ b->w[0]) | (a->w[1] ^ b->w[1]) | (a->w[2] ^ b->w[2]) | (a->w[3] ^ b->w[3])) == 0;
}

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

/// 1 if X / Z^2 mod p, taken mod n, is r. X and Z are below p, and not both zero.
static inline int cssl_p256_is_x(const cssl_u256 *r, const cssl_u256 *x, const cssl_u256 *z) {
    const cssl_modulus *p = &cssl_p256_p;
    const cssl_u256 one = {{1, 0, 0, 0}};
    // All divided by 2^512.
    cssl_u256 zz = cssl_u256_montgomery(z, z, p), xx = cssl_u256_montgomery(x, &one, p);
    xx = cssl_u256_montgomery(&xx, &one, p);
    cssl_u256 product = cssl_u256_montgomery(r, &zz, p);
    if (cssl_u256_is_equal(&product, &xx)) return 1;
    cssl_u256 larger;
    if (cssl_u256_add(&larger, r, &cssl_p256_n.m) != 0 || !cssl_u256_is_below(&larger, &p->m)) return 0;
    product = cssl_u256_montgomery(&larger, &zz, p);
    return cssl_u256_is_equal(&product, &xx);
}

#endif

// MARK: Tables

/// A copy of P-256 whose generator is the key (04 || x || y, 65 bytes), with libcrypto's tables for it: 148 KiB. It has
/// no curve's name, and nothing but cssl_p256_tables_verify may use it. NULL if the key is not on the curve, and where
/// this libcrypto makes no such tables.
static inline EC_GROUP *cssl_p256_tables_new(const EC_GROUP *p256, const uint8_t *point, size_t length) {
#ifdef CSSL_HAS_P256_TABLES
    if (length != 65 || point[0] != POINT_CONVERSION_UNCOMPRESSED) return NULL;
    ERR_set_mark();
    int result = 0;
    BN_CTX *scratch = BN_CTX_new();
    EC_GROUP *group = EC_GROUP_dup(p256);
    EC_POINT *key = EC_POINT_new(p256);
    if (scratch != NULL && group != NULL && key != NULL && EC_POINT_oct2point(p256, key, point, length, scratch) == 1
        && EC_GROUP_set_generator(group, key, EC_GROUP_get0_order(p256), EC_GROUP_get0_cofactor(p256)) == 1) {
        EC_GROUP_set_curve_name(group, NID_undef);
        result = EC_GROUP_precompute_mult(group, scratch) == 1 && EC_GROUP_have_precompute_mult(group) == 1;
    }
    EC_POINT_free(key);
    BN_CTX_free(scratch);
    if (result != 1) {
        EC_GROUP_free(group);
        group = NULL;
    }
    ERR_pop_to_mark();
    return group;
#else
    (void)p256;
    (void)point;
    (void)length;
    return NULL;
#endif
}

/// What one verification needs beside the tables; for one thread at a time.
typedef struct {
    BN_CTX *numbers;
    BIGNUM *u1, *u2, *x, *z;
    EC_POINT *a, *b, *sum;
} cssl_p256_scratch;

static inline void cssl_p256_scratch_free(cssl_p256_scratch *scratch) {
    if (scratch == NULL) return;
    EC_POINT_free(scratch->sum);
    EC_POINT_free(scratch->b);
    EC_POINT_free(scratch->a);
    BN_free(scratch->z);
    BN_free(scratch->x);
    BN_free(scratch->u2);
    BN_free(scratch->u1);
    BN_CTX_free(scratch->numbers);
    OPENSSL_free(scratch);
}

static inline cssl_p256_scratch *cssl_p256_scratch_new(const EC_GROUP *p256) {
    ERR_set_mark();
    cssl_p256_scratch *scratch = (cssl_p256_scratch *)OPENSSL_zalloc(sizeof(cssl_p256_scratch));
    if (scratch != NULL) {
        scratch->numbers = BN_CTX_new();
        scratch->u1 = BN_new();
        scratch->u2 = BN_new();
        scratch->x = BN_new();
        scratch->z = BN_new();
        scratch->a = EC_POINT_new(p256);
        scratch->b = EC_POINT_new(p256);
        scratch->sum = EC_POINT_new(p256);
        if (scratch->numbers == NULL || scratch->u1 == NULL || scratch->u2 == NULL || scratch->x == NULL
            || scratch->z == NULL || scratch->a == NULL || scratch->b == NULL || scratch->sum == NULL) {
            cssl_p256_scratch_free(scratch);
            scratch = NULL;
        }
    }
    ERR_pop_to_mark();
    return scratch;
}

/// 1 if r || s (64 bytes) is a signature over the digest (32 bytes) by the tables' key, 0 if it is not, negative on
/// failure: exactly ECDSA.
static inline int cssl_p256_tables_verify(
    const EC_GROUP *p256, const EC_GROUP *tables, const uint8_t *digest, const uint8_t *rs, cssl_p256_scratch *scratch) {
#ifdef CSSL_HAS_P256_TABLES
    cssl_u256 r, u1, u2;
    if (!cssl_p256_factors(digest, rs, &r, &u1, &u2)) return 0;
    ERR_set_mark();
    int result = -1;
    uint8_t x_bytes[32], z_bytes[32], u1_bytes[32], u2_bytes[32];
    for (int word = 0; word < 4; word++)
        for (int index = 0; index < 8; index++) {
            u1_bytes[8 * word + index] = (uint8_t)(u1.w[word] >> (8 * index));
            u2_bytes[8 * word + index] = (uint8_t)(u2.w[word] >> (8 * index));
        }
    if (BN_lebin2bn(u1_bytes, 32, scratch->u1) != NULL && BN_lebin2bn(u2_bytes, 32, scratch->u2) != NULL
        && EC_POINT_mul(p256, scratch->a, scratch->u1, NULL, NULL, scratch->numbers) == 1
        && EC_POINT_mul(tables, scratch->b, scratch->u2, NULL, NULL, scratch->numbers) == 1
        && EC_POINT_add(p256, scratch->sum, scratch->a, scratch->b, scratch->numbers) == 1) {
        if (EC_POINT_is_at_infinity(p256, scratch->sum)) {
            result = 0;
        } else if (EC_POINT_get_Jprojective_coordinates_GFp(
                       p256, scratch->sum, scratch->x, NULL, scratch->z, scratch->numbers) == 1
                   && BN_bn2binpad(scratch->x, x_bytes, 32) == 32 && BN_bn2binpad(scratch->z, z_bytes, 32) == 32) {
            cssl_u256 x = cssl_u256_read(x_bytes), z = cssl_u256_read(z_bytes);
            result = cssl_p256_is_x(&r, &x, &z);
        }
    }
    ERR_pop_to_mark();
    return result;
#else
    (void)p256;
    (void)tables;
    (void)digest;
    (void)rs;
    (void)scratch;
    return -1;
#endif
}

#endif
