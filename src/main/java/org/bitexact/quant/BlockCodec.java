package org.bitexact.quant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.bitexact.array.ArrayCodec;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScaleRule;
import org.bitexact.format.SourcePath;
import org.bitexact.internal.arith.OddRounding;
import org.bitexact.internal.array.AdaptiveKernel;
import org.bitexact.internal.array.BlockStep;
import org.bitexact.internal.array.BlockStep.Operands;
import org.bitexact.internal.array.KernelSelection;
import org.bitexact.internal.array.LimitEncoding;
import org.bitexact.internal.array.MxEncoding;
import org.bitexact.internal.array.MxEncoding.Coded;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into codes of a block format and back: consecutive values form blocks that share a scale.
 *
 * <pre>
 * values    x[0] ... x[k-1]   x[k] ... x[2k-1]   ...      k: block length; the last block may be shorter
 * codes     c[0] ... c[k-1]   c[k] ... c[2k-1]   ...      one byte each
 * scales    s[0]              s[1]               ...      {@link #scaleBytes()} bytes each, little-endian
 *
 * value of c[i] = element(c[i]) * scale(s[i / k]) * tensor scale
 * </pre>
 *
 * <p><b>Rounding</b>: the element codec's policies round {@code x / (scale * tensor scale)}, which is exact unless {@link
 * BlockArithmetic} says otherwise. Elements beyond the largest number saturate unless the policies say otherwise.
 *
 * <p><b>Scale</b>: chosen by a {@link ScaleRule} from the largest magnitude of the block; without any nonzero value it is
 * the smallest one. Scales that the rule puts outside the scale format's range take the nearest end of it.
 *
 * <p><b>Infinity and NaN</b>: {@link BlockSpecials}. A NaN scale decodes to canonical NaNs.
 *
 * <p><b>Decoding</b> multiplies exactly and rounds once to binary32, ties to even. NaNs are canonical.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * <p>Sources: OCP Microscaling Formats (MX) 1.0, 6.3; NVIDIA TransformerEngine, NVFP4 recipe; torchao, MX and NVFP4
 * prototypes; microxcaling.
 *
 * @since 0.1
 */
public final class BlockCodec {
    /** Values encoded at a time. */
    private static final int CHUNK = 1 << 12;
    /** Fewer values of a few bits are looked up, whatever kernels there are. */
    private static final int LONG = 1 << 14;
    /** Fewer values are worth no tables. */
    private static final int SHORT = 128;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final BlockFormat format;
    private final Codec elements;
    private final Codec scales;
    private final ScaleRule rule;
    private final BlockArithmetic arithmetic;
    private final BlockSpecials specials;
    private final BlockScale scale;
    private final int scaleBytes;
    private final ArrayCodec arrays;
    private final Quick quick;
    private final AdaptiveKernel largest;
    private final @Nullable AdaptiveKernel whole; // encodes scales and elements
    private final @Nullable AdaptiveKernel elementStep; // what comes before encoding, or instead of it
    private final double[] scaleValues; // by code, for scales of at most 8 bits
    private final @Nullable AdaptiveKernel product; // of decoding, where it is one in binary32
    private @Nullable Tables encoding;
    private @Nullable Tables decoding;
    private @Nullable Tables lookedUp; // products of scales and elements

    /**
     * How elements are computed in bulk, so that they are what {@link #quotient} and the element codec give.
     *
     * <p><b>Proof.</b> Codes to nearest are decided by comparing the exact quotient with numbers m of at most 9 bits, the
     * midpoints between elements, the smallest of which is 2^-17 or more.
     *
     * <ul>
     *   <li>{@code CLASSIFY}: x / y &gt; m where x &gt; m y, a product of at most 3 + 40 bits, exact in binary64; it is enough to
     *       compare x with the largest binary32 number that is not above it.
     *   <li>{@code POWER_OF_TWO}: x * 2^-e is exact in binary32 unless it is below 2^-126, far below all m, where it stays
     *       below 2^-125 with its sign. It does not overflow: the scale rules leave quotients below 2^17.
     *   <li>{@code EXACT}: the products with the reciprocal of the scale, lowered and raised by 2^-21 of itself, enclose the
     *       quotient, since their three roundings are 2^-24 each; where both have the same code, so has the quotient. Where they
     *       have not, it is computed in binary64: let x / y differ from m, y of at most 16 + 24 bits. Then x - m y is not 0,
     *       and 2^-24 x or 2^-49 m y at least, so that x / y and m differ by more than half an ulp of binary64: the nearest
     *       binary64 number lies on the same side of m, and equals m where x / y does. Products below 2^-126 have the code of
     *       zero, as the quotient has.
     *   <li>The others are defined as operations in binary32.
     * </ul>
     */
    private enum Quick {
        /** One by one. */
        NONE,
        /** Elements of 4 bits, by comparing values with multiples of the scale. */
        CLASSIFY,
        /** Elements are products with a power of two. */
        POWER_OF_TWO,
        /** Elements are quotients. */
        EXACT,
        /** Elements are products in binary32. */
        TRANSFORMER_ENGINE,
        /** Elements are quotients in binary32. */
        TORCHAO
    }

