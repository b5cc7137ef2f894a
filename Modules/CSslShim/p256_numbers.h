// Numbers of 256 bits modulo the field's prime and the order of P-256, for p256_tables.h. Included by shim.h.
//
// Nothing here takes the same time for all numbers: what is computed with them is public.

#ifndef CSSLSHIM_P256_NUMBERS_H
#define CSSLSHIM_P256_NUMBERS_H

// Swift's compiler imports this by clang, which has both on every platform of 64 bits.
#if defined(__SIZEOF_INT128__) && defined(__clang__)
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

#endif

#endif
