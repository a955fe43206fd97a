package org.bitexact.internal.array;

import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/**
 * A family of kernels: all written for the Vector API, for example, or all based on tables. A family that has no kernel
 * for a case says so by null, and the next one is asked; the family {@code scalar} has all of them.
 *
 * <p><b>Thread safety</b>: immutable.
 */
public interface Kernels {
    /** {@return the name by which a user can force the family: {@code vector}, {@code table}, {@code scalar}} */
    String name();

    /**
     * {@return a kernel that converts binary32 values, or null}
     *
     * @param target a format of at most 32 bits
     * @param policies any policies for the format
     * @param seed seed of stochastic rounding, otherwise ignored
     */
    @Nullable
    Encoder encoder(ScalarFormat target, Policies policies, long seed);

    /**
     * {@return a kernel that converts binary32 values and stores the codes, or null}
     *
     * @param target a format of at most 32 bits, for dense storage of at most 7
     * @param policies any policies for the format
     * @param seed seed of stochastic rounding, otherwise ignored
     * @param storage where the codes lie
     */
    default @Nullable ArrayKernel storingEncoder(ScalarFormat target, Policies policies, long seed, Storage storage) {
        Encoder encoder = encoder(target, policies, seed);
        if (encoder == null || storage == Storage.ELEMENTS) {
            return encoder == null ? null : ArrayKernel.of(encoder);
        }
        return new StoringEncoder(encoder, this, target, storage);
    }

    /**
     * {@return a kernel that converts into binary32 values, or null}
     *
     * @param source a format of at most 32 bits whose values are exact in binary32
     */
    @Nullable
    Decoder decoder(ScalarFormat source);

    /**
     * {@return a kernel that packs and unpacks codes, or null}
     *
     * @param width bits of a code, 1 to 7
     * @param highFirst whether the first code lies in the high bits of the first byte
     */
    @Nullable
    Packer packer(int width, boolean highFirst);

    /**
     * {@return a kernel that converts codes in dense storage into binary32 values, or null}
     *
     * @param source a format of at most 7 bits whose values are exact in binary32
     * @param highFirst whether the first code lies in the high bits of the first byte
     */
    default @Nullable ArrayKernel denseDecoder(ScalarFormat source, boolean highFirst) {
        Packer packer = packer(source.width(), highFirst);
        Decoder decoder = decoder(source);
        return packer == null || decoder == null ? null : new DenseDecoder(packer, decoder, source.width());
    }

    /**
     * {@return a kernel that computes with binary32 values, or null}
     *
     * @param step the operation
     */
    default @Nullable ArrayKernel step(FloatStep step) {
        return null;
    }

    /**
     * {@return a kernel that computes with blocks of binary32 values, or null}
     *
     * @param step the operation
     */
    default @Nullable ArrayKernel block(BlockStep step) {
        return null;
    }

    /**
     * {@return a kernel that encodes in blocks whose scales are powers of two, or null}
     *
     * @param step formats and policies
     */
    default @Nullable ArrayKernel mx(MxEncoding step) {
        Encoder encoder = encoder(step.target(), step.policies(), 0);
        return encoder == null ? null : new MxEncoding.Plain(step, encoder);
    }

    /**
     * {@return a kernel that encodes in blocks by limits, or null}
     *
     * @param step what is encoded
     */
    default @Nullable ArrayKernel limits(LimitEncoding step) {
        return null;
    }

    /**
     * {@return a kernel that quantises binary32 values to integers, or null}
     *
     * @param step the arithmetic
     */
    default @Nullable ArrayKernel quantize(QuantizeStep step) {
        return null;
    }

    /**
     * {@return a kernel from codes to codes, or null}
     *
     * @param operation the operation
     */
    default @Nullable ArrayKernel operation(CodeOperation operation) {
        return StagedOperation.of(this, operation);
    }

    /**
     * {@return whether every finite value of a format is exact in binary32}
     *
     * @param format the format
     */
    static boolean isExactInBinary32(ScalarFormat format) {
        if (format.width() > 32) {
            return false;
        }
        return format instanceof FloatFormat f
                ? f.precision() <= 24 && f.emax() <= Float.MAX_EXPONENT && f.subnormalQuantumExponent() >= -149
                : format.width() - (((IntFormat) format).signed() ? 1 : 0) <= 24;
    }
}