    private BlockCodec(
            BlockFormat format, Policies policies, ScaleRule rule, BlockArithmetic arithmetic, BlockSpecials specials) {
        this.format = Objects.requireNonNull(format, "format");
        this.rule = Objects.requireNonNull(rule, "rule");
        this.arithmetic = Objects.requireNonNull(arithmetic, "arithmetic");
        this.specials = Objects.requireNonNull(specials, "specials");
        if (format.element().width() > 8) {
            throw new IllegalArgumentException("element of " + format + " must have at most 8 bits: " + format.element()
                    + " has " + format.element().width());
        }
        FloatFormat s = format.scale();
        if (s.width() > 32 || s.precision() > (format.tensorScale() ? 16 : 24)) {
            throw new IllegalArgumentException("scale of " + format + " must have a precision of at most "
                    + (format.tensorScale() ? "16 beside a tensor scale" : "24") + ": " + s + " has " + s.precision());
        }
        if (specials == BlockSpecials.NAN_SCALE && !s.hasNan()) {
            throw new IllegalArgumentException(
                    "specials nan-scale needs a scale format with NaN, " + s + " has none; use elements");
        }
        elements = Codec.of(format.element(), policies);
        scales = Codec.of(s);
        scale = new BlockScale(format, rule, arithmetic);
        scaleBytes = s.containerBits() / 8;
        arrays = ArrayCodec.of(elements);
        quick = quick();
        KernelSelection kernels = KernelSelection.current();
        int length = format.blockLength();
        largest = kernels.block(new BlockStep(BlockStep.Operation.LARGEST, length));
        elementStep = switch (quick) {
            case NONE -> null;
            case CLASSIFY -> kernels.block(new BlockStep(BlockStep.Operation.CLASSIFY, length));
            case TORCHAO -> kernels.block(new BlockStep(BlockStep.Operation.DIVIDE, length));
            default -> kernels.block(new BlockStep(BlockStep.Operation.MULTIPLY, length));
        };
        whole = switch (quick) {
            case POWER_OF_TWO ->
                format.element() instanceof FloatFormat f ? kernels.mx(new MxEncoding(f, policies, length)) : null;
            case CLASSIFY -> kernels.limits(new LimitEncoding(length));
            default -> null;
        };
        scaleValues = new double[s.width() <= 8 ? 1 << s.width() : 0];
        Arrays.setAll(scaleValues, scales::decode);
        // a power of two: one rounding in binary32, too
        product = s.sameEncoding(Formats.E8M0) && !format.tensorScale() && length <= BlockStep.MOST
                ? kernels.block(new BlockStep(BlockStep.Operation.MULTIPLY, length))
                : null;
    }

    private Quick quick() {
        boolean nearest = switch (policies().rounding()) {
            case TIES_TO_EVEN, TIES_TO_AWAY -> true;
            default -> false;
        };
        // values beyond the narrow formats are none that proof and tables are made for
        boolean narrow = format.scale().width() <= 8
                && (!(format.element() instanceof FloatFormat e)
                        || e.subnormalQuantumExponent() >= -16 && e.emax() <= 16);
        if (!nearest
                || !narrow
                || format.blockLength() > BlockStep.MOST
                || policies().flushInputs()
                || policies().path() != SourcePath.DIRECT) {
            return Quick.NONE;
        }
        BlockArithmetic quotients = format.tensorScale() ? arithmetic : BlockArithmetic.EXACT;
        if (quotients == BlockArithmetic.TRANSFORMER_ENGINE) {
            return Quick.TRANSFORMER_ENGINE;
        }
        if (quotients == BlockArithmetic.TORCHAO) {
            return Quick.TORCHAO;
        }
        if (format.scale().sameEncoding(Formats.E8M0) && !format.tensorScale()) {
            return Quick.POWER_OF_TWO;
        }
        return countsMidpoints() ? Quick.CLASSIFY : Quick.EXACT;
    }

