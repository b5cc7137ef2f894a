// Points of P-256 and tables of multiples of one of them, for p256_tables.h. Included by shim.h.
//
// Coordinates are below the field's prime p and multiplied by 2^256 (Montgomery's form). Affine points are never at
// infinity. Nothing here takes the same time for all points: all of them are public.

#ifndef CSSLSHIM_P256_POINTS_H
#define CSSLSHIM_P256_POINTS_H

#ifdef CSSL_HAS_P256_TABLES

// MARK: The field

static const cssl_u256 cssl_p256_one = {{0x0000000000000001, 0xFFFFFFFF00000000, 0xFFFFFFFFFFFFFFFF, 0x00000000FFFFFFFE}};
/// 2^512 mod p.
static const cssl_u256 cssl_p256_square = {{0x0000000000000003, 0xFFFFFFFBFFFFFFFF, 0xFFFFFFFFFFFFFFFE, 0x00000004FFFFFFFD}};
/// The curve's b.
static const cssl_u256 cssl_p256_b = {{0xD89CDF6229C4BDDF, 0xACF005CD78843090, 0xE5A220ABF7212ED6, 0xDC30061D04874834}};

/// a + b + carry, which becomes the next one; both carries are 0 or 1.
static inline uint64_t cssl_add(uint64_t a, uint64_t b, uint64_t *carry) {
    unsigned long long next = 0;
    const uint64_t sum = __builtin_addcll(a, b, *carry, &next);
    *carry = next;
    return sum;
}

/// a - b - borrow, which becomes the next one; both borrows are 0 or 1.
static inline uint64_t cssl_subtract(uint64_t a, uint64_t b, uint64_t *borrow) {
    unsigned long long next = 0;
    const uint64_t difference = __builtin_subcll(a, b, *borrow, &next);
    *borrow = next;
    return difference;
}

/// t = t + a b + carry.
static inline void cssl_multiply_add(uint64_t *t, uint64_t a, uint64_t b, uint64_t *carry) {
    cssl_u128 sum = (cssl_u128)a * b + *t + *carry;
    *carry = (uint64_t)(sum >> 64);
    *t = (uint64_t)sum;
}

/// t of five words, the last 0 or 1, minus p if that is not below 0; for t below 2 p.
static inline cssl_u256 cssl_p256_below(uint64_t t0, uint64_t t1, uint64_t t2, uint64_t t3, uint64_t t4) {
    const uint64_t *p = cssl_p256_p.m.w;
    uint64_t borrow = 0;
    uint64_t s0 = cssl_subtract(t0, p[0], &borrow), s1 = cssl_subtract(t1, p[1], &borrow);
    uint64_t s2 = cssl_subtract(t2, p[2], &borrow), s3 = cssl_subtract(t3, p[3], &borrow);
    cssl_subtract(t4, 0, &borrow);
    const uint64_t keep = 0 - borrow;
    cssl_u256 result = {
        {(t0 & keep) | (s0 & ~keep), (t1 & keep) | (s1 & ~keep), (t2 & keep) | (s2 & ~keep), (t3 & keep) | (s3 & ~keep)}};
    return result;
}

/// Adds a multiple of p that makes the lowest of five words zero, and drops that word: p = 2^256 - 2^224 + 2^192 + 2^96 - 1,
/// so the multiple is by the lowest word itself.
static inline void cssl_p256_reduce(uint64_t t[5]) {
    const uint64_t lowest = t[0];
    const cssl_u128 high = (cssl_u128)lowest * 0xFFFFFFFF00000001;
    uint64_t carry = 0;
    t[0] = cssl_add(t[1], lowest << 32, &carry);
    t[1] = cssl_add(t[2], lowest >> 32, &carry);
    t[2] = cssl_add(t[3], (uint64_t)high, &carry);
    t[3] = cssl_add(t[4], (uint64_t)(high >> 64), &carry);
    t[4] = carry;
}

