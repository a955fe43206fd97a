package org.bitexact.array;

import java.util.Objects;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.NanRule;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalResults;
import org.bitexact.internal.array.AdaptiveKernel;
import org.bitexact.internal.array.KernelSelection;
import org.bitexact.internal.array.Kernels;
import org.bitexact.internal.array.Patterns;
import org.bitexact.internal.array.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Converts runs of elements of one format into another, by the fastest way that gives what {@link Converter} gives.
 *
 * <p>Values in {@code float[]} and {@code double[]} are codes of binary32 and binary64, so this is all there is to
 * encoding and decoding.
 *
 * <p><b>Thread safety</b>: safe; what it changes are tables, made twice at worst.
 */
final class BulkConversion {
    private static final int BLOCK = Elements.BLOCK;

    /** How a block is converted. */
    private enum Way {
        /** Binary32 values by an encoding kernel. */
        ENCODE,
        /** Codes into binary32 values by a decoding kernel. */
        DECODE,
        /** Codes into binary32 values and these into codes. */
        DECODE_ENCODE,
        /** Binary64 values into binary32 values and these into codes. */
        NARROW_ENCODE,
        /** Codes into binary32 values and these into binary64 values. */
        DECODE_WIDEN,
        /** Codes of at most 8 bits by a table of all of them. */
        LOOK_UP,
        /** Element by element: the definition. */
        CONVERT
    }

    private final ScalarFormat source;
    private final Codec target;
    private final Converter converter;
    private final boolean fromBinary64; // the codec has a quicker way for these
    private final int randomBits;
    private final long seed;
    private final KernelSelection kernels;
    private final Way way;
    private final @Nullable AdaptiveKernel encoder;
    private final @Nullable AdaptiveKernel decoder;
    private final @Nullable Narrowing narrowing;
    private final @Nullable FlagScan scan;

    /** Tables of the result's element type, by its ordinal, and of flags; made on first use. */
    private final @Nullable Object[] tables = new Object[Elements.Kind.values().length];

    private byte @Nullable [] flagTable;

    /** Encoders, or decoders, by the storage of codes, other than those of elements; made on first use. */
    private final @Nullable AdaptiveKernel[] storing = new @Nullable AdaptiveKernel[Storage.values().length];

    BulkConversion(ScalarFormat source, Codec target, long seed, KernelSelection kernels) {
        this.source = source;
        this.target = target;
        this.seed = seed;
        this.kernels = kernels;
        converter = Converter.of(source, target);
        fromBinary64 = isBinary64(source);
        Policies policies = target.policies();
        randomBits = policies.randomBits();
        narrowing = fromBinary64 ? Narrowing.of(target) : null;
        way = way(source, target, narrowing != null);
        boolean encodes = way == Way.ENCODE || way == Way.DECODE_ENCODE || way == Way.NARROW_ENCODE;
        boolean decodes = way == Way.DECODE || way == Way.DECODE_ENCODE || way == Way.DECODE_WIDEN;
        encoder = encodes ? kernels.encoder(target.format(), policies, seed) : null;
        ScalarFormat held = Elements.standsInPattern(source) ? Formats.BINARY32 : source;
        decoder = decodes ? kernels.decoder(held) : null;
        scan = way == Way.ENCODE ? new FlagScan(target, seed) : null;
    }