    /** Whether an element's code is the number of midpoints below the magnitude, and the sign above. */
    private boolean countsMidpoints() {
        if (!(format.element() instanceof FloatFormat f && f.width() == 4 && f.signed())) {
            return false;
        }
        boolean counts = elements.encode(Float.MAX_VALUE) == 7
                && elements.encode(-Float.MAX_VALUE) == 15
                && elements.encode(0) == 0
                && elements.encode(-0.0) == 8
                && elements.encode(-Double.MIN_VALUE) == 8;
        for (int k = 1; counts && k < 8; k++) {
            double m = midpoint(k);
            counts = elements.encode(Math.nextDown(m)) == k - 1
                    && elements.encode(Math.nextUp(m)) == k
                    && elements.encode(-m) == (elements.encode(m) | 8);
        }
        return counts;
    }

    /** The number in the middle between the elements k - 1 and k. */
    private double midpoint(int k) {
        return (elements.decode(k - 1) + elements.decode(k)) / 2;
    }

    /**
     * What elements are compared with, multiplied by or divided by, for each code of a scale.
     *
     * @param tensor the scale of the tensor
     * @param numbers the numbers, a row for each code
     * @param high other numbers, of {@code EXACT}
     * @param divisors what elements are to be divided by, exactly
     */
    private record Tables(TensorScale tensor, float[] numbers, float[] high, double[] divisors) {}

    /** The tables of encoding; null if making them takes longer than doing without. */
    private @Nullable Tables encoding(TensorScale tensor, int n) {
        Tables known = encoding;
        if (known != null && known.tensor.equals(tensor)) {
            return known;
        }
        if (quick == Quick.NONE || n < SHORT) {
            return null;
        }
        int count = scaleValues.length;
        boolean classifies = quick == Quick.CLASSIFY;
        boolean exact = quick == Quick.EXACT;
        Tables t = new Tables(
                tensor,
                new float[classifies ? BlockStep.ROWS * BlockStep.LIMITS + BlockStep.BEYOND : count],
                new float[exact ? count : 0],
                new double[exact ? count : 0]);
        for (int code = 0; code < count; code++) {
            // a scale of 0 is that of a block too small for the scale format: all its elements become zeros
            double divisor = scaleValues[code] == 0 ? Double.POSITIVE_INFINITY : scaleValues[code] * tensor.decode();
            float s = (float) scaleValues[code];
            switch (quick) {
                case CLASSIFY -> limits(divisor, t.numbers, code * BlockStep.LIMITS);
                case POWER_OF_TWO -> t.numbers[code] = MxEncoding.inverse(code);
                case TRANSFORMER_ENGINE -> t.numbers[code] = transformerEngineFactor(s, tensor);
                case TORCHAO -> t.numbers[code] = s == 0 ? Float.POSITIVE_INFINITY : tensor.decode() * s;
                default -> {
                    float factor = (float) (1 / divisor);
                    boolean normal = factor == 0 ? s == 0 : factor >= Float.MIN_NORMAL && factor < 0x1p127f;
                    t.numbers[code] = normal ? factor * (1 - 0x1p-21f) : 0;
                    t.high[code] = normal ? factor * (1 + 0x1p-21f) : Float.POSITIVE_INFINITY;
                    t.divisors[code] = divisor;
                }
            }
        }
        encoding = t;
        return t;
    }

    /** The largest magnitudes whose quotient has a code below 1, 2, ... 7. */
    private void limits(double divisor, float[] limits, int at) {
        for (int k = 1; k < BlockStep.LIMITS; k++) {
            double m = midpoint(k);
            limits[at + k - 1] = BlockScale.limit(m * divisor, elements.encode(m) == k);
        }
    }

    /**
     * {@return a codec with the format's own scale rule, exact arithmetic, ties to even and saturation; infinities and NaNs
     * make the scale NaN where it can be}
     *
     * @param format the format, with elements of at most 8 bits
     * @throws IllegalArgumentException if the element or scale format is too wide
     */
    public static BlockCodec of(BlockFormat format) {
        return new BlockCodec(
                format,
                Policies.IEEE.saturating(),
                format.scaleRule(),
                BlockArithmetic.EXACT,
                format.scale().hasNan() ? BlockSpecials.NAN_SCALE : BlockSpecials.ELEMENTS);
    }

