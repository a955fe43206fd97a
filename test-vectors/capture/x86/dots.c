/*
 * Results of the dot-product instructions of an x86 processor, as JSON Lines that `bitexact dot --check` reads.
 *
 *   gcc -O2 -mavx512f -mavx512vl -mavx512bf16 -mavx512vnni -mavxvnni -o dots dots.c
 *   ./dots vdpbf16ps 1000000 1 | bitexact dot --check --engine x86.avx512.vdpbf16ps.bf16.f32
 *
 * Usage: dots INSTRUCTION COUNT SEED, with vdpbf16ps, vpdpbusd, vpdpbusds, vpdpwssd or vpdpwssds; of the last four,
 * vex.vpdpbusd and so on are the VEX-encoded forms (AVX-VNNI).
 *
 * A case chains one to four instructions on one 32-bit lane; the other lanes hold the same, and must agree. Operands are
 * drawn in turn from several kinds: any bits, ordinary numbers, all exponents, products about to underflow, sums that
 * cancel, special values; for integers any bits, extremes, and accumulators at the ends of their range.
 */
#include <cpuid.h>
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STEPS 4

static uint64_t state;

/* splitmix64 */
static uint64_t next(void) {
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint32_t below(uint32_t n) { return (uint32_t)(next() % n); }

/* ---------------------------------------------------------------- operands */

enum kind { ANY, ORDINARY, WIDE, TINY, CANCEL, SPECIAL, KINDS };

/* a floating-point code with an 8-bit exponent field and t bits of fraction */
static uint32_t number(int t, int low, int high) {
    uint32_t fraction = (uint32_t)next() & ((1u << t) - 1);
    if (below(3) == 0) fraction &= (uint32_t)next() & (uint32_t)next(); /* few ones: ties and exact sums */
    uint32_t exponent = (uint32_t)(low + (int)below((uint32_t)(high - low + 1)));
    return below(2) << (8 + t) | exponent << t | fraction;
}

static uint32_t special(int t) {
    static const uint32_t exponents[] = {0, 0, 255, 255, 254, 1};
    uint32_t exponent = exponents[below(6)];
    uint32_t fraction = (uint32_t)next() & ((1u << t) - 1);
    switch (below(4)) {
        case 0: fraction = 0; break;
        case 1: fraction = 1; break;
        case 2: fraction = 1u << (t - 1); break;
        default: break;
    }
    return below(2) << (8 + t) | exponent << t | fraction;
}

static uint32_t draw(enum kind kind, int t) {
    switch (kind) {
        case ANY: return (uint32_t)next() & ((1ull << (9 + t)) - 1);
        case WIDE: return number(t, 0, 254);
        case TINY: return t == 23 ? number(t, 0, 4) : number(t, 52, 76); /* products of 2^-126 and below */
        case SPECIAL: return below(2) ? special(t) : number(t, 120, 134);
        default: return number(t, 120, 134);
    }
}

static void floats(uint64_t i, int steps, uint32_t *a, uint32_t *b, uint32_t *c) {
    enum kind kind = (enum kind)(i % KINDS);
    for (int k = 0; k < 2 * steps; k++) {
        a[k] = draw(kind, 7);
        b[k] = draw(kind, 7);
    }
    *c = draw(kind, 23);
    if (kind == CANCEL || kind == TINY) {
        for (int k = 1; k < 2 * steps; k += 2) { /* the second product nearly undoes the first */
            a[k] = a[k - 1];
            b[k] = b[k - 1] ^ 0x8000 ^ below(2);
        }
        if (below(2)) { /* or the addend does */
            union { float f; uint32_t u; } x, y, z;
            x.u = a[1] << 16;
            y.u = b[1] << 16;
            z.f = -(x.f * y.f);
            *c = z.u ^ below(2);
        }
    }
}

static void integers(uint64_t i, int steps, int per, int bits, uint32_t *a, uint32_t *b, uint32_t *c) {
    uint32_t mask = (1u << bits) - 1;
    uint32_t extremes[] = {0, 1, mask, mask >> 1, (mask >> 1) + 1, mask - 1};
    int kind = (int)(i % 3);
    for (int k = 0; k < per * steps; k++) {
        a[k] = kind == 0 ? (uint32_t)next() & mask : extremes[below(6)];
        b[k] = kind == 0 ? (uint32_t)next() & mask : extremes[below(6)];
        if (kind == 2 && k) { /* the same extreme throughout */
            a[k] = a[0];
            b[k] = b[0];
        }
    }
    static const uint32_t ends[] = {0x7fffffff, 0x80000000, 0, 0xffffffff};
    *c = kind == 0 ? (uint32_t)next() : ends[below(4)] + below(0x40000) - 0x20000;
}

/* ---------------------------------------------------------------- instructions */

static __m512i step(int instruction, __m512i c, uint32_t a, uint32_t b) {
    __m512i x = _mm512_set1_epi32((int)a);
    __m512i y = _mm512_set1_epi32((int)b);
    switch (instruction) {
        case 0: return _mm512_castps_si512(_mm512_dpbf16_ps(_mm512_castsi512_ps(c), (__m512bh)x, (__m512bh)y));
        case 1: return _mm512_dpbusd_epi32(c, x, y);
        case 2: return _mm512_dpbusds_epi32(c, x, y);
        case 3: return _mm512_dpwssd_epi32(c, x, y);
        case 4: return _mm512_dpwssds_epi32(c, x, y);
        default: break;
    }
    __m256i z = _mm512_castsi512_si256(c); /* the VEX-encoded forms have half the lanes */
    __m256i v = _mm512_castsi512_si256(x);
    __m256i w = _mm512_castsi512_si256(y);
    switch (instruction) {
        case 5: z = _mm256_dpbusd_avx_epi32(z, v, w); break;
        case 6: z = _mm256_dpbusds_avx_epi32(z, v, w); break;
        case 7: z = _mm256_dpwssd_avx_epi32(z, v, w); break;
        default: z = _mm256_dpwssds_avx_epi32(z, v, w); break;
    }
    return _mm512_inserti64x4(_mm512_castsi256_si512(z), z, 1);
}

static const char *const NAMES[] = {"vdpbf16ps",    "vpdpbusd",      "vpdpbusds",    "vpdpwssd",     "vpdpwssds",
                                    "vex.vpdpbusd", "vex.vpdpbusds", "vex.vpdpwssd", "vex.vpdpwssds"};
#define INSTRUCTIONS 9

static const char *const ENGINES[] = {"x86.avx512.vdpbf16ps.bf16.f32",   "x86.avx512.vpdpbusd.u8-i8.i32",
                                      "x86.avx512.vpdpbusds.u8-i8.i32",  "x86.avx512.vpdpwssd.i16.i32",
                                      "x86.avx512.vpdpwssds.i16.i32",    "x86.avxvnni.vpdpbusd.u8-i8.i32",
                                      "x86.avxvnni.vpdpbusds.u8-i8.i32", "x86.avxvnni.vpdpwssd.i16.i32",
                                      "x86.avxvnni.vpdpwssds.i16.i32"};

static void print(const char *name, const uint32_t *codes, int count, int digits) {
    printf("\"%s\":\"", name);
    for (int i = 0; i < count; i++) printf("%0*x", digits, codes[i]);
    printf("\"");
}

static void header(int instruction, const char *count, const char *seed) {
    char brand[49] = {0};
    unsigned r[12];
    for (unsigned i = 0; i < 3; i++) __get_cpuid(0x80000002 + i, &r[4 * i], &r[4 * i + 1], &r[4 * i + 2], &r[4 * i + 3]);
    memcpy(brand, r, 48);
    unsigned signature = 0, x, y, z;
    __get_cpuid(1, &signature, &x, &y, &z);
    printf("# pack: bitexact 1\n# kind: dot\n# engine: %s\n", ENGINES[instruction]);
    printf("# provenance: executed, %s on %s, CPUID signature %08x; compiled by gcc %s\n", NAMES[instruction], brand,
           signature, __VERSION__);
    printf("# generator: test-vectors/capture/x86/dots %s %s %s\n", NAMES[instruction], count, seed);
    printf("# seed: %s\n# count: %s\n", seed, count);
}

int main(int argc, char **argv) {
    int instruction = 0;
    while (argc == 4 && instruction < INSTRUCTIONS && strcmp(argv[1], NAMES[instruction])) instruction++;
    if (argc != 4 || instruction == INSTRUCTIONS) {
        fprintf(stderr, "usage: dots vdpbf16ps|[vex.]vpdpbusd|[vex.]vpdpbusds|[vex.]vpdpwssd|[vex.]vpdpwssds COUNT SEED\n");
        return 2;
    }
    uint64_t count = strtoull(argv[2], 0, 10);
    state = strtoull(argv[3], 0, 10);
    int bytes = strstr(argv[1], "vpdpbus") != 0;
    int per = bytes ? 4 : 2; /* elements of an instruction */
    int bits = bytes ? 8 : 16;
    header(instruction, argv[2], argv[3]);
    for (uint64_t i = 0; i < count; i++) {
        uint32_t a[4 * MAX_STEPS], b[4 * MAX_STEPS], c;
        int steps = 1 + (int)below(MAX_STEPS);
        if (instruction == 0) floats(i, steps, a, b, &c);
        else integers(i, steps, per, bits, a, b, &c);
        __m512i acc = _mm512_set1_epi32((int)c);
        for (int s = 0; s < steps; s++) {
            uint32_t x = 0, y = 0;
            for (int k = 0; k < per; k++) {
                x |= a[per * s + k] << bits * k;
                y |= b[per * s + k] << bits * k;
            }
            acc = step(instruction, acc, x, y);
        }
        uint32_t d[16];
        _mm512_storeu_si512(d, acc);
        for (int lane = 1; lane < 16; lane++) {
            if (d[lane] != d[0]) {
                fprintf(stderr, "lanes differ in case %llu\n", (unsigned long long)i);
                return 1;
            }
        }
        printf("{");
        print("a", a, per * steps, bits / 4);
        printf(",");
        print("b", b, per * steps, bits / 4);
        printf(",");
        print("c", &c, 1, 8);
        printf(",");
        print("d", d, 1, 8);
        printf("}\n");
    }
    return 0;
}