    private static Way way(ScalarFormat source, Codec target, boolean narrows) {
        Policies policies = target.policies();
        ScalarFormat to = target.format();
        boolean narrowTarget = to.width() <= 32;
        // nothing is rounded, so that only the rules for infinities, NaNs and subnormal numbers count
        boolean asDecoded = policies.infinity() == InfinityRule.KEEP
                && policies.nan() == NanRule.KEEP
                && policies.subnormalResults() == SubnormalResults.KEEP
                && !policies.flushInputs();
        if (isBinary64(source)) {
            return narrows ? Way.NARROW_ENCODE : Way.CONVERT;
        }
        if (!isExactInBinary32(source)) {
            return Way.CONVERT;
        }
        if (isBinary64(to) && asDecoded) {
            return Way.DECODE_WIDEN;
        }
        if (isBinary32(source)) {
            return narrowTarget ? Way.ENCODE : Way.CONVERT;
        }
        if (isBinary32(to) && asDecoded) {
            return Way.DECODE;
        }
        if (source.width() <= 8 && !policies.rounding().isStochastic()) {
            return Way.LOOK_UP;
        }
        // Decoding makes NaNs quiet and keeps sign and payload, which is what most rules see of a NaN anyway. Subnormal
        // numbers of the source need not be subnormal in binary32.
        boolean seesSignaling = policies.nan() == NanRule.KEEP_SIGNALING
                || policies.nan() == NanRule.TRUNCATE
                || policies.nan() == NanRule.JDK_FOLD;
        boolean hasSignaling = source instanceof FloatFormat f && f.specials() == SpecialValues.IEEE;
        return narrowTarget && !policies.flushInputs() && !(seesSignaling && hasSignaling)
                ? Way.DECODE_ENCODE
                : Way.CONVERT;
    }

    private static boolean isBinary32(ScalarFormat format) {
        return format instanceof FloatFormat f && f.sameEncoding(Formats.BINARY32);
    }

    private static boolean isBinary64(ScalarFormat format) {
        return format instanceof FloatFormat f && f.sameEncoding(Formats.BINARY64);
    }

    /** {@return whether every finite value is exact in binary32} */
    static boolean isExactInBinary32(ScalarFormat format) {
        return Kernels.isExactInBinary32(format);
    }

    /** {@return the family whose kernel encodes values into arrays with a storage at present} */
    String encodingFamily(Storage storage) {
        return way == Way.ENCODE ? encoder(storage).family() : family();
    }

    /** {@return the family whose kernel converts at present, or {@code scalar}} */
    String family() {
        if (encoder != null && decoder != null) {
            return decoder.family() + ", " + encoder.family();
        }
        return encoder != null
                ? encoder.family()
                : decoder != null ? decoder.family() : way == Way.LOOK_UP ? "table" : "scalar";
    }

    /**
     * Converts all elements of a run.
     *
     * @param src codes of the source, or their values
     * @param dst as many codes of the target, or values
     * @param index position of the first element in its stream of random bits
     * @param flags collects the raised flags, or null
     */
    void run(Elements src, Elements dst, long index, @Nullable Flags flags) {
        src.requireCodes(source.codeMask(), source);
        src.protectFrom(dst);
        boolean codes = dst.kind() != Elements.Kind.LONG && src.kind() != Elements.Kind.LONG;
        boolean fast = switch (way) {
            case ENCODE -> codes;
            case DECODE, DECODE_ENCODE -> codes && (flags == null || hasFlagTable());
            case NARROW_ENCODE -> codes && flags == null;
            case DECODE_WIDEN ->
                dst.kind() == Elements.Kind.DOUBLE
                        && src.kind() != Elements.Kind.LONG
                        && (flags == null || hasFlagTable());
            case LOOK_UP -> src.kind() == Elements.Kind.BYTE && codes;
            case CONVERT -> false;
        };
        if (fast && decoder != null) {
            src.takePatterns();
        }
        Storage storage = way == Way.ENCODE ? dst.storage() : src.storage();
        if (!fast) {
            convert(src, dst, index, flags);
        } else if (flags == null
                && storage != null
                && way == Way.ENCODE
                && src.isDirect()
                && src.kind() == Elements.Kind.FLOAT) {
            encoder(storage).apply(src.array(), src.base(), dst.array(), dst.base(), src.size(), index);
        } else if (flags == null
                && storage != null
                && way == Way.DECODE
                && dst.isDirect()
                && dst.kind() == Elements.Kind.FLOAT) {
            decoder(storage).apply(src.array(), src.base(), dst.array(), dst.base(), src.size(), index);
        } else {
            byBlocks(src, dst, index, flags);
        }
    }

