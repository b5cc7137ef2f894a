// Words that other threads write meanwhile, and hints to the processor. Included by shim.h.

static inline uintptr_t cssl_word_load(const uintptr_t *word) { return __atomic_load_n(word, __ATOMIC_RELAXED); }

static inline void cssl_word_store(uintptr_t *word, uintptr_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

/// Begins to fetch what is at an address, which may be any: nothing is read.
static inline void cssl_fetch_ahead(uintptr_t address) { __builtin_prefetch((const void *)address); }
