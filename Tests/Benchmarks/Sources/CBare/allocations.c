#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "bare.h"

// Counts calls of malloc and calloc while it is told to. glibc finds these before its own.
#ifdef __GLIBC__
static atomic_int counting;
static atomic_uint_fast64_t allocations;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);

void *malloc(size_t size) {
    if (atomic_load_explicit(&counting, memory_order_relaxed)) {
        atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    }
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    if (atomic_load_explicit(&counting, memory_order_relaxed)) {
        atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    }
    return __libc_calloc(count, size);
}

void bare_count_allocations(void) {
    atomic_store(&allocations, 0);
    atomic_store(&counting, 1);
}

uint64_t bare_allocations(void) {
    atomic_store(&counting, 0);
    return atomic_load(&allocations);
}
#else
void bare_count_allocations(void) {}
uint64_t bare_allocations(void) { return 0; }
#endif
