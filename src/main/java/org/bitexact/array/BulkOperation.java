package org.bitexact.array;

import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.NanPropagation;
import org.bitexact.internal.array.AdaptiveKernel;
import org.bitexact.internal.array.CodeOperation;
import org.bitexact.internal.array.CodeOperation.Operands;
import org.bitexact.internal.array.FloatStep;
import org.bitexact.internal.array.FloatStep.Operation;
import org.bitexact.internal.array.KernelSelection;
import org.jspecify.annotations.Nullable;

/**
 * One operation on runs of codes, by the fastest way that gives what {@link Arithmetic} gives: a kernel of a
 * {@link CodeOperation}; decode, a {@link FloatStep}, encode; a table of all results where that is quicker; or element by
 * element.
 *
 * <p><b>Flags</b>: those of rounding a finite result are those of encoding what the step gives, since it keeps whether the
 * result is inexact; a {@link FlagScan} finds them. A block with an infinity or a NaN among the results goes element by
 * element.
 *
 * <p><b>Thread safety</b>: safe; what it changes are kernels, made twice at worst.
 */
final class BulkOperation {
    private static final int STRIDE = FloatStep.STRIDE;
    /** Shorter runs go element by element. */
    private static final int SHORT = 64;

    private final Operation operation;
    private final Arithmetic scalar;
    private final Codec result;
    private final FloatFormat[] formats;
    private final KernelSelection kernels;
    /** Whether a table of all pairs of operands is quicker than everything else. */
    private final boolean looksUp;

    /** Results by {@code x | y << 8}, then flags by the same, once they are needed. */
    private byte @Nullable [] table;

    private byte @Nullable [] flagTable;
    /** From codes to codes, or null if there are no such kernels. */
    private final @Nullable AdaptiveKernel direct;

    private @Nullable Fast plain;
    private @Nullable Fast exact;

    BulkOperation(Operation operation, Arithmetic scalar, KernelSelection kernels) {
        this.operation = operation;
        this.scalar = scalar;
        this.kernels = kernels;
        result = scalar.result();
        formats = new FloatFormat[operation.arity()];
        for (int k = 0; k < formats.length; k++) {
            formats[k] = k == 0 ? scalar.first() : k == 1 ? scalar.second() : scalar.third();
        }
        CodeOperation codes = CodeOperation.of(operation, scalar);
        direct = codes == null ? null : kernels.operation(codes);
        boolean narrow = result.format().width() <= 8;
        for (FloatFormat format : formats) {
            narrow &= format.width() <= 8;
        }
        boolean pairs = narrow && formats.length <= 2 && result.policies().randomBits() == 0;
        looksUp = pairs && (!kernels.hasVectors() || make(false).step() == null);
    }

    /** The kernels of an operation. */
    private record Fast(
            @Nullable FloatStep proof,
            AdaptiveKernel[] decoders,
            @Nullable AdaptiveKernel step,
            @Nullable AdaptiveKernel encoder,
            @Nullable FlagScan scan) {}

    private Fast fast(boolean wantFlags) {
        Fast known = wantFlags ? exact : plain;
        if (known == null) {
            known = make(wantFlags);
            if (wantFlags) {
                exact = known;
            } else {
                plain = known;
            }
        }
        return known;
    }

    private Fast make(boolean wantFlags) {
        FloatStep proof =
                scalar.nans() == NanPropagation.CANONICAL ? FloatStep.of(operation, result, wantFlags, formats) : null;
        if (proof == null) {
            return new Fast(null, new AdaptiveKernel[0], null, null, null);
        }
        AdaptiveKernel[] decoders = new AdaptiveKernel[formats.length];
        for (int k = 0; k < formats.length; k++) {
            decoders[k] = kernels.decoder(formats[k]);
        }
        return new Fast(
                proof,
                decoders,
                kernels.step(proof),
                kernels.encoder(result.format(), result.policies(), 0),
                wantFlags ? new FlagScan(result, 0) : null);
    }

    /**
     * Computes all elements of a run.
     *
     * @param operands codes, as many runs as the operation has operands
     * @param results receives codes
     * @param seed seed of random bits
     * @param index position of the first element in its stream of random bits
     * @param flags collects the raised flags, or null
     */
    void run(Elements[] operands, Elements results, long seed, long index, @Nullable Flags flags) {
        boolean longs = results.kind() == Elements.Kind.LONG;
        boolean shorts = results.kind() == Elements.Kind.SHORT;
        boolean bytes = results.kind() == Elements.Kind.BYTE;
        for (int k = 0; k < operands.length; k++) {
            operands[k].requireCodes(formats[k].codeMask(), formats[k]);
            longs |= operands[k].kind() == Elements.Kind.LONG;
            bytes &= operands[k].kind() == Elements.Kind.BYTE;
            shorts &= operands[k].kind() == Elements.Kind.SHORT;
        }
        for (Elements operand : operands) {
            operand.protectFrom(results);
        }
        if (looksUp && bytes && results.size() >= SHORT) {
            lookUp(operands, results, flags);
            return;
        }
        if (direct != null && flags == null && shorts && results.size() >= SHORT) {
            runDirect(direct, operands, results);
            return;
        }
        Fast fast = fast(flags != null);
        AdaptiveKernel step = fast.step();
        AdaptiveKernel encoder = fast.encoder();
        if (longs || step == null || encoder == null || results.size() < SHORT) {
            oneByOne(operands, results, seed, index, flags);
            return;
        }
        FloatStep proof = fast.proof();
        float[] values = new float[3 * STRIDE];
        float[] sums = new float[STRIDE + 1];
        Object[] codes = new Object[operands.length];
        for (int k = 0; k < results.size(); k += STRIDE) {
            int m = Math.min(STRIDE, results.size() - k);
            for (int j = 0; j < operands.length; j++) {
                codes[j] = operands[j].load(k, m);
                fast.decoders()[j].apply(codes[j], operands[j].position(k), values, j * STRIDE, m, 0);
            }
            step.apply(values, 0, sums, 0, m, 0);
            boolean rare = sums[m] != 0;
            Object to = results.target();
            int at = results.position(k);
            FlagScan scan = fast.scan();
            if (flags != null && scan != null && !rare) {
                flags.raise(scan.scan(sums, 0, m, 0, flags.raised()));
            }
            encoder.apply(sums, 0, to, at, m, 0);
            for (int i = 0; rare && i < m; i++) {
                if (flags != null
                        || proof != null && proof.isRare(values[i], values[STRIDE + i], values[2 * STRIDE + i])) {
                    Elements.setBits(to, at + i, scalar(operands, codes, k, i, flags));
                }
            }
            results.store(k, m);
        }
    }

