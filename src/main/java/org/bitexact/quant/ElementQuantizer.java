package org.bitexact.quant;

import org.bitexact.array.ArrayCodec;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;

/** What integers and floats that stand for multiples of a scale have in common. */
interface ElementQuantizer {
    /** {@return the format of codes} */
    ScalarFormat format();

    /** {@return what turns prepared values into codes, and codes into values to be restored} */
    ArrayCodec codec();

    /** {@return the parameters that make a magnitude the largest one of the format} */
    Affine symmetric(float amax);

    /** Divides values by the scale and does whatever else comes before the conversion to codes. */
    void prepare(Affine parameters, float[] src, int from, float[] dst, int to, int n);

    /** {@return integers} */
    static ElementQuantizer ofIntegers(IntFormat format, QuantizeRule rule) {
        return new Integers(Quantizer.of(format, rule, Affine.symmetric(1)));
    }

    /** {@return floats} */
    static ElementQuantizer ofFloats(FloatFormat format, Policies policies, boolean reciprocal) {
        return new Floats(format, ArrayCodec.of(Codec.of(format, policies)), reciprocal);
    }

    /** Takes decoded codes back to values: {@code fl((q - z) * s)}. */
    static void restore(Affine parameters, float[] decoded, int at, int n) {
        float s = parameters.scale();
        float z = parameters.zeroPoint();
        for (int i = at; i < at + n; i++) {
            decoded[i] = (decoded[i] - z) * s;
        }
    }

    /** Integers, with zero points. */
    record Integers(Quantizer any) implements ElementQuantizer {
        @Override
        public IntFormat format() {
            return any.format();
        }

        @Override
        public ArrayCodec codec() {
            return any.codec();
        }

        @Override
        public Affine symmetric(float amax) {
            return Affine.symmetric(amax, format());
        }

        @Override
        public void prepare(Affine parameters, float[] src, int from, float[] dst, int to, int n) {
            any.affine(parameters).integers(src, from, dst, to, n);
        }
    }

    /** Floats, whose zero point is 0. */
    record Floats(FloatFormat format, ArrayCodec codec, boolean reciprocal) implements ElementQuantizer {
        @Override
        public Affine symmetric(float amax) {
            float largest = (float) BlockScale.largest(format);
            return Affine.symmetric(Math.max(amax / largest, Float.MIN_NORMAL));
        }

        @Override
        public void prepare(Affine parameters, float[] src, int from, float[] dst, int to, int n) {
            float s = parameters.scale();
            float factor = 1 / s;
            for (int i = 0; i < n; i++) {
                dst[to + i] = reciprocal ? src[from + i] * factor : src[from + i] / s;
            }
        }
    }
}
