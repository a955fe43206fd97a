package org.bitexact.engine;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.jspecify.annotations.Nullable;

/**
 * The engines once more, written from their descriptions alone: exact dyadic numbers in {@link BigInteger}s, one short
 * method for each kind of arithmetic, no code and no parameters in common with the engines themselves. The parameters are
 * those of {@link ReferenceTable}.
 *
 * <p>Of the library it uses the layout of formats. It is some hundred times slower, and has no scratch space, tables,
 * or 64-bit adders that could overflow.
 */
final class ReferenceEngine {
    private enum Kind {
        ZERO,
        FINITE,
        INFINITE,
        NAN
    }

    /** An operand: magnitude n * 2^q, and the exponent it has in an alignment. */
    private record Value(Kind kind, boolean negative, BigInteger n, int q, int e, long code) {
        boolean isZero() {
            return kind == Kind.ZERO;
        }

        BigInteger signed() {
            return negative ? n.negate() : n;
        }

        Value withExponent(int exponent) {
            return new Value(kind, negative, n, q, exponent, code);
        }

        /** The exponent of the leading bit. */
        int leading() {
            return q + n.bitLength() - 1;
        }
    }

    private final Map<String, String> row;
    private final Engine engine; // for formats, and block length
    private final @Nullable FloatFormat out;
    private final FloatFormat result;

    private ReferenceEngine(Engine engine, Map<String, String> row) {
        this.engine = engine;
        this.row = row;
        out = engine.formatD() instanceof FloatFormat f ? f : null;
        result = row.containsKey("partial")
                ? (FloatFormat) FormatNames.scalar(row.get("partial")).format()
                : out == null ? Formats.BINARY32 : out;
    }

    /** {@return the reference for a row of the catalogue, by its name} */
    static ReferenceEngine of(Engine engine) {
        return new ReferenceEngine(engine, ReferenceTable.row(engine.name()));
    }

    /** {@return whether its NaN results have known bits} */
    boolean hasKnownNan() {
        return row.containsKey("nan");
    }

    private String text(String key, String otherwise) {
        return row.getOrDefault(key, otherwise);
    }

    private int number(String key, int otherwise) {
        return row.containsKey(key) ? Integer.parseInt(row.get(key)) : otherwise;
    }

    // ------------------------------------------------------------------ dot products

    long dot(DotCase input) {
        if (out == null) {
            return integer(input);
        }
        long acc = widened(input.c());
        if (input.k() == 0) {
            return engine.formatC().equals(out) ? input.c() : acc;
        }
        return switch (text("rule", "")) {
            case "aligned" -> chain(input, acc, number("n", 0), this::aligned);
            case "groups" -> chain(input, acc, 64, this::groups);
            case "lowered" -> lowered(input, acc);
            case "exact" -> chain(input, acc, number("n", 0), (in, at, c) -> sum(in, at, c));
            case "tiles" -> tiles(input, acc);
            case "pairwise" -> chain(input, acc, number("n", 0), this::pairwise);
            case "cdna3" -> chain(input, acc, number("n", 0), this::cdna3);
            case "cdna3-fp8" -> chain(input, acc, 16, this::cdna3Fp8);
            case "gaudi1" -> gaudi1(input, acc);
            case "gaudi2" -> chain(input, acc, number("n", 0), this::gaudi2);
            case "fma-swapped" -> chain(input, acc, 2, (in, at, c) -> sum(in, at[0], sum(in, at[1], c)));
            case "halves" -> chain(input, acc, 32, this::halves);
            case "bfdot" -> chain(input, acc, 2, this::bfdot);
            case "bfdot-ebf" -> chain(input, acc, 2, this::bfdotExtended);
            default -> throw new IllegalStateException("no such rule: " + row);
        };
    }

    /** One step: the positions of its elements, -1 for those that lie beyond k, and the addend. */
    private interface Step {
        long result(DotCase input, int[] at, long c);
    }

    private static long chain(DotCase input, long c, int n, Step step) {
        long acc = c;
        for (int from = 0; from < input.k(); from += n) {
            int[] at = new int[n];
            for (int i = 0; i < n; i++) {
                at[i] = from + i < input.k() ? from + i : -1;
            }
            acc = step.result(input, at, acc);
        }
        return acc;
    }