    private static void runDirect(AdaptiveKernel kernel, Elements[] operands, Elements results) {
        boolean whole = results.isDirect();
        for (Elements operand : operands) {
            whole &= operand.isDirect();
        }
        Elements second = operands[Math.min(1, operands.length - 1)];
        Elements third = operands[operands.length - 1];
        int size = whole ? results.size() : Elements.BLOCK;
        for (int k = 0; k < results.size(); k += size) {
            int m = Math.min(size, results.size() - k);
            Operands o = new Operands(
                    (short[]) operands[0].load(k, m), operands[0].position(k),
                    (short[]) second.load(k, m), second.position(k),
                    (short[]) third.load(k, m), third.position(k));
            kernel.apply(o, 0, results.target(), results.position(k), m, 0);
            results.store(k, m);
        }
    }

    private long scalar(Elements[] operands, Object[] codes, int k, int i, @Nullable Flags flags) {
        long x = Elements.element(codes[0], operands[0].position(k) + i);
        long y = codes.length < 2 ? 0 : Elements.element(codes[1], operands[1].position(k) + i);
        long z = codes.length < 3 ? 0 : Elements.element(codes[2], operands[2].position(k) + i);
        return scalar(x, y, z, 0, flags);
    }

    private long scalar(long x, long y, long z, long random, @Nullable Flags flags) {
        return switch (operation) {
            case ADD -> scalar.add(x, y, random, flags);
            case SUBTRACT -> scalar.subtract(x, y, random, flags);
            case MULTIPLY -> scalar.multiply(x, y, random, flags);
            case DIVIDE -> scalar.divide(x, y, random, flags);
            case SQUARE_ROOT -> scalar.squareRoot(x, random, flags);
            case FMA -> scalar.fma(x, y, z, random, flags);
        };
    }

    private void lookUp(Elements[] operands, Elements results, @Nullable Flags flags) {
        byte[] codes = table;
        if (codes == null) {
            codes = table(null);
            table = codes;
        }
        byte[] raised = flagTable;
        if (raised == null && flags != null) {
            raised = table(new Flags());
            flagTable = raised;
        }
        Elements first = operands[0];
        Elements second = operands[operands.length - 1];
        boolean one = operands.length == 1;
        for (int k = 0; k < results.size(); k += STRIDE) {
            int m = Math.min(STRIDE, results.size() - k);
            byte[] x = (byte[]) first.load(k, m);
            byte[] y = one ? x : (byte[]) second.load(k, m);
            byte[] dst = (byte[]) results.target();
            int highMask = one ? 0 : 0xff00;
            int a = first.position(k);
            int b = second.position(k);
            if (flags != null && raised != null) {
                int all = 0;
                for (int i = 0; i < m; i++) {
                    all |= raised[x[a + i] & 0xff | y[b + i] << 8 & highMask];
                }
                flags.raise(all);
            }
            int to = results.position(k);
            for (int i = 0; i < m; i++) {
                dst[to + i] = codes[x[a + i] & 0xff | y[b + i] << 8 & highMask];
            }
            results.store(k, m);
        }
    }

    /** {@return the results of all operands, or the flags if there is a sink} */
    private byte[] table(@Nullable Flags sink) {
        byte[] all = new byte[1 << 8 * formats.length];
        long last = formats[formats.length - 1].codeMask();
        for (int y = 0; y <= (formats.length == 1 ? 0 : last); y++) {
            for (int x = 0; x <= formats[0].codeMask(); x++) {
                if (sink != null) {
                    sink.clear();
                }
                long code = scalar(x, y, 0, 0, sink);
                all[x | y << 8] = (byte) (sink == null ? code : sink.raised());
            }
        }
        return all;
    }

    /** Element by element: the definition. */
    private void oneByOne(Elements[] operands, Elements results, long seed, long index, @Nullable Flags flags) {
        int randomBits = result.policies().randomBits();
        int size = Math.min(results.size(), STRIDE);
        long[][] blocks = new long[3][size];
        for (int k = 0; k < results.size(); k += size) {
            int m = Math.min(size, results.size() - k);
            for (int j = 0; j < operands.length; j++) {
                operands[j].loadLongs(k, m, blocks[j]);
            }
            for (int i = 0; i < m; i++) {
                long random = randomBits == 0 ? 0 : CounterRandom.bits(seed, index + k + i, randomBits);
                blocks[0][i] = scalar(blocks[0][i], blocks[1][i], blocks[2][i], random, flags);
            }
            results.storeLongs(k, m, blocks[0]);
        }
    }
}
