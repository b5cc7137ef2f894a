#!/usr/bin/env bash
# What a program on DPoPCore links, what DPoPCore imports, and shim.h under C's and C++'s eyes. One line a check;
# ends with status 1 at the first that fails. Needs Linux, the Swift toolchain and binutils.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

core=../../Sources/DPoPCore
shim=../../Modules/CSslShim/shim.h
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

pass() { echo "ok      $1"; }
fail() { echo "FAILED  $1" >&2; exit 1; }

# The clang of the Swift toolchain, or any C compiler with sanitizers.
compiler() {
    local beside
    beside=$(dirname "$(readlink -f "$(command -v swift)")")/clang
    if command -v clang >/dev/null; then echo clang
    elif [ -x "$beside" ]; then echo "$beside"
    else echo gcc; fi
}

# MARK: Imports

# Prints import statements under a folder that break the rule: none outside Crypto/, CSslShim alone in it.
stray_imports() {
    local statement='^[[:space:]]*(@[A-Za-z_]+(\([^)]*\))?[[:space:]]+)*((public|package|internal|fileprivate|private)[[:space:]]+)?import[[:space:]]'
    local file
    while IFS= read -r file; do
        case "$file" in
        "$1"/Crypto/*) grep -HnE "$statement" "$file" | grep -vE ':internal import (CSslShim|Synchronization)$' || true ;;
        *) grep -HnE "$statement" "$file" || true ;;
        esac
    done < <(find "$1" -name '*.swift' | sort)
}

check_imports() {
    local stray number
    number=$(find "$core" -name '*.swift' | wc -l)
    [ "$number" -gt 20 ] || fail "found only $number sources of DPoPCore"
    stray=$(stray_imports "$core")
    [ -z "$stray" ] || fail "DPoPCore imports what it must not: $stray"
    pass "$number sources of DPoPCore import CSslShim and the standard library's Synchronization in Crypto/, and nothing else"

    # The twins: each of these must be seen.
    local twin
    for twin in "Check:import Foundation" "Crypto:import Foundation" "Wire:@preconcurrency import Dispatch" \
        "Check:internal import CSslShim" "Check:internal import Synchronization" "Crypto:public import CSslShim"; do
        rm -rf "$scratch/twin" && mkdir -p "$scratch/twin/${twin%%:*}"
        printf '%s\n\nstruct Twin {}\n' "${twin#*:}" >"$scratch/twin/${twin%%:*}/Twin.swift"
        [ -n "$(stray_imports "$scratch/twin")" ] || fail "the import check does not see '${twin#*:}' in ${twin%%:*}/"
    done
    pass "the import check refuses six twins"
}

# MARK: Linked libraries

# What may be there: the Swift standard library with what it loads itself, libcrypto, the C and C++ run time.
standard_library='libswiftCore|libswift_Concurrency|libswift_StringProcessing|libswift_RegexParser|libswift_Builtin_float|libswiftSynchronization|libswiftGlibc|libswiftSwiftOnoneSupport'
c_runtime='libc|libm|libpthread|libdl|librt|libgcc_s|libstdc\+\+|ld-linux[a-z0-9_-]*|linux-vdso'
# The concurrency run time loads these two; a program of ours may not name them itself.
loaded_only='libdispatch|libBlocksRuntime'

# Prints the libraries that a program names (direct) or loads (all) and that may not be there.
stray_libraries() {
    local allowed="$standard_library|libcrypto|$c_runtime"
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p' >"$scratch/direct"
    grep -q '^libcrypto\.so' "$scratch/direct" || echo "(libcrypto is missing)"
    grep -vE "^($allowed)\.so(\.|$)" "$scratch/direct" || true
    # libcrypto's own dependencies (on some systems libz, libzstd) are its business.
    ldd "$1" | awk '{print $1}' | sed 's|.*/||' | sort -u >"$scratch/all"
    ldd "$(ldd "$1" | awk '/libcrypto\.so/ {print $3}')" | awk '{print $1}' | sed 's|.*/||' | sort -u >"$scratch/libcrypto"
    comm -23 "$scratch/all" "$scratch/libcrypto" | grep -vE "^($allowed|$loaded_only)\.so(\.|$)" || true
}

check_linkage() {
    local program stray
    swift build -c release >"$scratch/build.log" 2>&1 || { cat "$scratch/build.log" >&2; fail "the programs do not build"; }
    pass "a program on DPoPCore and one with C++ interoperability build"
    local products
    products=$(swift build -c release --show-bin-path)
    for program in Probe CxxClient; do
        [ "$("$products/$program")" = ok ] || fail "$program does not run"
        stray=$(stray_libraries "$products/$program")
        [ -z "$stray" ] || fail "$program links what it must not: $(echo $stray)"
        pass "$program builds and verifies a proof, and links the standard library, libcrypto and the C run time only"
    done
    [ "$("$products/FoundationTwin")" = ok ] || fail "FoundationTwin does not run"
    stray=$(stray_libraries "$products/FoundationTwin")
    for program in libFoundation.so libFoundationEssentials.so lib_FoundationICU.so; do
        grep -qx "$program" <<<"$stray" || fail "the linkage check does not see $program in a program that uses Foundation"
    done
    pass "the linkage check refuses a program that imports Foundation"
}