    private long widened(long c) {
        FloatFormat from = (FloatFormat) engine.formatC();
        if (from.equals(result)) {
            return c;
        }
        Value x = read(from, c);
        return switch (x.kind()) {
            case NAN -> nan();
            case INFINITE -> infinity(x.negative());
            case ZERO -> x.negative() ? result.signMask() : 0;
            case FINITE -> round(x.signed(), x.q(), "rne", result.trailingBits(), "keep");
        };
    }

    // ------------------------------------------------------------------ operands

    private static Value read(FloatFormat f, long code) {
        boolean negative = (code & f.signMask()) != 0;
        if (f.isNan(code)) {
            return new Value(Kind.NAN, negative, BigInteger.ZERO, 0, 0, code);
        }
        if (f.isInfinite(code)) {
            return new Value(Kind.INFINITE, negative, BigInteger.ZERO, 0, 0, code);
        }
        long magnitude = code & ~f.signMask();
        long field = magnitude >>> f.trailingBits();
        long fraction = magnitude & ((1L << f.trailingBits()) - 1);
        boolean subnormal = field == 0 && f.hasSubnormals();
        int e = (int) (subnormal ? 1 : field) - f.bias();
        BigInteger n = BigInteger.valueOf(subnormal ? fraction : fraction | 1L << f.trailingBits());
        Kind kind = n.signum() == 0 ? Kind.ZERO : Kind.FINITE;
        return new Value(kind, negative, n, e - f.trailingBits(), e, code);
    }

    /** An element of a vector as the multiplier sees it; +0 where there is none. */
    private Value operand(boolean first, DotCase input, int at) {
        FloatFormat f = (FloatFormat) (first ? engine.formatA() : engine.formatB());
        long code = at < 0 ? 0 : (first ? input.a() : input.b())[at];
        Value x = read(f, conditioned(code));
        x = flushed(f, x, text("daz", "keep"));
        if (x.kind() == Kind.FINITE && row.containsKey("least")) {
            x = x.withExponent(Math.max(x.leading(), number("least", 0)));
        }
        return x;
    }

    private long conditioned(long code) {
        switch (text("operands", "as-they-are")) {
            case "tf32-cut":
                return code / 0x2000 * 0x2000;
            case "tf32-rne":
                return nearest(code, 0x2000);
            case "bf16-rne":
                return nearest(code, 0x10000);
            default:
                return code;
        }
    }

    /** A binary32 code rounded to a multiple of a power of two, ties to the even one; NaNs stay NaNs. */
    private static long nearest(long code, long unit) {
        long magnitude = code & 0x7fff_ffffL;
        if (magnitude > 0x7f80_0000L) {
            return code;
        }
        long low = magnitude / unit * unit;
        long twice = 2 * (magnitude - low);
        boolean up = twice > unit || twice == unit && low / unit % 2 == 1;
        return (code & 0x8000_0000L) + low + (up ? unit : 0);
    }

    private static Value flushed(FloatFormat f, Value x, String daz) {
        boolean subnormal = x.kind() == Kind.FINITE && x.leading() < f.emin();
        if (!subnormal || daz.equals("keep")) {
            return x;
        }
        boolean negative = x.negative() && !daz.equals("plus");
        return new Value(Kind.ZERO, negative, BigInteger.ZERO, x.q(), x.e(), negative ? f.signMask() : 0);
    }

    private Value addend(long code) {
        return flushed(result, read(result, code), text("cdaz", text("daz", "keep")));
    }

    /** The exact product, with the sum of the exponents; infinities and NaNs as usual. */
    private static Value times(Value x, Value y) {
        boolean negative = x.negative() != y.negative();
        Kind kind;
        if (x.kind() == Kind.NAN || y.kind() == Kind.NAN) {
            kind = Kind.NAN;
        } else if (x.kind() == Kind.INFINITE || y.kind() == Kind.INFINITE) {
            kind = x.isZero() || y.isZero() ? Kind.NAN : Kind.INFINITE;
        } else {
            kind = x.isZero() || y.isZero() ? Kind.ZERO : Kind.FINITE;
        }
        return new Value(kind, negative, x.n().multiply(y.n()), x.q() + y.q(), x.e() + y.e(), 0);
    }

    private Value product(DotCase input, int at) {
        Value p = times(operand(true, input, at), operand(false, input, at));
        if (engine.scaling().isEmpty() || at < 0) {
            return p;
        }
        Value sx = scale(true, input, at);
        Value sy = scale(false, input, at);
        return times(times(p, sx), sy);
    }