    /** The flags of a conversion that takes no random bits depend on the code alone. */
    private boolean hasFlagTable() {
        return source.width() <= 16 && randomBits == 0;
    }

    private void byBlocks(Elements src, Elements dst, long index, @Nullable Flags flags) {
        int size = Math.min(src.size(), BLOCK);
        // values and results that lie in arrays need no scratch memory
        boolean arrays = way == Way.ENCODE && src.kind() == Elements.Kind.FLOAT && dst.kind() != Elements.Kind.FLOAT
                || way == Way.DECODE && dst.kind() == Elements.Kind.FLOAT;
        float[] floats = new float[arrays ? 0 : size];
        Patterns patterns = new Patterns(floats.length);
        for (int k = 0; k < src.size(); k += BLOCK) {
            int m = Math.min(BLOCK, src.size() - k);
            Object from = src.load(k, m);
            Object to = dst.target();
            block(from, src.position(k), to, dst.position(k), m, index + k, floats, patterns, flags);
            dst.store(k, m);
        }
    }

    private void block(
            Object src,
            int from,
            Object dst,
            int to,
            int n,
            long index,
            float[] scratch,
            Patterns patterns,
            @Nullable Flags flags) {
        if (flags != null && scan == null) {
            flags.raise(flagsOf(src, from, n));
        }
        switch (way) {
            case ENCODE -> {
                float[] values = scratch;
                int at = 0;
                if (src instanceof float[] floats) {
                    values = floats;
                    at = from;
                } else {
                    patterns.toFloats((int[]) src, from, scratch, 0, n);
                }
                if (flags != null && scan != null) {
                    flags.raise(scan.scan(values, at, n, index, flags.raised()));
                }
                if (dst instanceof float[] floats) {
                    int[] codes = new int[n];
                    encoder().apply(values, at, codes, 0, n, index);
                    patterns.toFloats(codes, 0, floats, to, n);
                } else {
                    encoder().apply(values, at, dst, to, n, index);
                }
            }
            case DECODE -> {
                if (dst instanceof float[]) {
                    decoder().apply(src, from, dst, to, n, index);
                } else {
                    decoder().apply(src, from, scratch, 0, n, index);
                    patterns.toPatterns(scratch, 0, (int[]) dst, to, n);
                }
            }
            case DECODE_ENCODE -> {
                decoder().apply(src, from, scratch, 0, n, index);
                encoder().apply(scratch, 0, dst, to, n, index);
            }
            case NARROW_ENCODE -> {
                double[] values = (double[]) src;
                Narrowing by = Objects.requireNonNull(narrowing);
                boolean some = by.narrow(values, from, scratch, n);
                encoder().apply(scratch, 0, dst, to, n, index);
                for (int i = 0; some && i < n; i++) {
                    double x = values[from + i];
                    if (by.leavesOut(x)) {
                        Elements.setBits(dst, to + i, convert(Double.doubleToRawLongBits(x), index + i, null));
                    }
                }
            }
            case DECODE_WIDEN -> {
                decoder().apply(src, from, scratch, 0, n, index);
                widen(scratch, (double[]) dst, to, n);
            }
            case LOOK_UP -> lookUp((byte[]) src, from, dst, to, n);
            case CONVERT -> throw new AssertionError(way);
        }
    }

    /** The encoder that stores codes in a way. */
    private AdaptiveKernel encoder(Storage storage) {
        if (storage == Storage.ELEMENTS) {
            return encoder();
        }
        AdaptiveKernel kernel = storing[storage.ordinal()];
        if (kernel == null) {
            kernel = kernels.encoder(target.format(), target.policies(), seed, storage);
            storing[storage.ordinal()] = kernel;
        }
        return kernel;
    }