    /**
     * {@return a codec that encodes as the Python path of microxcaling: logarithms in binary32, ties away from zero}
     *
     * @param format an MX format
     */
    public static BlockCodec microxcaling(BlockFormat format) {
        return of(format)
                .scaleRule(ScaleRule.FLOOR)
                .arithmetic(BlockArithmetic.MICROXCALING)
                .rounding(Rounding.TIES_TO_AWAY);
    }

    /**
     * {@return a codec that encodes as NVIDIA TransformerEngine: MX scales rounded up, NVFP4 scales to nearest}
     *
     * @param format an MX format or NVFP4
     */
    public static BlockCodec transformerEngine(BlockFormat format) {
        return of(format)
                .scaleRule(format.tensorScale() ? ScaleRule.QUOTIENT_NEAREST : ScaleRule.QUOTIENT_UP)
                .arithmetic(BlockArithmetic.TRANSFORMER_ENGINE);
    }

    /**
     * {@return a codec that encodes as torchao}
     *
     * @param format an MX format or NVFP4
     * @param rule the mode: {@code FLOOR}, {@code CEIL}, {@code EVEN} or {@code QUOTIENT_UP} (called RCEIL there) for MX,
     *     {@code QUOTIENT_NEAREST} for NVFP4
     */
    public static BlockCodec torchao(BlockFormat format, ScaleRule rule) {
        return of(format).scaleRule(rule).arithmetic(BlockArithmetic.TORCHAO);
    }

    /**
     * {@return a codec that encodes as {@code quantize_mx} of AWS Trainium 3, one binade above OCP's scales}
     *
     * @param format an MX format
     */
    public static BlockCodec aws(BlockFormat format) {
        return of(format).scaleRule(ScaleRule.FLOOR_PLUS_ONE);
    }

    /** {@return the format} */
    public BlockFormat format() {
        return format;
    }

    /** {@return how elements are rounded} */
    public Policies policies() {
        return elements.policies();
    }

    /** {@return the rule for scales} */
    public ScaleRule scaleRule() {
        return rule;
    }

    /** {@return the arithmetic of quotients} */
    public BlockArithmetic arithmetic() {
        return arithmetic;
    }

    /** {@return the treatment of infinities and NaNs} */
    public BlockSpecials specials() {
        return specials;
    }

    /**
     * {@return this codec with other policies for elements}
     *
     * @param value the policies
     */
    public BlockCodec policies(Policies value) {
        return new BlockCodec(format, value, rule, arithmetic, specials);
    }

    /**
     * {@return this codec with another deterministic rounding of elements}
     *
     * @param value the mode
     */
    public BlockCodec rounding(Rounding value) {
        return policies(policies().withRounding(value));
    }

    /**
     * {@return this codec with another rule for scales}
     *
     * @param value the rule
     */
    public BlockCodec scaleRule(ScaleRule value) {
        return new BlockCodec(format, policies(), value, arithmetic, specials);
    }

    /**
     * {@return this codec with another arithmetic}
     *
     * @param value the arithmetic
     */
    public BlockCodec arithmetic(BlockArithmetic value) {
        return new BlockCodec(format, policies(), rule, value, specials);
    }

    /**
     * {@return this codec with another treatment of infinities and NaNs}
     *
     * @param value the treatment
     * @throws IllegalArgumentException if the scale would have to be NaN and its format has none
     */
    public BlockCodec specials(BlockSpecials value) {
        return new BlockCodec(format, policies(), rule, arithmetic, value);
    }

    /** {@return the number of bytes that the scale of a block takes: 1, 2 or 4} */
    public int scaleBytes() {
        return scaleBytes;
    }

    /**
     * {@return the number of blocks of {@code n} values}
     *
     * @param n number of values, not negative
     */
    public int blocks(int n) {
        return (n + format.blockLength() - 1) / format.blockLength();
    }