    private Value scale(boolean first, DotCase input, int at) {
        FloatFormat f = engine.scaling().orElseThrow().format();
        long[] scales = first ? input.scaleA() : input.scaleB();
        int block = number("block", 0);
        return read(f, scales[at / block] & ~(f.width() < 8 ? 0x80L : 0));
    }

    // ------------------------------------------------------------------ special values

    /** Whether a sum has a NaN or infinities of both signs, or an infinity, or neither; and its zeros. */
    private static final class Specials {
        private boolean nan;
        private boolean plus;
        private boolean minus;
        private boolean onlyNegativeZeros = true;

        Specials add(Value x) {
            nan |= x.kind() == Kind.NAN;
            plus |= x.kind() == Kind.INFINITE && !x.negative();
            minus |= x.kind() == Kind.INFINITE && x.negative();
            onlyNegativeZeros &= x.isZero() && x.negative();
            return this;
        }

        Specials addAll(List<Value> values) {
            values.forEach(this::add);
            return this;
        }

        boolean isSpecial() {
            return nan || plus || minus;
        }
    }

    private long special(Specials s) {
        return s.nan || s.plus && s.minus ? nan() : infinity(s.minus);
    }

    private long nan() {
        return row.containsKey("nan") ? Long.parseLong(row.get("nan"), 16) : result.nanCode();
    }

    private long infinity(boolean negative) {
        return result.infinityCode() | (negative ? result.signMask() : 0);
    }

    private long zero(boolean negative) {
        return negative ? result.signMask() : 0;
    }

    // ------------------------------------------------------------------ cutting and rounding

    /** n * 2^q as a multiple of 2^unit, cut toward zero or toward minus infinity. */
    private static BigInteger cut(BigInteger n, int q, int unit, boolean down) {
        if (q >= unit) {
            return n.shiftLeft(q - unit);
        }
        return down || n.signum() >= 0
                ? n.shiftRight(unit - q)
                : n.negate().shiftRight(unit - q).negate();
    }

    private static BigInteger cut(Value x, int unit) {
        return cut(x.signed(), x.q(), unit, false);
    }

    /** A magnitude rounded to a multiple of 2^unit. */
    private static BigInteger rounded(BigInteger n, int q, int unit, String mode) {
        if (q >= unit) {
            return n.shiftLeft(q - unit);
        }
        int shift = unit - q;
        BigInteger low = n.shiftRight(shift);
        BigInteger rest = n.subtract(low.shiftLeft(shift));
        int half = rest.shiftLeft(1).compareTo(BigInteger.ONE.shiftLeft(shift));
        boolean up = switch (mode) {
            case "rz" -> false;
            case "rne" -> half > 0 || half == 0 && low.testBit(0);
            case "ro" -> rest.signum() != 0 && !low.testBit(0);
            default -> throw new IllegalStateException(mode);
        };
        return up ? low.add(BigInteger.ONE) : low;
    }

    /**
     * The code of n * 2^q, not zero, rounded to m bits of fraction. Overflow gives infinity.
     *
     * @param ftz keep; after: flushed if tiny after rounding with unbounded exponent; before: if tiny before it;
     *     subnormal: if the rounded number is subnormal
     */
    private long round(BigInteger n, int q, String mode, int m, String ftz) {
        FloatFormat f = result;
        boolean negative = n.signum() < 0;
        BigInteger magnitude = n.abs();
        int e = q + magnitude.bitLength() - 1;
        boolean flush = ftz.equals("before") && e < f.emin();
        if (ftz.equals("after")) {
            BigInteger unbounded = rounded(magnitude, q, e - m, mode);
            flush = e - m + unbounded.bitLength() - 1 < f.emin();
        }
        int unit = Math.max(e, f.emin()) - m;
        BigInteger r = rounded(magnitude, q, unit, mode);
        int top = unit + r.bitLength() - 1;
        flush |= ftz.equals("subnormal") && r.signum() != 0 && top < f.emin();
        if (flush || r.signum() == 0) {
            return zero(negative && !text("zero", "ieee").equals("plus"));
        }
        if (top > f.emax()) {
            return infinity(negative);
        }
        // in units of the last place of the format: significand, of which normal numbers leave the leading bit away
        int last = Math.max(top, f.emin()) - f.trailingBits();
        long significand = r.shiftLeft(unit - last >= 0 ? unit - last : 0)
                .shiftRight(unit - last >= 0 ? 0 : last - unit)
                .longValueExact();
        long field = top < f.emin() ? 0 : top + f.bias();
        long code = field << f.trailingBits() | significand & ((1L << f.trailingBits()) - 1);
        return code | (negative ? f.signMask() : 0);
    }

