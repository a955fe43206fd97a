/*
 * Dot products on the tensor cores of a Hopper GPU, as JSON Lines that `bitexact dot --check` reads.
 *
 *   nvcc -O2 -gencode arch=compute_90a,code=sm_90a -o tiles tiles.cu
 *   bitexact engines --probe nvidia.hopper.wgmma.e4m3.f32 --inputs | ./tiles wgmma.e4m3.f32 - |
 *       bitexact dot --check --engine nvidia.hopper.wgmma.e4m3.f32
 *   ./tiles mma.f16.f32 1000000 1 | gzip -n -9 > mma.f16.f32.jsonl.gz
 *
 * Usage: tiles ENGINE - | COUNT SEED. ENGINE is the end of an engine's name after "nvidia.hopper.": mma or wgmma, inputs
 * f16, bf16, tf32, e4m3, e5m2, i8, output f32, f16, i32. With "-" the operands a, b, c of each line of standard input are
 * computed; otherwise COUNT are drawn at random: any bits, ordinary numbers, all exponents, sums that cancel, few
 * elements.
 *
 * Every instruction here takes 32 bytes of k, as 8 words of a row of A and of a column of B. Eight dot products make a
 * tile: row i of A and column i of B are theirs, so that D[i][i] is their result; the other elements of D are thrown
 * away. Longer vectors are cut into instructions, k ascending, each result being the next one's addend; a short rest is
 * filled with zeros.
 */
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

static const int DOTS = 8;  /* of a tile */
static const int WORDS = 8; /* of 32 bits: the k of an instruction */