    /**
     * {@return the scale of a tensor with a given largest magnitude, 1 for all formats but the two-level ones and for
     * tensors of zeros}
     *
     * @param amax the largest finite magnitude of the tensor, finite and not negative
     * @throws IllegalArgumentException if {@code amax} is negative, infinite or NaN
     */
    public TensorScale tensorScale(float amax) {
        if (!(amax >= 0 && amax <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("amax must be finite and not negative: " + amax);
        }
        if (!format.tensorScale() || amax == 0) {
            return TensorScale.ONE;
        }
        float range = (float) (scale.vmax() * scale.largestScale());
        // neither factor may leave the positive finite numbers, however small or large the tensor is
        float encode = Math.max(Math.min(range / amax, Float.MAX_VALUE), Float.MIN_VALUE);
        float decode = arithmetic == BlockArithmetic.TRANSFORMER_ENGINE ? 1 / encode : amax / range;
        return new TensorScale(Math.max(Math.min(decode, Float.MAX_VALUE), Float.MIN_VALUE), encode);
    }

    /**
     * {@return the largest finite magnitude among values, 0 if there is none}
     *
     * @param src the values
     * @param from position of the first one
     * @param n their number
     * @throws IndexOutOfBoundsException if the range does not lie within the array
     */
    public static float amax(float[] src, int from, int n) {
        Objects.checkFromIndexSize(from, n, src.length);
        if (n < CHUNK) {
            return Float.intBitsToFloat(largestFinite(src, from, n));
        }
        AdaptiveKernel kernel = KernelSelection.current().block(new BlockStep(BlockStep.Operation.LARGEST, 32));
        float[] blocks = new float[CHUNK / 32];
        int max = 0;
        for (int done = 0; done < n; done += CHUNK) {
            int m = Math.min(CHUNK, n - done);
            kernel.apply(src, from + done, blocks, 0, m, 0);
            int largest = 0;
            for (int b = 0; b < (m + 31) / 32; b++) {
                largest = Math.max(largest, Float.floatToRawIntBits(blocks[b]));
            }
            max = Math.max(max, largest < 0x7f80_0000 ? largest : largestFinite(src, from + done, m));
        }
        return Float.intBitsToFloat(max);
    }

    /** The pattern of the largest finite magnitude. */
    private static int largestFinite(float[] src, int from, int n) {
        int max = 0;
        for (int i = from; i < from + n; i++) {
            int magnitude = Float.floatToRawIntBits(src[i]) & 0x7fff_ffff;
            // integers order as magnitudes do; infinities and NaNs count as zero
            max = Math.max(max, magnitude < 0x7f80_0000 ? magnitude : 0);
        }
        return max;
    }

    /**
     * Encodes values.
     *
     * @param src values; blocks are counted from {@code from}
     * @param from position of the first value
     * @param codes receives one code a byte
     * @param codesTo position of the first code
     * @param scaleCodes receives {@link #scaleBytes()} bytes for each of {@link #blocks} blocks
     * @param scalesTo position of the first scale's first byte
     * @param n number of values
     * @param tensor the scale of the tensor, {@link TensorScale#ONE} for formats without one
     * @param seed seed of stochastic rounding, otherwise ignored
     * @param index position of the first value in its stream of random bits
     * @throws IndexOutOfBoundsException if a range does not lie within its array; nothing has been written then
     * @throws IllegalArgumentException if the format has no tensor scale and {@code tensor} is not 1
     */
    public void encode(
            float[] src,
            int from,
            byte[] codes,
            int codesTo,
            byte[] scaleCodes,
            int scalesTo,
            int n,
            TensorScale tensor,
            long seed,
            long index) {
        Objects.checkFromIndexSize(from, n, src.length);
        Objects.checkFromIndexSize(codesTo, n, codes.length);
        Objects.checkFromIndexSize(scalesTo, blocks(n) * scaleBytes, scaleCodes.length);
        requireTensorScale(tensor);
        Tables tables = encoding(tensor, n);
        Object operands = tables == null || whole == null ? null : operands(src, tensor, tables);
        if (operands != null) {
            atOnce(operands, src, from, codes, codesTo, scaleCodes, scalesTo, n, tensor);
            return;
        }
        if (tables == null) {
            blocksOneByOne(src, from, codes, codesTo, scaleCodes, scalesTo, n, tensor, seed, index);
            return;
        }
        // whole blocks, as many as fit; a longer block goes alone
        int step = Math.max(1, CHUNK / format.blockLength()) * format.blockLength();
        Stretch stretch = new Stretch(Math.min(n, step));
        for (int done = 0, scaleAt = scalesTo; done < n; done += step) {
            int m = Math.min(step, n - done);
            int blocks = blocks(m);
            largest.apply(src, from + done, stretch.largest, 0, m, 0);
            if (scale.codes(stretch.largest, blocks, tensor, scaleCodes, scaleAt)) {
                elements(src, from + done, codes, codesTo + done, scaleCodes, scaleAt, m, tables, stretch);
            } else {
                // an infinity or a NaN
                blocksOneByOne(src, from + done, codes, codesTo + done, scaleCodes, scaleAt, m, tensor, 0, 0);
            }
            scaleAt += blocks;
        }
    }

    /** {@return what scales and elements are encoded from at once; null if the rule for scales is none of that kind} */
    private @Nullable Object operands(float[] src, TensorScale tensor, Tables tables) {
        if (quick == Quick.POWER_OF_TWO) {
            return scale.operands(src);
        }
        LimitEncoding.Scales limits = scale.limits(tensor);
        return limits == null ? null : new LimitEncoding.Operands(src, limits, tables.numbers);
    }

    private void atOnce(
            Object operands,
            float[] src,
            int from,
            byte[] codes,
            int codesTo,
            byte[] scaleCodes,
            int scalesTo,
            int n,
            TensorScale tensor) {
        AdaptiveKernel kernel = Objects.requireNonNull(whole);
        int length = format.blockLength();
        int step = BlockStep.MOST / length * length;
        for (int done = 0, scaleAt = scalesTo; done < n; done += step) {
            int m = Math.min(step, n - done);
            kernel.apply(operands, from + done, new Coded(codes, scaleCodes, scaleAt), codesTo + done, m, 0);
            scaleAt += blocks(m);
        }
        boolean complete = specials == BlockSpecials.NAN_SCALE && scales.encode(Double.NaN) == MxEncoding.NAN;
        for (int done = 0, at = scalesTo; !complete && done < n; done += length, at++) {
            if (scaleCodes[at] == (byte) MxEncoding.NAN) {
                int m = Math.min(length, n - done);
                scaleCodes[at] = (byte) encodeBlock(src, from + done, codes, codesTo + done, m, tensor, 0, 0);
            }
        }
    }

    private void blocksOneByOne(
            float[] src,
            int from,
            byte[] codes,
            int codesTo,
            byte[] scaleCodes,
            int scalesTo,
            int n,
            TensorScale tensor,
            long seed,
            long index) {
        int length = format.blockLength();
        int scaleAt = scalesTo;
        for (int done = 0; done < n; done += length) {
            int m = Math.min(length, n - done);
            int code = encodeBlock(src, from + done, codes, codesTo + done, m, tensor, seed, index + done);
            for (int b = 0; b < scaleBytes; b++) {
                scaleCodes[scaleAt++] = (byte) (code >>> 8 * b);
            }
        }
    }

    /** Encodes the elements of several blocks, whose scales are there. */
    private void elements(
            float[] src,
            int from,
            byte[] codes,
            int codesTo,
            byte[] scaleCodes,
            int scalesFrom,
            int n,
            Tables tables,
            Stretch stretch) {
        AdaptiveKernel step = Objects.requireNonNull(elementStep);
        Operands operands = new Operands(src, tables.numbers, scaleCodes, scalesFrom);
        if (quick == Quick.CLASSIFY) {
            step.apply(operands, from, codes, codesTo, n, 0);
            return;
        }
        step.apply(operands, from, stretch.quotients, 0, n, 0);
        arrays.encode(stretch.quotients, 0, codes, codesTo, n);
        if (quick == Quick.EXACT) {
            step.apply(new Operands(src, tables.high, scaleCodes, scalesFrom), from, stretch.quotients, 0, n, 0);
            arrays.encode(stretch.quotients, 0, stretch.codes, 0, n);
            int length = format.blockLength();
            for (int i = 0; i < n; i++) {
                int same = Arrays.mismatch(codes, codesTo + i, codesTo + n, stretch.codes, i, n);
                if (same < 0) {
                    break;
                }
                i += same;
                double divisor = tables.divisors[scaleCodes[scalesFrom + i / length] & 0xff];
                codes[codesTo + i] = (byte) elements.encode(src[from + i] / divisor);
            }
        }
    }

    /** What several blocks need until they are encoded. */
    private final class Stretch {
        final float[] largest;
        final float[] quotients;
        final byte[] codes;

        Stretch(int n) {
            largest = new float[blocks(n)];
            quotients = new float[quick == Quick.CLASSIFY ? 0 : n];
            codes = new byte[quick == Quick.EXACT ? n : 0];
        }
    }

    /**
     * Encodes values of a format without tensor scale, deterministically.
     *
     * @param src values; blocks are counted from {@code from}
     * @param from position of the first value
     * @param codes receives one code a byte
     * @param codesTo position of the first code
     * @param scaleCodes receives {@link #scaleBytes()} bytes for each of {@link #blocks} blocks
     * @param scalesTo position of the first scale's first byte
     * @param n number of values
     * @throws IndexOutOfBoundsException if a range does not lie within its array; nothing has been written then
     */
    public void encode(float[] src, int from, byte[] codes, int codesTo, byte[] scaleCodes, int scalesTo, int n) {
        encode(src, from, codes, codesTo, scaleCodes, scalesTo, n, TensorScale.ONE, 0, 0);
    }

    /** Encodes a block and returns the code of its scale. */
    int encodeBlock(float[] src, int from, byte[] codes, int to, int n, TensorScale tensor, long seed, long index) {
        boolean finite = true;
        for (int i = from; i < from + n; i++) {
            finite &= Math.abs(src[i]) <= Float.MAX_VALUE;
        }
        if (!finite && specials == BlockSpecials.NAN_SCALE) {
            Arrays.fill(codes, to, to + n, (byte) 0);
            return scales.encode(Double.NaN);
        }
        int code = scale.code(amax(src, from, n), tensor);
        double s = scales.decode(code);
        int randomBits = policies().randomBits();
        for (int i = 0; i < n; i++) {
            long random = randomBits == 0 ? 0 : CounterRandom.bits(seed, index + i, randomBits);
            codes[to + i] = (byte) elements.encode(quotient(src[from + i], s, tensor), random);
        }
        return code;
    }

    /** What an element is rounded from. Operations on floats round to binary32. */
    private double quotient(float x, double s, TensorScale tensor) {
        if (!(Math.abs(x) <= Float.MAX_VALUE)) {
            return x;
        }
        if (format.tensorScale() && arithmetic == BlockArithmetic.TRANSFORMER_ENGINE) {
            return x * transformerEngineFactor((float) s, tensor);
        }
        if (s == 0) {
            // all values of the block are too small for the scale format
            return Math.copySign(0.0, x);
        }
        if (format.tensorScale() && arithmetic == BlockArithmetic.TORCHAO) {
            return x / (tensor.decode() * (float) s);
        }
        return OddRounding.quotient(x, s * tensor.decode());
    }

    private static float transformerEngineFactor(float s, TensorScale tensor) {
        return Math.min(1 / (s * (1 / tensor.encode())), Float.MAX_VALUE);
    }

    /**
     * Decodes codes.
     *
     * @param codes codes, one a byte
     * @param codesFrom position of the first code, the first one of a block
     * @param scaleCodes codes of the scales, {@link #scaleBytes()} bytes each
     * @param scalesFrom position of the first scale's first byte
     * @param dst receives values
     * @param to position of the first value
     * @param n number of values
     * @param tensor the scale of the tensor, {@link TensorScale#ONE} for formats without one
     * @throws IndexOutOfBoundsException if a range does not lie within its array; nothing has been written then
     * @throws IllegalArgumentException if a code does not fit its format, or the format has no tensor scale and {@code
     *     tensor} is not 1
     */
    public void decode(
            byte[] codes,
            int codesFrom,
            byte[] scaleCodes,
            int scalesFrom,
            float[] dst,
            int to,
            int n,
            TensorScale tensor) {
        Objects.checkFromIndexSize(codesFrom, n, codes.length);
        Objects.checkFromIndexSize(scalesFrom, blocks(n) * scaleBytes, scaleCodes.length);
        Objects.checkFromIndexSize(to, n, dst.length);
        requireTensorScale(tensor);
        if (format.element().width() < 8
                && hasOtherBits(codes, codesFrom, n, (int) format.element().codeMask())) {
            arrays.decode(codes, codesFrom, new float[n], 0, n); // says which
        }
        if (format.scale().width() < 8
                && hasOtherBits(
                        scaleCodes, scalesFrom, blocks(n), (int) format.scale().codeMask())) {
            for (int i = scalesFrom; i < scalesFrom + blocks(n); i++) {
                format.scale().requireCode(scaleCodes[i] & 0xff); // says which
            }
        }
        boolean looksUp = format.element().width() <= 4
                && (product == null || n < LONG || !KernelSelection.current().hasVectors());
        float[] table = n < SHORT ? null : decoding(tensor, looksUp);
        if (table != null && looksUp) {
            lookUp(codes, codesFrom, scaleCodes, scalesFrom, table, dst, to, n);
        } else if (table != null && product != null) {
            int step = Math.max(1, CHUNK / format.blockLength()) * format.blockLength();
            float[] decoded = new float[Math.min(n, step)];
            for (int done = 0, block = scalesFrom; done < n; done += step) {
                int m = Math.min(step, n - done);
                arrays.decode(codes, codesFrom + done, decoded, 0, m);
                product.apply(new Operands(decoded, table, scaleCodes, block), 0, dst, to + done, m, 0);
                block += blocks(m);
            }
        } else {
            int step = Math.max(1, CHUNK / format.blockLength()) * format.blockLength();
            for (int done = 0, block = scalesFrom; done < n; done += step) {
                int m = Math.min(step, n - done);
                arrays.decode(codes, codesFrom + done, dst, to + done, m);
                multiply(dst, to + done, scaleCodes, block, m, tensor);
                block += blocks(m) * scaleBytes;
            }
        }
    }

    private static boolean hasOtherBits(byte[] codes, int from, int n, int mask) {
        long seen = 0;
        int i = from;
        for (; i <= from + n - 8; i += 8) {
            seen |= (long) LONGS.get(codes, i);
        }
        for (; i < from + n; i++) {
            seen |= codes[i] & 0xffL;
        }
        return (seen & ~(mask * 0x0101_0101_0101_0101L)) != 0;
    }

    /** Values of decoding by the code of a scale: of the scale, or with it of each element, if they are looked up. */
    private float @Nullable [] decoding(TensorScale tensor, boolean looksUp) {
        Tables known = looksUp ? lookedUp : decoding;
        if (known != null && known.tensor.equals(tensor)) {
            return known.numbers;
        }
        if (scaleValues.length == 0 || !looksUp && product == null) {
            return null;
        }
        double[] values = new double[looksUp ? 1 << format.element().width() : 1];
        Arrays.setAll(values, code -> looksUp ? arrays.codec().decode(code) : 1);
        float[] table = new float[scaleValues.length * values.length];
        for (int i = 0; i < table.length; i++) {
            // at most 40 significand bits: exact, as is the product with an element of at most 8
            double s = scaleValues[i / values.length] * tensor.decode();
            table[i] = canonical((float) (values[i % values.length] * s));
        }
        Tables tables = new Tables(tensor, table, new float[0], new double[0]);
        if (looksUp) {
            lookedUp = tables;
        } else {
            decoding = tables;
        }
        return table;
    }

    private static float canonical(float x) {
        return Float.isNaN(x) ? Float.NaN : x; // what a processor makes of two NaNs is its own business
    }

    private void lookUp(
            byte[] codes, int from, byte[] scaleCodes, int scalesFrom, float[] table, float[] dst, int to, int n) {
        int length = format.blockLength();
        int width = format.element().width();
        for (int done = 0, block = scalesFrom; done < n; done += length, block++) {
            int row = (scaleCodes[block] & 0xff) << width;
            int m = Math.min(length, n - done);
            for (int i = 0; i < m; i++) {
                dst[to + done + i] = table[row + codes[from + done + i]];
            }
        }
    }

    private void multiply(float[] dst, int to, byte[] scaleCodes, int scalesFrom, int n, TensorScale tensor) {
        int length = format.blockLength();
        for (int done = 0, block = scalesFrom; done < n; done += length, block += scaleBytes) {
            int code = 0;
            for (int b = 0; b < scaleBytes; b++) {
                code |= (scaleCodes[block + b] & 0xff) << 8 * b;
            }
            double s = (code < scaleValues.length ? scaleValues[code] : scales.decode(code)) * tensor.decode();
            for (int i = to + done; i < to + Math.min(n, done + length); i++) {
                dst[i] = canonical((float) (dst[i] * s));
            }
        }
    }

    private void requireTensorScale(TensorScale tensor) {
        if (!format.tensorScale() && !tensor.equals(TensorScale.ONE)) {
            throw new IllegalArgumentException(
                    "tensor scale must be 1, " + format + " has none: " + tensor.decode() + ", " + tensor.encode());
        }
    }

    @Override
    public String toString() {
        return "BlockCodec[" + format + ", " + rule.id() + ", " + arithmetic.id() + ", " + specials.id() + ", "
                + policies() + "]";
    }
}