    private long round(BigInteger n, int q) {
        return round(n, q, text("out", "rne"), number("m", result.trailingBits()), text("ftz", "keep"));
    }

    // ------------------------------------------------------------------ aligned sums

    /** Facts, section 2: alignment to Emax, cut toward zero, exact sum, one rounding; zeros are +0. */
    private long aligned(DotCase input, int[] at, long c) {
        List<Value> products = new ArrayList<>();
        for (int i : at) {
            products.add(product(input, i));
        }
        Value z = addend(c);
        Specials specials = new Specials().addAll(products).add(z);
        if (specials.isSpecial()) {
            return special(specials);
        }
        List<Value> terms = new ArrayList<>();
        for (int i = 0; i < products.size(); i++) {
            terms.addAll(slices(products.get(i), input, at[i]));
        }
        terms.add(z);
        return round(terms);
    }

    private long round(List<Value> terms) {
        int max = maximum(terms);
        int unit = max - number("F", 0);
        BigInteger total = BigInteger.ZERO;
        for (Value x : terms) {
            total = total.add(cut(x, unit));
        }
        return total.signum() == 0 ? 0 : round(total, unit);
    }

    private int maximum(List<Value> terms) {
        int max = number("floor", -100_000);
        for (Value x : terms) {
            max = x.isZero() ? max : Math.max(max, x.e());
        }
        return max;
    }

    /** A product as the terms that the multiplier makes of it, all with the exponent of the whole. */
    private List<Value> slices(Value p, DotCase input, int at) {
        String how = text("slices", "whole");
        if (how.equals("whole") || p.isZero()) {
            return List.of(p);
        }
        List<Value> terms = new ArrayList<>();
        List<Value> xs = slices(operand(true, input, at), how);
        List<Value> ys = slices(operand(false, input, at), how);
        for (int i = 0; i < xs.size(); i++) {
            for (int j = 0; j < ys.size(); j++) {
                // of 8-bit slices, lowest first, the product of the lowest two is not built
                if (!how.equals("bytes") || i + j > 0) {
                    terms.add(times(xs.get(i), ys.get(j)).withExponent(p.e()));
                }
            }
        }
        return terms;
    }

    /** Slices of a significand, cut at bits below that of weight 2^E, lowest first. */
    private static List<Value> slices(Value x, String how) {
        int[] cuts = switch (how) {
            case "leading3" -> new int[] {x.e() - 2};
            case "twelves" -> new int[] {x.e() - 11};
            case "bytes" -> new int[] {x.e() - 15, x.e() - 7};
            default -> throw new IllegalStateException(how);
        };
        List<Value> slices = new ArrayList<>();
        BigInteger rest = x.n();
        for (int i = cuts.length - 1; i >= 0; i--) {
            int below = Math.max(0, cuts[i] - x.q());
            BigInteger high = rest.shiftRight(below).shiftLeft(below);
            slices.add(0, part(x, high));
            rest = rest.subtract(high);
        }
        slices.add(0, part(x, rest));
        return slices;
    }

    private static Value part(Value x, BigInteger n) {
        return new Value(n.signum() == 0 ? Kind.ZERO : Kind.FINITE, x.negative(), n, x.q(), x.e(), 0);
    }

    /** Facts, section 3.3: four exact sums of 16 products, times scales, with the exponents of the scales alone. */
    private long groups(DotCase input, int[] at, long c) {
        List<Value> terms = new ArrayList<>();
        Specials specials = new Specials();
        for (int g = 0; g < 64 && at[g] >= 0; g += 16) {
            BigInteger sum = BigInteger.ZERO;
            for (int i = g; i < g + 16 && at[i] >= 0; i++) {
                Value p = times(operand(true, input, at[i]), operand(false, input, at[i]));
                sum = sum.add(p.signed().shiftLeft(p.q() + 2)); // in units of 2^-2
            }
            Value sx = scale(true, input, at[g]);
            Value sy = scale(false, input, at[g]);
            Value scales = times(sx, sy);
            specials.add(scales);
            BigInteger n = sum.abs().multiply(scales.n());
            Kind kind = n.signum() == 0 ? Kind.ZERO : Kind.FINITE;
            terms.add(new Value(kind, sum.signum() < 0, n, scales.q() - 2, scales.e(), 0));
        }
        Value z = addend(c);
        specials.add(z);
        terms.add(z);
        return specials.isSpecial() ? special(specials) : round(terms);
    }