/// a b / 2^256 mod p.
static inline cssl_u256 cssl_p256_multiply(const cssl_u256 *a, const cssl_u256 *b) {
    const uint64_t a0 = a->w[0], a1 = a->w[1], a2 = a->w[2], a3 = a->w[3];
    // Below 2 p after each row, so that the fifth word is 0 or 1.
    uint64_t t[5] = {0, 0, 0, 0, 0};
    for (int row = 0; row < 4; row++) {
        const uint64_t factor = b->w[row];
        uint64_t carry = 0, above = 0;
        cssl_multiply_add(&t[0], a0, factor, &carry);
        cssl_multiply_add(&t[1], a1, factor, &carry);
        cssl_multiply_add(&t[2], a2, factor, &carry);
        cssl_multiply_add(&t[3], a3, factor, &carry);
        t[4] = cssl_add(t[4], carry, &above);
        cssl_p256_reduce(t);
        t[4] += above;
    }
    return cssl_p256_below(t[0], t[1], t[2], t[3], t[4]);
}

static inline cssl_u256 cssl_p256_squared(const cssl_u256 *a) { return cssl_p256_multiply(a, a); }

static inline cssl_u256 cssl_p256_add(const cssl_u256 *a, const cssl_u256 *b) {
    cssl_u256 sum;
    const uint64_t carry = cssl_u256_add(&sum, a, b);
    return cssl_p256_below(sum.w[0], sum.w[1], sum.w[2], sum.w[3], carry);
}

static inline cssl_u256 cssl_p256_subtract(const cssl_u256 *a, const cssl_u256 *b) {
    const uint64_t *p = cssl_p256_p.m.w;
    uint64_t borrow = 0, carry = 0;
    uint64_t t0 = cssl_subtract(a->w[0], b->w[0], &borrow), t1 = cssl_subtract(a->w[1], b->w[1], &borrow);
    uint64_t t2 = cssl_subtract(a->w[2], b->w[2], &borrow), t3 = cssl_subtract(a->w[3], b->w[3], &borrow);
    const uint64_t below = 0 - borrow;
    cssl_u256 result;
    result.w[0] = cssl_add(t0, p[0] & below, &carry);
    result.w[1] = cssl_add(t1, p[1] & below, &carry);
    result.w[2] = cssl_add(t2, p[2] & below, &carry);
    result.w[3] = cssl_add(t3, p[3] & below, &carry);
    return result;
}

// MARK: Points

typedef struct { cssl_u256 x, y; } cssl_p256_affine;

/// x = X / Z^2 and y = Y / Z^3; at infinity if Z is zero.
typedef struct { cssl_u256 x, y, z; } cssl_p256_jacobian;

/// The double of a point that is not at infinity. No point of the curve has a Y of zero.
static inline cssl_p256_jacobian cssl_p256_double(const cssl_p256_jacobian *a) {
    cssl_u256 delta = cssl_p256_squared(&a->z), gamma = cssl_p256_squared(&a->y);
    cssl_u256 beta = cssl_p256_multiply(&a->x, &gamma);
    // 3 (X - Z^2) (X + Z^2) = 3 X^2 - 3 Z^4, since the curve's a is -3.
    cssl_u256 minus = cssl_p256_subtract(&a->x, &delta), plus = cssl_p256_add(&a->x, &delta);
    cssl_u256 product = cssl_p256_multiply(&minus, &plus);
    cssl_u256 alpha = cssl_p256_add(&product, &product);
    alpha = cssl_p256_add(&alpha, &product);
    cssl_u256 beta4 = cssl_p256_add(&beta, &beta);
    beta4 = cssl_p256_add(&beta4, &beta4);
    cssl_u256 gamma8 = cssl_p256_squared(&gamma);
    for (int times = 0; times < 3; times++) gamma8 = cssl_p256_add(&gamma8, &gamma8);
    cssl_p256_jacobian result;
    result.x = cssl_p256_squared(&alpha);
    result.x = cssl_p256_subtract(&result.x, &beta4);
    result.x = cssl_p256_subtract(&result.x, &beta4);
    result.z = cssl_p256_multiply(&a->y, &a->z);
    result.z = cssl_p256_add(&result.z, &result.z);
    cssl_u256 rest = cssl_p256_subtract(&beta4, &result.x);
    rest = cssl_p256_multiply(&alpha, &rest);
    result.y = cssl_p256_subtract(&rest, &gamma8);
    return result;
}