    /** The decoder of codes that are stored in a way; those in high bits are decoded as elements of another format. */
    private AdaptiveKernel decoder(Storage storage) {
        if (!storage.isDense()) {
            return decoder();
        }
        AdaptiveKernel kernel = storing[storage.ordinal()];
        if (kernel == null) {
            kernel = kernels.denseDecoder(source, storage == Storage.HIGH_FIRST);
            storing[storage.ordinal()] = kernel;
        }
        return kernel;
    }

    private AdaptiveKernel encoder() {
        return Objects.requireNonNull(encoder);
    }

    private AdaptiveKernel decoder() {
        return Objects.requireNonNull(decoder);
    }

    /** Element by element. */
    private void convert(Elements src, Elements dst, long index, @Nullable Flags flags) {
        long[] block = new long[Math.min(src.size(), BLOCK)];
        for (int k = 0; k < src.size(); k += BLOCK) {
            int m = Math.min(BLOCK, src.size() - k);
            src.loadLongs(k, m, block);
            for (int i = 0; i < m; i++) {
                block[i] = convert(block[i], index + k + i, flags);
            }
            dst.storeLongs(k, m, block);
        }
    }

    private long convert(long code, long index, @Nullable Flags flags) {
        long random = randomBits == 0 ? 0 : CounterRandom.bits(seed, index, randomBits);
        if (fromBinary64) {
            double x = Double.longBitsToDouble(code);
            if (!Double.isNaN(x)) {
                return target.encodeLong(x, random, flags);
            }
        }
        return converter.convertLong(code, random, flags);
    }

    /** The casts of the platform are exact here, but need not keep a NaN's payload. */
    private static void widen(float[] src, double[] dst, int to, int n) {
        for (int i = 0; i < n; i++) {
            float x = src[i];
            if (!Float.isNaN(x)) {
                dst[to + i] = x;
            } else {
                long bits = Float.floatToRawIntBits(x);
                long sign = bits & Long.MIN_VALUE;
                dst[to + i] = Double.longBitsToDouble(sign | 0x7ff0_0000_0000_0000L | (bits & 0x7f_ffff) << 29);
            }
        }
    }

    private void lookUp(byte[] src, int from, Object dst, int to, int n) {
        int mask = (int) source.codeMask();
        if (dst instanceof byte[] bytes) {
            byte[] table = (byte[]) table(Elements.Kind.BYTE);
            for (int i = 0; i < n; i++) {
                bytes[to + i] = table[src[from + i] & mask];
            }
        } else if (dst instanceof short[] shorts) {
            short[] table = (short[]) table(Elements.Kind.SHORT);
            for (int i = 0; i < n; i++) {
                shorts[to + i] = table[src[from + i] & mask];
            }
        } else {
            int[] ints = (int[]) dst;
            int[] table = (int[]) table(Elements.Kind.INT);
            for (int i = 0; i < n; i++) {
                ints[to + i] = table[src[from + i] & mask];
            }
        }
    }

    private Object table(Elements.Kind kind) {
        Object table = tables[kind.ordinal()];
        if (table == null) {
            table = kind.make(1 << source.width());
            for (int code = 0; code < 1 << source.width(); code++) {
                Elements.setBits(table, code, convert(code, 0, null));
            }
            tables[kind.ordinal()] = table;
        }
        return table;
    }

    private int flagsOf(Object src, int from, int n) {
        byte[] table = flagTable;
        if (table == null) {
            table = new byte[1 << source.width()];
            for (int code = 0; code < table.length; code++) {
                Flags flags = new Flags();
                convert(code, 0, flags);
                table[code] = (byte) flags.raised();
            }
            flagTable = table;
        }
        int flags = 0;
        for (int i = 0; i < n; i++) {
            flags |= table[(int) Elements.element(src, from + i)];
        }
        return flags;
    }
}