    /** Facts, section 3.2: two steps of binary16, k mod 4 in {0, 1} and {2, 3}, from +0; then an addition of C. */
    private long lowered(DotCase input, long c) {
        long acc = c;
        for (int from = 0; from < input.k(); from += 32) {
            long t = 0;
            for (int pass = 0; pass < 2; pass++) {
                int[] at = new int[16];
                for (int i = 0; i < 16; i++) {
                    int k = from + i / 2 * 4 + 2 * pass + i % 2;
                    at[i] = k < input.k() ? k : -1;
                }
                t = aligned(input, at, t);
            }
            acc = sum(acc, t);
        }
        return acc;
    }

    // ------------------------------------------------------------------ exact sums

    /** The sum of exact values, rounded once. */
    private long exactly(List<Value> values, String mode, String ftz) {
        Specials specials = new Specials().addAll(values);
        if (specials.isSpecial()) {
            return special(specials);
        }
        int unit = values.stream().mapToInt(Value::q).min().orElse(0);
        BigInteger total = BigInteger.ZERO;
        for (Value x : values) {
            total = total.add(x.signed().shiftLeft(x.q() - unit));
        }
        if (total.signum() == 0) {
            return zero(specials.onlyNegativeZeros && text("zero", "ieee").equals("ieee"));
        }
        return round(total, unit, mode, result.trailingBits(), ftz);
    }

    /** Products and an addend in one rounding. */
    private long sum(DotCase input, int[] at, long c) {
        List<Value> values = new ArrayList<>();
        for (int i : at) {
            values.add(product(input, i));
        }
        values.add(addend(c));
        return exactly(values, text("out", "rne"), text("ftz", "keep"));
    }

    /** A fused multiply-add of the x86 kind, which passes NaNs on, or of any other. */
    private long sum(DotCase input, int at, long c) {
        if (text("nan", "").isEmpty() || !row.get("nan").equals("x86")) {
            return sum(input, new int[] {at}, c);
        }
        Value x = operand(true, input, at);
        Value y = operand(false, input, at);
        Value z = addend(c);
        if (x.kind() == Kind.NAN || y.kind() == Kind.NAN) {
            FloatFormat f = (FloatFormat) (x.kind() == Kind.NAN ? engine.formatA() : engine.formatB());
            long nan = x.kind() == Kind.NAN ? x.code() : y.code();
            long sign = (nan & f.signMask()) != 0 ? 0x8000_0000L : 0;
            return sign | 0x7fc0_0000L | (nan & f.trailingMask()) << (23 - f.trailingBits());
        }
        if (z.kind() == Kind.NAN) {
            return z.code() | 0x0040_0000L;
        }
        Specials specials = new Specials().add(times(x, y)).add(z);
        if (specials.nan || specials.plus && specials.minus) {
            return 0xffc0_0000L;
        }
        return exactly(List.of(times(x, y), z), "rne", "after");
    }

    /** An addition of two results; the first NaN wins where NaNs are passed on. */
    private long sum(long x, long y) {
        Value vx = flushed(result, read(result, x), text("join-daz", text("daz", "keep")));
        Value vy = flushed(result, read(result, y), text("join-daz", text("daz", "keep")));
        Specials specials = new Specials().add(vx).add(vy);
        if (text("nan", "").equals("x86") && (specials.nan || specials.plus && specials.minus)) {
            return vx.kind() == Kind.NAN ? x | 0x0040_0000L : vy.kind() == Kind.NAN ? y | 0x0040_0000L : 0xffc0_0000L;
        }
        return exactly(List.of(vx, vy), text("join", "rne"), text("join-ftz", text("ftz", "keep")));
    }