# MARK: shim.h

check_shim() {
    local cc linker=() name missing="" harness=(shim/*.c) strict=(-Wall -Wextra -Wshadow -Werror)
    cc=$(compiler)
    # gold warns about clang's sanitizer symbols.
    if "$cc" --version | grep -q clang; then linker=(-fuse-ld=lld); fi
    local crypto=()
    if command -v pkg-config >/dev/null; then read -ra crypto < <(pkg-config --cflags --libs libcrypto) || true; fi
    [ ${#crypto[@]} -gt 0 ] || crypto=(-lcrypto)

    local wrappers
    # Not the arithmetic in p256_numbers.h and p256_points.h, which p256_tables.h alone calls.
    wrappers=$(cd "$(dirname "$shim")" && sed -nE 's/^static inline .*[ *](cssl_[a-z0-9_]+)\(.*/\1/p' \
        shim.h ec.h prepared.h evp_ec.h p256_tables.h memory.h | sort -u)
    [ "$(wc -l <<<"$wrappers")" -gt 25 ] || fail "the wrappers of shim.h are not found"
    for name in $wrappers; do grep -qE "\b$name\b" "${harness[@]}" || missing="$missing $name"; done
    [ -z "$missing" ] || fail "the harness does not call$missing"
    pass "the harness calls each of the $(wc -l <<<"$wrappers") wrappers of shim.h and what it includes"

    # Calls like memcmp stay calls, so that the sanitizer sees what they read.
    "$cc" -std=gnu11 -g -O0 -fno-builtin -fsanitize=address,undefined -fno-sanitize-recover=all "${strict[@]}" \
        "${harness[@]}" -o "$scratch/harness" ${linker[@]+"${linker[@]}"} "${crypto[@]}"
    "$scratch/harness" >"$scratch/harness.log" || fail "the harness fails under the sanitizers"
    pass "the harness is clean under the address and undefined-behaviour sanitizers ($(cat "$scratch/harness.log"))"

    local flags=() level
    for name in "${crypto[@]}"; do case "$name" in -l* | -L*) ;; *) flags+=("$name") ;; esac; done
    compiles() { "$cc" -fsyntax-only "$@" "${strict[@]}" ${flags[@]+"${flags[@]}"} -include "$shim" -; }
    for level in gnu99 gnu11 gnu17; do
        compiles -x c "-std=$level" -Wstrict-prototypes </dev/null || fail "shim.h does not compile as $level"
    done
    for level in c++11 c++17 c++20; do
        compiles -x c++ "-std=$level" </dev/null || fail "shim.h does not compile as $level"
    done
    pass "shim.h compiles as C from C99 and as C++ from C++11"
    for level in 10002 10100 30000; do
        compiles -x c "-DOPENSSL_API_COMPAT=$level" </dev/null || fail "shim.h does not compile with OPENSSL_API_COMPAT=$level"
    done
    pass "shim.h compiles with OPENSSL_API_COMPAT 1.0.2, 1.1.0 and 3.0"
    if compiles -x c -DOPENSSL_API_COMPAT=30000 -DOPENSSL_NO_DEPRECATED </dev/null 2>"$scratch/refused"; then
        fail "shim.h compiles without libcrypto's low-level functions"
    fi
    grep -q "swift-dpop needs OpenSSL's low-level functions" "$scratch/refused" ||
        fail "shim.h does not say what it misses where OPENSSL_NO_DEPRECATED is set"
    pass "shim.h says what it needs where OPENSSL_NO_DEPRECATED hides it"

    mkdir -p "$scratch/old/openssl"
    echo '#define OPENSSL_VERSION_NUMBER 0x1010117fL' >"$scratch/old/openssl/opensslv.h"
    if compiles -x c "-I$scratch/old" </dev/null 2>"$scratch/refused"; then fail "shim.h compiles with OpenSSL 1.1.1"; fi
    grep -q "swift-dpop needs OpenSSL 3.0 or later" "$scratch/refused" || fail "shim.h does not refuse OpenSSL 1.1.1"
    pass "shim.h refuses OpenSSL 1.1.1"
}

[ "$(uname -s)" = Linux ] || fail "this check reads ELF files: run it on Linux"
check_imports
check_shim
check_linkage