/// a = a + b, for all of them: at infinity, equal and opposite too.
static inline void cssl_p256_add_affine(cssl_p256_jacobian *a, const cssl_p256_affine *b) {
    if (cssl_u256_is_zero(&a->z)) {
        a->x = b->x;
        a->y = b->y;
        a->z = cssl_p256_one;
        return;
    }
    cssl_u256 zz = cssl_p256_squared(&a->z), zzz = cssl_p256_multiply(&zz, &a->z);
    cssl_u256 x = cssl_p256_multiply(&b->x, &zz), y = cssl_p256_multiply(&b->y, &zzz);
    cssl_u256 h = cssl_p256_subtract(&x, &a->x), r = cssl_p256_subtract(&y, &a->y);
    if (cssl_u256_is_zero(&h)) {
        // The same x: the same point, or its opposite.
        if (cssl_u256_is_zero(&r)) *a = cssl_p256_double(a);
        else a->z = h;
        return;
    }
    cssl_u256 hh = cssl_p256_squared(&h), hhh = cssl_p256_multiply(&hh, &h), v = cssl_p256_multiply(&a->x, &hh);
    cssl_u256 rr = cssl_p256_squared(&r);
    a->z = cssl_p256_multiply(&a->z, &h);
    a->x = cssl_p256_subtract(&rr, &hhh);
    a->x = cssl_p256_subtract(&a->x, &v);
    a->x = cssl_p256_subtract(&a->x, &v);
    cssl_u256 left = cssl_p256_subtract(&v, &a->x), right = cssl_p256_multiply(&a->y, &hhh);
    left = cssl_p256_multiply(&r, &left);
    a->y = cssl_p256_subtract(&left, &right);
}

/// From 04 || x || y, 65 bytes; 0 if a coordinate is not below p or the point is not on the curve.
static inline int cssl_p256_point(const uint8_t *bytes, size_t length, cssl_p256_affine *point) {
    if (length != 65 || bytes[0] != 4) return 0;
    cssl_u256 x = cssl_u256_read(bytes + 1), y = cssl_u256_read(bytes + 33);
    if (!cssl_u256_is_below(&x, &cssl_p256_p.m) || !cssl_u256_is_below(&y, &cssl_p256_p.m)) return 0;
    x = cssl_p256_multiply(&x, &cssl_p256_square);
    y = cssl_p256_multiply(&y, &cssl_p256_square);
    // y^2 = x^3 - 3 x + b
    cssl_u256 left = cssl_p256_squared(&y), right = cssl_p256_squared(&x);
    right = cssl_p256_multiply(&right, &x);
    for (int times = 0; times < 3; times++) right = cssl_p256_subtract(&right, &x);
    right = cssl_p256_add(&right, &cssl_p256_b);
    point->x = x;
    point->y = y;
    return cssl_u256_is_equal(&left, &right);
}

// MARK: Tables

/// Multiples of one point: for each window of the bits of a number, 1 … 2^(width - 1) times 2^(width window) times it.
typedef struct {
    int width, windows;
    /// Begins at a multiple of 64 bytes, the size of a point, somewhere in the block behind this.
    cssl_p256_affine *points;
} cssl_p256_multiples;

/// The most bits that a window has.
#define CSSL_P256_WIDEST 9

/// So many windows that a number of 256 bits has no carry behind the last.
static inline int cssl_p256_windows(int width) { return 256 / width + 1; }