    /**
     * Facts, section 8: a chain over the rows of an array from +0, each tile then added to the sum. Where the array takes
     * several elements at a time, they lie some rows apart.
     */
    private long tiles(DotCase input, long c) {
        int rows = number("tile", 0);
        int n = number("n", 1);
        long acc = c;
        for (int from = 0; from < input.k(); from += rows * n) {
            long t = 0;
            int used = n == 1 ? Math.min(rows, input.k() - from) : rows; // rows without elements add +0
            for (int r = 0; r < used; r++) {
                int[] at = new int[n];
                for (int i = 0; i < n; i++) {
                    at[i] = from + r + i * rows < input.k() ? from + r + i * rows : -1;
                }
                t = engine.scaling().isPresent() ? aligned(input, at, t) : sum(input, at, t);
            }
            acc = sum(acc, t);
            if (!result.equals(out)) {
                acc = throughNarrow(acc);
            }
        }
        return result.equals(out) ? acc : narrow(acc);
    }

    /** A sum that is kept in a narrower format: the exact value of what that holds. */
    private long throughNarrow(long code) {
        return narrow(code) << 16;
    }

    /** BF16 of binary32, to nearest. */
    private static long narrow(long code) {
        return nearest(code, 0x10000) >>> 16;
    }

    /** Facts, section 4, CDNA2: each product and each sum is rounded and flushed. */
    private long pairwise(DotCase input, int[] at, long c) {
        List<Long> sums = new ArrayList<>();
        for (int i : at) {
            sums.add(exactly(List.of(product(input, i)), "rne", "subnormal"));
        }
        while (sums.size() > 1) {
            List<Long> next = new ArrayList<>();
            for (int i = 0; i < sums.size(); i += 2) {
                next.add(sum(sums.get(i), sums.get(i + 1)));
            }
            sums = next;
        }
        return sum(c, sums.get(0));
    }

    // ------------------------------------------------------------------ CDNA3

    private List<Value> limited(DotCase input, int[] at) {
        List<Value> products = new ArrayList<>();
        for (int i : at) {
            Value p = product(input, i);
            boolean large = p.kind() == Kind.FINITE && p.leading() >= 128;
            products.add(large ? new Value(Kind.INFINITE, p.negative(), p.n(), p.q(), p.e(), 0) : p);
        }
        return products;
    }

    private long cdna3(DotCase input, int[] at, long c) {
        List<Value> products = limited(input, at);
        Value z = addend(c);
        Specials specials = new Specials().addAll(products).add(z);
        if (specials.isSpecial()) {
            return special(specials);
        }
        int max = maximum(products);
        BigInteger s = BigInteger.ZERO;
        for (Value p : products) {
            s = s.add(cut(p, max - 24));
        }
        return cdna3(s, max, z, Integer.MAX_VALUE);
    }

    /** The sum of the products, in units of 2^(max - 24), and the addend, each floored; one rounding. */
    private long cdna3(BigInteger s, int max, Value z, int reach) {
        int ez = z.isZero() ? -126 : z.e();
        int mx = Math.max(max, ez);
        BigInteger total = cut(s, max - 24, mx - 31, true);
        if (!z.isZero() && (long) ez >= (long) mx - reach) {
            total = total.add(cut(z.signed(), z.q(), mx - 24, true).shiftLeft(7));
        }
        // zeros are +0, but a sum that only rounds to zero keeps its sign
        return total.signum() == 0 ? 0 : round(total, mx - 31);
    }

    private long cdna3Fp8(DotCase input, int[] at, long c) {
        List<Value> products = limited(input, at);
        Value z = addend(c);
        Specials specials = new Specials().addAll(products).add(z);
        if (specials.isSpecial()) {
            return special(specials);
        }
        List<Value> even = new ArrayList<>();
        List<Value> odd = new ArrayList<>();
        for (int i = 0; i < products.size(); i++) {
            (i % 2 == 0 ? even : odd).add(products.get(i));
        }
        int max = Math.max(maximum(even), maximum(odd));
        BigInteger s = BigInteger.ZERO;
        for (List<Value> half : List.of(even, odd)) {
            int own = maximum(half);
            BigInteger sum = BigInteger.ZERO;
            for (Value p : half) {
                sum = sum.add(p.isZero() ? BigInteger.ZERO : cut(p, own - 24));
            }
            s = s.add(sum.signum() == 0 ? sum : cut(sum, own - 24, max - 24, true));
        }
        return cdna3(s, max, z, 25);
    }

    // ------------------------------------------------------------------ Gaudi

