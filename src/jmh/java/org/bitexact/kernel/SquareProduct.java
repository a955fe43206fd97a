package org.bitexact.kernel;

import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.engine.Engines;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A square matrix product: {@code n^3} pairs of factors. */
@State(Scope.Thread)
public class SquareProduct {
    /** Rows and columns. */
    @Param({"384", "1024"})
    public int n = 384;

    /** A format, of which the default contract or integer sums take both factors; {@code xor}; or an engine. */
    @Param({"f32", "bf16", "f16", "e4m3", "i8", "u8", "i4", "u1", "xor"})
    public String operands = "f32";

    /** The family of kernels: {@code vector}, or {@code table} for what there is without the Vector API. */
    @Param({"vector", "table"})
    public String kernel = "vector";

    private final SplittableRandom random = new SplittableRandom(1);
    private Gemm gemm = Gemm.fp32(Formats.BINARY32, Formats.BINARY32);
    private Matrix a = Matrix.of(new float[0], 0, 0);
    private Matrix b = a;
    private Matrix d = a;

    /** Draws the operands. */
    @Setup
    public void prepare() {
        // read once, at the first product
        System.setProperty("org.bitexact.kernel", kernel);
        draw(rule(operands));
    }

    private void draw(DotProduct rule) {
        gemm = Gemm.of(rule).threads(1);
        a = operand(rule.formatA());
        b = operand(rule.formatB());
        d = rule.formatD() instanceof FloatFormat f
                ? f.width() == 16 ? Matrix.of(new short[n * n], n, n) : Matrix.of(new float[n * n], n, n)
                : Matrix.of(new int[n * n], n, n);
    }

    /** {@return the product of binary32 numbers of the same size} */
    SquareProduct binary32() {
        SquareProduct product = new SquareProduct();
        product.n = n;
        product.draw(rule("f32"));
        return product;
    }

    /** {@return whether sums are integers} */
    boolean isInteger() {
        return gemm.rule() instanceof IntegerDot;
    }

    /** Multiplies. */
    void multiply(int threads) {
        gemm.threads(threads).multiply(a, b, d);
    }

    private static DotProduct rule(String name) {
        if (name.equals("xor")) {
            return IntegerDot.xorPopcount();
        } else if (name.contains(".")) {
            return Engines.get(name);
        }
        ScalarFormat f = FormatNames.scalar(name).format();
        return f instanceof IntFormat i ? IntegerDot.of(i, i) : FloatDot.of(f, f);
    }

    /** Numbers of random sign and significand, with exponents from -4 to 3, fewer in the narrow formats. */
    private Matrix operand(ScalarFormat format) {
        Codec codec = Codec.of(format);
        byte[] bytes = new byte[n * n];
        short[] shorts = new short[n * n];
        int[] ints = new int[n * n];
        float[] floats = new float[n * n];
        for (int i = 0; i < n * n; i++) {
            double magnitude = Math.scalb(1 + random.nextDouble(), random.nextInt(8) - 4);
            long code = format instanceof IntFormat
                    ? random.nextLong() & format.codeMask()
                    : codec.encode(random.nextBoolean() ? -magnitude : magnitude);
            bytes[i] = (byte) code;
            shorts[i] = (short) code;
            ints[i] = (int) code;
            floats[i] = Float.intBitsToFloat((int) code);
        }
        return format.width() <= 8
                ? Matrix.of(bytes, n, n)
                : format.width() <= 16
                        ? Matrix.of(shorts, n, n)
                        : format == Formats.BINARY32 ? Matrix.of(floats, n, n) : Matrix.of(ints, n, n);
    }
}