/// The points with their Z made 1, one inversion for all of them. None is at infinity.
static inline void cssl_p256_normalize(const cssl_p256_jacobian *points, int count, cssl_p256_affine *out) {
    cssl_u256 products[(1 << (CSSL_P256_WIDEST - 1)) + 1];
    products[0] = points[0].z;
    for (int index = 1; index < count; index++) products[index] = cssl_p256_multiply(&products[index - 1], &points[index].z);
    // 2^256 / (z 2^256), in Montgomery's form after another product.
    cssl_u256 inverse = cssl_u256_inverse(&products[count - 1], &cssl_p256_p);
    inverse = cssl_p256_multiply(&inverse, &cssl_p256_square);
    for (int index = count - 1; index >= 0; index--) {
        cssl_u256 own = index == 0 ? inverse : cssl_p256_multiply(&inverse, &products[index - 1]);
        inverse = cssl_p256_multiply(&inverse, &points[index].z);
        cssl_u256 square = cssl_p256_squared(&own), cube = cssl_p256_multiply(&square, &own);
        out[index].x = cssl_p256_multiply(&points[index].x, &square);
        out[index].y = cssl_p256_multiply(&points[index].y, &cube);
    }
}

/// NULL if there is no memory. The width is 2 … CSSL_P256_WIDEST.
static inline cssl_p256_multiples *cssl_p256_multiples_new(const cssl_p256_affine *point, int width) {
    const int half = 1 << (width - 1), windows = cssl_p256_windows(width);
    const size_t size = sizeof(cssl_p256_affine) * (size_t)(half * windows);
    ERR_set_mark();
    cssl_p256_multiples *tables = (cssl_p256_multiples *)OPENSSL_malloc(sizeof(cssl_p256_multiples) + 64 + size);
    ERR_pop_to_mark();
    if (tables == NULL) return NULL;
    tables->width = width;
    tables->windows = windows;
    tables->points = (cssl_p256_affine *)(((uintptr_t)(tables + 1) + 63) / 64 * 64);
    cssl_p256_affine base = *point;
    for (int window = 0; window < windows; window++) {
        cssl_p256_jacobian all[(1 << (CSSL_P256_WIDEST - 1)) + 1], sum = {base.x, base.y, cssl_p256_one};
        cssl_p256_affine out[(1 << (CSSL_P256_WIDEST - 1)) + 1];
        for (int index = 0; index < half; index++) {
            all[index] = sum;
            // The last one is left at half of what the next window begins with.
            if (index < half - 1) cssl_p256_add_affine(&sum, &base);
        }
        all[half] = cssl_p256_double(&sum);
        cssl_p256_normalize(all, half + 1, out);
        memcpy(tables->points + window * half, out, sizeof(cssl_p256_affine) * (size_t)half);
        base = out[half];
    }
    return tables;
}

/// For each window how many times its first point, from -2^(width - 1) to 2^(width - 1), so that their sum is the number.
/// What they point at is on its way to the processor then.
static inline void cssl_p256_digits(const cssl_p256_multiples *tables, const cssl_u256 *number, int16_t *digits) {
    const int width = tables->width, half = 1 << (width - 1);
    int carry = 0;
    for (int window = 0; window < tables->windows; window++) {
        const int bit = window * width, word = bit / 64, shift = bit % 64;
        uint64_t bits = word > 3 ? 0 : number->w[word] >> shift;
        if (shift + width > 64 && word < 3) bits |= number->w[word + 1] << (64 - shift);
        int digit = (int)(bits & (((uint64_t)1 << width) - 1)) + carry;
        carry = digit > half;
        if (carry) digit -= 1 << width;
        digits[window] = (int16_t)digit;
        if (digit != 0) __builtin_prefetch(tables->points + window * half + (digit < 0 ? -digit : digit) - 1);
    }
}

/// sum = sum + what the digits say.
static inline void cssl_p256_add_multiple(cssl_p256_jacobian *sum, const cssl_p256_multiples *tables, const int16_t *digits) {
    const int half = 1 << (tables->width - 1);
    const cssl_u256 zero = {{0, 0, 0, 0}};
    for (int window = 0; window < tables->windows; window++) {
        const int digit = digits[window];
        if (digit == 0) continue;
        cssl_p256_affine point = tables->points[window * half + (digit < 0 ? -digit : digit) - 1];
        if (digit < 0) point.y = cssl_p256_subtract(&zero, &point.y);
        cssl_p256_add_affine(sum, &point);
    }
}

#endif

#endif