    private long gaudi1(DotCase input, long c) {
        long[] t = new long[4];
        int k = input.k();
        for (int i = 0; i < k; i++) {
            t[i % 4] = sum(input, new int[] {i}, t[i % 4]);
        }
        long pair = sum(t[k % 4], t[(k + 1) % 4]);
        return sum(c, sum(pair, sum(t[(k + 2) % 4], t[(k + 3) % 4])));
    }

    private long gaudi2(DotCase input, int[] at, long c) {
        List<Value> products = new ArrayList<>();
        for (int i : at) {
            products.add(product(input, i));
        }
        Value z = addend(c);
        Specials specials = new Specials().addAll(products).add(z);
        if (specials.isSpecial()) {
            return special(specials);
        }
        List<Value> terms = new ArrayList<>();
        for (int i = 0; i < at.length; i++) {
            Value p = products.get(i);
            if (text("product", "").equals("normalised") && !p.isZero()) {
                p = p.withExponent(p.leading());
            }
            terms.addAll(slices(p, input, at[i]));
        }
        int unit = maximum(terms) - number("F", 0);
        BigInteger s = BigInteger.ZERO;
        for (Value x : terms) {
            s = s.add(x.isZero() ? BigInteger.ZERO : cut(x, unit));
        }
        int least = z.isZero() ? unit : s.signum() == 0 ? z.q() : Math.min(unit, z.q());
        BigInteger total = z.isZero() ? BigInteger.ZERO : z.signed().shiftLeft(z.q() - least);
        total = s.signum() == 0 ? total : total.add(s.shiftLeft(unit - least));
        return total.signum() == 0 ? zero(specials.onlyNegativeZeros) : round(total, least);
    }

    // ------------------------------------------------------------------ processors

    /** Facts, section 6, TDPBF16PS: chains of even and odd k from +0, their sum, and C + sum. */
    private long halves(DotCase input, int[] at, long c) {
        long even = 0;
        long odd = 0;
        for (int i = 0; i < at.length && at[i] >= 0; i += 2) {
            even = sum(input, at[i], even);
            odd = sum(input, at[i + 1], odd);
        }
        return sum(sum(even, odd), c); // a product's NaN wins over that of C
    }

    private long bfdot(DotCase input, int[] at, long c) {
        long p0 = exactly(List.of(product(input, at[0])), "ro", "before");
        long p1 = exactly(List.of(product(input, at[1])), "ro", "before");
        return sum(c, sum(p0, p1));
    }

    private long bfdotExtended(DotCase input, int[] at, long c) {
        return sum(c, exactly(List.of(product(input, at[0]), product(input, at[1])), "rne", "keep"));
    }

    // ------------------------------------------------------------------ integers

    private long integer(DotCase input) {
        IntFormat d = (IntFormat) engine.formatD();
        BigInteger range = BigInteger.ONE.shiftLeft(32);
        BigInteger acc = integer(d, input.c());
        int step = number("step", 0);
        for (int from = 0; from < input.k(); from += step) {
            for (int i = from; i < Math.min(input.k(), from + step); i++) {
                acc = acc.add(pair(input.a()[i], input.b()[i]));
            }
            BigInteger least = range.shiftRight(1).negate();
            BigInteger most = range.shiftRight(1).subtract(BigInteger.ONE);
            if (text("overflow", "wrap").equals("saturate")) {
                acc = acc.max(least).min(most);
            } else {
                acc = acc.subtract(least).mod(range).add(least);
            }
        }
        return acc.mod(range).longValueExact();
    }

    private BigInteger pair(long x, long y) {
        return switch (text("rule", "")) {
            case "product" ->
                integer((IntFormat) engine.formatA(), x).multiply(integer((IntFormat) engine.formatB(), y));
            case "xor" -> x == y ? BigInteger.ZERO : BigInteger.ONE;
            case "and" -> x == 1 && y == 1 ? BigInteger.ONE : BigInteger.ZERO;
            default -> throw new IllegalStateException("no such rule: " + row);
        };
    }

    private static BigInteger integer(IntFormat f, long code) {
        boolean negative = f.encoding() == IntFormat.Encoding.TWOS_COMPLEMENT && code >= 1L << (f.width() - 1);
        return BigInteger.valueOf(negative ? code - (1L << f.width()) : code);
    }

    @Override
    public String toString() {
        return new HashMap<>(row).toString();
    }
}