#define CHECK(call)                                                                            \
    do {                                                                                       \
        cudaError_t error_ = (call);                                                           \
        if (error_ != cudaSuccess) {                                                           \
            fprintf(stderr, "tiles: %s: %s\n", #call, cudaGetErrorString(error_));             \
            exit(3);                                                                           \
        }                                                                                      \
    } while (0)

/* ---------------------------------------------------------------- instructions */

/* d = a * b + c of one warp; binary32 and 32-bit integer accumulators have four registers, binary16 ones two */
#define MMA4(name, text, type, constraint)                                                                          \
    struct name {                                                                                                   \
        static __device__ void step(uint32_t (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {             \
            asm volatile("mma.sync.aligned." text " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"          \
                         : "+" constraint(*(type *)&d[0]), "+" constraint(*(type *)&d[1]),                          \
                           "+" constraint(*(type *)&d[2]), "+" constraint(*(type *)&d[3])                           \
                         : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));                       \
        }                                                                                                           \
    };
#define MMA2(name, text)                                                                                            \
    struct name {                                                                                                   \
        static __device__ void step(uint32_t (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {             \
            asm volatile("mma.sync.aligned." text " {%0,%1}, {%2,%3,%4,%5}, {%6,%7}, {%0,%1};"                      \
                         : "+r"(d[0]), "+r"(d[1])                                                                   \
                         : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));                       \
        }                                                                                                           \
    };

MMA4(MmaF16F32, "m16n8k16.row.col.f32.f16.f16.f32", float, "f")
MMA4(MmaBf16F32, "m16n8k16.row.col.f32.bf16.bf16.f32", float, "f")
MMA4(MmaTf32F32, "m16n8k8.row.col.f32.tf32.tf32.f32", float, "f")
MMA4(MmaE4m3F32, "m16n8k32.row.col.f32.e4m3.e4m3.f32", float, "f")
MMA4(MmaE5m2F32, "m16n8k32.row.col.f32.e5m2.e5m2.f32", float, "f")
MMA4(MmaI8I32, "m16n8k32.row.col.s32.s8.s8.s32", uint32_t, "r")
MMA2(MmaF16F16, "m16n8k16.row.col.f16.f16.f16.f16")
MMA2(MmaE4m3F16, "m16n8k32.row.col.f16.e4m3.e4m3.f16")
MMA2(MmaE5m2F16, "m16n8k32.row.col.f16.e5m2.e5m2.f16")

/* d = a * b + d of a warp group; the trailing immediates differ between types */
#define WGMMA4(name, text, type, constraint, immediates)                                                            \
    struct name {                                                                                                   \
        static __device__ void step(uint32_t (&d)[4], uint64_t a, uint64_t b) {                                     \
            asm volatile("{ .reg .pred p; setp.ne.b32 p, %6, 0;\n"                                                  \
                         "wgmma.mma_async.sync.aligned." text " {%0,%1,%2,%3}, %4, %5, p" immediates "; }"          \
                         : "+" constraint(*(type *)&d[0]), "+" constraint(*(type *)&d[1]),                          \
                           "+" constraint(*(type *)&d[2]), "+" constraint(*(type *)&d[3])                           \
                         : "l"(a), "l"(b), "r"(1));                                                                 \
        }                                                                                                           \
    };
#define WGMMA2(name, text, immediates)                                                                              \
    struct name {                                                                                                   \
        static __device__ void step(uint32_t (&d)[4], uint64_t a, uint64_t b) {                                     \
            asm volatile("{ .reg .pred p; setp.ne.b32 p, %4, 0;\n"                                                  \
                         "wgmma.mma_async.sync.aligned." text " {%0,%1}, %2, %3, p" immediates "; }"                \
                         : "+r"(d[0]), "+r"(d[1])                                                                   \
                         : "l"(a), "l"(b), "r"(1));                                                                 \
        }                                                                                                           \
    };

WGMMA4(WgmmaF16F32, "m64n8k16.f32.f16.f16", float, "f", ", 1, 1, 0, 0")
WGMMA4(WgmmaBf16F32, "m64n8k16.f32.bf16.bf16", float, "f", ", 1, 1, 0, 0")
WGMMA4(WgmmaTf32F32, "m64n8k8.f32.tf32.tf32", float, "f", ", 1, 1")
WGMMA4(WgmmaE4m3F32, "m64n8k32.f32.e4m3.e4m3", float, "f", ", 1, 1")
WGMMA4(WgmmaE5m2F32, "m64n8k32.f32.e5m2.e5m2", float, "f", ", 1, 1")
WGMMA4(WgmmaI8I32, "m64n8k32.s32.s8.s8", uint32_t, "r", "")
WGMMA2(WgmmaF16F16, "m64n8k16.f16.f16.f16", ", 1, 1, 0, 0")
WGMMA2(WgmmaE4m3F16, "m64n8k32.f16.e4m3.e4m3", ", 1, 1")
WGMMA2(WgmmaE5m2F16, "m64n8k32.f16.e5m2.e5m2", ", 1, 1")

/* ---------------------------------------------------------------- kernels */

/*
 * Accumulator of a warp, in both instructions: with g = lane / 4, t = lane % 4, register 0 holds (row g, columns 2t and
 * 2t + 1) as two binary16, or registers 0 and 1 hold them as 32-bit numbers; what follows belongs to row g + 8. Dot i is
 * at row i, column i: lane 4i + i/2, and the lower or upper one of the pair by the parity of i.
 */
__device__ static void load(uint32_t (&d)[4], const uint32_t *c, int lane, bool half) {
    int g = lane / 4;
    int t = lane % 4;
    for (int i = 0; i < 4; i++) d[i] = 0;
    if (g / 2 == t) {
        if (half) d[0] = c[g] << 16 * (g % 2);
        else d[g % 2] = c[g];
    }
}

__device__ static void store(const uint32_t (&d)[4], uint32_t *result, int lane, bool half) {
    int g = lane / 4;
    int t = lane % 4;
    if (g / 2 == t) result[g] = half ? d[0] >> 16 * (g % 2) & 0xffff : d[g % 2];
}

/* a, b: for each tile, steps times DOTS rows of WORDS words; c, d: DOTS codes a tile; one warp a tile */
template <class Instruction>
__global__ void mma(const uint32_t *a, const uint32_t *b, const uint32_t *c, uint32_t *out, int steps, bool half) {
    int lane = threadIdx.x;
    int g = lane / 4;
    int t = lane % 4;
    size_t tile = blockIdx.x;
    uint32_t d[4];
    load(d, c + tile * DOTS, lane, half);
    for (int s = 0; s < steps; s++) {
        const uint32_t *x = a + ((tile * steps + s) * DOTS + g) * WORDS;
        const uint32_t *y = b + ((tile * steps + s) * DOTS + g) * WORDS;
        /* rows g and g + 8 of A, words t and t + 4; rows from 8 on are zero. Column g of B, the same words. */
        uint32_t fa[4] = {x[t], 0, x[t + 4], 0};
        uint32_t fb[2] = {y[t], y[t + 4]};
        Instruction::step(d, fa, fb);
    }
    store(d, out + tile * DOTS, lane, half);
}

/*
 * Shared-memory matrix descriptor without swizzling: 8 rows of 16 bytes are a core matrix of 128 contiguous bytes. The
 * two core matrices of a row group, along k, follow each other (leading offset 128), row groups too (stride 256).
 */
__device__ static uint64_t descriptor(const void *shared) {
    uint64_t address = static_cast<uint64_t>(__cvta_generic_to_shared(shared));
    return (address & 0x3ffff) >> 4 | static_cast<uint64_t>(128 >> 4) << 16 | static_cast<uint64_t>(256 >> 4) << 32;
}

/* one warp group a tile; the dots are in the rows of the first warp */
template <class Instruction>
__global__ void wgmma(const uint32_t *a, const uint32_t *b, const uint32_t *c, uint32_t *out, int steps, bool half) {
    __shared__ alignas(128) uint32_t sa[64 * WORDS];
    __shared__ alignas(128) uint32_t sb[8 * WORDS];
    int thread = threadIdx.x;
    size_t tile = blockIdx.x;
    uint32_t d[4] = {0, 0, 0, 0};
    if (thread < 32) load(d, c + tile * DOTS, thread, half);
    for (int s = 0; s < steps; s++) {
        __syncthreads();
        for (int i = thread; i < 64 * WORDS; i += blockDim.x) sa[i] = 0;
        __syncthreads();
        for (int i = thread; i < DOTS * WORDS; i += blockDim.x) {
            int row = i / WORDS;
            int word = i % WORDS;
            int at = (word / 4) * 32 + row * 4 + word % 4; /* core matrix, row in it, word in the row */
            size_t from = ((tile * steps + s) * DOTS + row) * WORDS + word;
            sa[at] = a[from];
            sb[at] = b[from];
        }
        asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
        __syncthreads();
        asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
        Instruction::step(d, descriptor(sa), descriptor(sb));
        asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
        asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory");
    }
    if (thread < 32) store(d, out + tile * DOTS, thread, half);
}

/* ---------------------------------------------------------------- engines */

typedef void (*Kernel)(const uint32_t *, const uint32_t *, const uint32_t *, uint32_t *, int, bool);

struct Engine {
    const char *name;
    Kernel kernel;
    int threads;
    int bits;     /* of an input code in its container */
    int exponent; /* bits of an input's exponent field, 0 for integers */
    int fraction;
    bool half; /* accumulator */
};

static const Engine ENGINES[] = {
    {"mma.f16.f32", mma<MmaF16F32>, 32, 16, 5, 10, false},
    {"mma.f16.f16", mma<MmaF16F16>, 32, 16, 5, 10, true},
    {"mma.bf16.f32", mma<MmaBf16F32>, 32, 16, 8, 7, false},
    {"mma.tf32.f32", mma<MmaTf32F32>, 32, 32, 8, 23, false},
    {"mma.e4m3.f32", mma<MmaE4m3F32>, 32, 8, 4, 3, false},
    {"mma.e4m3.f16", mma<MmaE4m3F16>, 32, 8, 4, 3, true},
    {"mma.e5m2.f32", mma<MmaE5m2F32>, 32, 8, 5, 2, false},
    {"mma.e5m2.f16", mma<MmaE5m2F16>, 32, 8, 5, 2, true},
    {"mma.i8.i32", mma<MmaI8I32>, 32, 8, 0, 0, false},
    {"wgmma.f16.f32", wgmma<WgmmaF16F32>, 128, 16, 5, 10, false},
    {"wgmma.f16.f16", wgmma<WgmmaF16F16>, 128, 16, 5, 10, true},
    {"wgmma.bf16.f32", wgmma<WgmmaBf16F32>, 128, 16, 8, 7, false},
    {"wgmma.tf32.f32", wgmma<WgmmaTf32F32>, 128, 32, 8, 23, false},
    {"wgmma.e4m3.f32", wgmma<WgmmaE4m3F32>, 128, 8, 4, 3, false},
    {"wgmma.e4m3.f16", wgmma<WgmmaE4m3F16>, 128, 8, 4, 3, true},
    {"wgmma.e5m2.f32", wgmma<WgmmaE5m2F32>, 128, 8, 5, 2, false},
    {"wgmma.e5m2.f16", wgmma<WgmmaE5m2F16>, 128, 8, 5, 2, true},
    {"wgmma.i8.i32", wgmma<WgmmaI8I32>, 128, 8, 0, 0, false},
};

/* ---------------------------------------------------------------- operands */

struct Dot {
    std::vector<uint32_t> a, b;
    uint32_t c;
};

static uint64_t state;

/* splitmix64 */
static uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint32_t below(uint32_t n) { return static_cast<uint32_t>(next() % n); }

/* kinds: 0 any bits, 1 and 2 ordinary numbers, 3 all exponents, 4 few bits */
static uint32_t draw(int kind, int exponent, int fraction) {
    uint32_t top = (1u << exponent) - 1;
    int bias = static_cast<int>(top >> 1);
    if (kind == 0) return static_cast<uint32_t>(next() & ((2ull << (exponent + fraction)) - 1));
    uint32_t m = static_cast<uint32_t>(next()) & ((1u << fraction) - 1);
    if (kind == 4) m &= static_cast<uint32_t>(next()) & static_cast<uint32_t>(next());
    uint32_t e = kind == 3 ? below(top) : static_cast<uint32_t>(bias - 3 + static_cast<int>(below(7)));
    if (e >= top) e = top - 1;
    return below(2) << (exponent + fraction) | e << fraction | m;
}

static Dot random(const Engine &engine, uint64_t i) {
    int perStep = 8 * 4 * WORDS / engine.bits;
    size_t k = static_cast<size_t>(perStep) * (1 + below(2));
    Dot dot;
    int kind = static_cast<int>(i % 5);
    for (size_t j = 0; j < k; j++) {
        bool empty = i % 7 == 6 && below(4);
        dot.a.push_back(engine.exponent == 0 ? static_cast<uint32_t>(next()) & 0xff
                                             : empty ? 0 : draw(kind, engine.exponent, engine.fraction));
        dot.b.push_back(engine.exponent == 0 ? static_cast<uint32_t>(next()) & 0xff
                                             : draw(kind, engine.exponent, engine.fraction));
        if (i % 3 == 1 && j % 2 && engine.exponent) { /* nearly undoes its neighbour */
            dot.a[j] = dot.a[j - 1];
            dot.b[j] = dot.b[j - 1] ^ 1u << (engine.exponent + engine.fraction) ^ below(2);
        }
    }
    dot.c = engine.exponent == 0 ? static_cast<uint32_t>(next())
                                 : i % 4 == 3 ? 0 : engine.half ? draw(kind, 5, 10) : draw(kind, 8, 23);
    return dot;
}

/* the codes in a field of a line: hexadecimal digits between quotes */
static std::vector<uint32_t> codes(const std::string &line, const char *name, int digits) {
    std::string key = std::string("\"") + name + "\":\"";
    size_t at = line.find(key);
    std::vector<uint32_t> found;
    if (at == std::string::npos) return found;
    at += key.size();
    size_t end = line.find('"', at);
    if (end == std::string::npos || (end - at) % static_cast<size_t>(digits)) {
        fprintf(stderr, "tiles: field %s must have %d digits a code: %s\n", name, digits, line.c_str());
        exit(2);
    }
    for (; at < end; at += static_cast<size_t>(digits)) {
        found.push_back(static_cast<uint32_t>(strtoul(line.substr(at, static_cast<size_t>(digits)).c_str(), 0, 16)));
    }
    return found;
}

/* ---------------------------------------------------------------- running */

static void print(const char *name, const std::vector<uint32_t> &values, int digits) {
    printf("\"%s\":\"", name);
    for (uint32_t value : values) printf("%0*x", digits, value);
    printf("\"");
}

/* computes dots of equal length and prints them */
static void run(const Engine &engine, const std::vector<Dot> &dots) {
    size_t k = dots[0].a.size();
    int perWord = 32 / engine.bits;
    size_t perStep = static_cast<size_t>(perWord) * WORDS;
    int steps = static_cast<int>((k + perStep - 1) / perStep);
    size_t tiles = (dots.size() + DOTS - 1) / DOTS;
    size_t words = tiles * static_cast<size_t>(steps) * DOTS * WORDS;
    std::vector<uint32_t> a(words), b(words), c(tiles * DOTS), d(tiles * DOTS);
    for (size_t i = 0; i < dots.size(); i++) {
        for (size_t j = 0; j < k; j++) {
            size_t s = j / perStep;
            size_t word = j % perStep / static_cast<size_t>(perWord);
            size_t at = ((i / DOTS * static_cast<size_t>(steps) + s) * DOTS + i % DOTS) * WORDS + word;
            int shift = static_cast<int>(j % static_cast<size_t>(perWord)) * engine.bits;
            a[at] |= dots[i].a[j] << shift;
            b[at] |= dots[i].b[j] << shift;
        }
        c[i] = dots[i].c;
    }
    uint32_t *da, *db, *dc, *dd;
    CHECK(cudaMalloc(&da, words * 4));
    CHECK(cudaMalloc(&db, words * 4));
    CHECK(cudaMalloc(&dc, c.size() * 4));
    CHECK(cudaMalloc(&dd, d.size() * 4));
    CHECK(cudaMemcpy(da, a.data(), words * 4, cudaMemcpyHostToDevice));
    CHECK(cudaMemcpy(db, b.data(), words * 4, cudaMemcpyHostToDevice));
    CHECK(cudaMemcpy(dc, c.data(), c.size() * 4, cudaMemcpyHostToDevice));
    engine.kernel<<<static_cast<unsigned>(tiles), engine.threads>>>(da, db, dc, dd, steps, engine.half);
    CHECK(cudaGetLastError());
    CHECK(cudaDeviceSynchronize());
    CHECK(cudaMemcpy(d.data(), dd, d.size() * 4, cudaMemcpyDeviceToHost));
    CHECK(cudaFree(da));
    CHECK(cudaFree(db));
    CHECK(cudaFree(dc));
    CHECK(cudaFree(dd));
    int digits = engine.bits / 4;
    int wide = engine.half ? 4 : 8;
    for (size_t i = 0; i < dots.size(); i++) {
        printf("{");
        print("a", dots[i].a, digits);
        printf(",");
        print("b", dots[i].b, digits);
        printf(",\"c\":\"%0*x\",\"d\":\"%0*x\"}\n", wide, dots[i].c, wide, d[i]);
    }
}

/* dots of equal length that follow each other are computed together */
static void add(const Engine &engine, std::vector<Dot> &batch, const Dot &dot) {
    if (!batch.empty() && (batch[0].a.size() != dot.a.size() || batch.size() == 1 << 16)) {
        run(engine, batch);
        batch.clear();
    }
    batch.push_back(dot);
}

int main(int argc, char **argv) {
    const Engine *engine = nullptr;
    for (const Engine &e : ENGINES) {
        if (argc > 1 && !strcmp(argv[1], e.name)) engine = &e;
    }
    bool standardInput = argc == 3 && !strcmp(argv[2], "-");
    if (!engine || !(standardInput || argc == 4)) {
        fprintf(stderr, "usage: tiles ENGINE - | COUNT SEED\nengines:");
        for (const Engine &e : ENGINES) fprintf(stderr, " %s", e.name);
        fprintf(stderr, "\n");
        return 2;
    }
    cudaDeviceProp device;
    int driver = 0;
    CHECK(cudaGetDeviceProperties(&device, 0));
    CHECK(cudaDriverGetVersion(&driver));
    printf("# pack: bitexact 1\n# kind: dot\n# engine: nvidia.hopper.%s\n", engine->name);
    printf("# provenance: executed on %s, compute capability %d.%d, driver API %d; compiled by CUDA %d.%d\n", device.name,
           device.major, device.minor, driver, __CUDACC_VER_MAJOR__, __CUDACC_VER_MINOR__);
    printf("# generator: test-vectors/capture/cuda/tiles");
    for (int i = 1; i < argc; i++) printf(" %s", argv[i]);
    printf("\n");
    if (!standardInput) printf("# seed: %s\n# count: %s\n", argv[3], argv[2]);
    std::vector<Dot> batch;
    if (standardInput) {
        std::string line;
        while (std::getline(std::cin, line)) {
            if (line.empty() || line[0] == '#') continue;
            Dot dot;
            dot.a = codes(line, "a", engine->bits / 4);
            dot.b = codes(line, "b", engine->bits / 4);
            std::vector<uint32_t> c = codes(line, "c", engine->half ? 4 : 8);
            dot.c = c.empty() ? 0 : c[0];
            if (dot.a.size() != dot.b.size() || dot.a.empty()) {
                fprintf(stderr, "tiles: a and b must have as many codes, one at least: %s\n", line.c_str());
                return 2;
            }
            add(*engine, batch, dot);
        }
    } else {
        uint64_t count = strtoull(argv[2], nullptr, 10);
        state = strtoull(argv[3], nullptr, 10);
        std::vector<Dot> byLength[2];
        for (uint64_t i = 0; i < count; i++) {
            Dot dot = random(*engine, i);
            size_t one = static_cast<size_t>(8 * 4 * WORDS / engine->bits);
            add(*engine, byLength[dot.a.size() > one], dot);
        }
        for (const std::vector<Dot> &rest : byLength) {
            if (!rest.empty()) run(*engine, rest);
        }
    }
    if (!batch.empty()) run(*engine, batch);
    return 0;
}
