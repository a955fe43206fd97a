package org.bitexact.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.bitexact.arith.Arithmetic;
import org.bitexact.array.ArrayCodec;
import org.bitexact.array.Packing;
import org.bitexact.codec.CodeText;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.kernel.Accumulation;
import org.bitexact.kernel.FloatDot;
import org.bitexact.kernel.Gemm;
import org.bitexact.kernel.Matrix;
import org.bitexact.quant.Affine;
import org.bitexact.quant.BlockCodec;
import org.bitexact.quant.QuantizeRule;
import org.bitexact.quant.Quantizer;
import org.bitexact.quant.TensorScale;
import org.bitexact.tensor.NpyFile;
import org.bitexact.tensor.SafetensorsFile;
import org.bitexact.tensor.TensorInfo;
import org.bitexact.tensor.TensorType;
import org.bitexact.tensor.TensorWriter;

/**
 * The Java code of README and docs. A page names the method with {@code <!-- region: NAME -->} before the code;
 * {@link UserGuideTest} compares the code, and the block of output after it with what the method prints.
 */
final class UserGuideSnippets {
    private UserGuideSnippets() {}

    static void example(PrintStream out, Path folder) {
        // region example
        Codec e4m3 = Codec.of(Formats.OCP_E4M3);
        int code = e4m3.encode(465.0); // beyond the largest finite number, 448
        out.println(CodeText.of(Formats.OCP_E4M3).explain(code));
        Codec saturating = e4m3.saturating();
        long packed = saturating.encodeWithFlags(465.0); // code | flags << 32
        out.println(CodeText.of(Formats.OCP_E4M3).explain(packed & 0xff));
        out.println(Flags.toString((int) (packed >>> 32)));
        Arithmetic mixed = Arithmetic.widening(Formats.OCP_E4M3, Formats.OCP_E5M2, Codec.of(Formats.BINARY32));
        int sum = mixed.fma(0x38, 0x3c, 0x3f800000); // 1 * 1 + 1, narrow factors, wide addend, one rounding
        out.println(Float.intBitsToFloat(sum));
        // end example
    }

    // ------------------------------------------------------------------ docs/guide.md

    static void formats(PrintStream out, Path folder) {
        // region formats
        FloatFormat bf16 = Formats.BFLOAT16; // a constant,
        ScalarFormat e4m3 = FormatNames.scalar("float8_e4m3fn").format(); // any name that a framework uses,
        ScalarFormat p3109 = FormatNames.scalar("p3109_k8p4se").format(); // a member of a family,
        FloatFormat mine = FloatFormat.builder("mine", 4, 2) // or one of your own
                .specials(SpecialValues.FN)
                .build();
        for (ScalarFormat f : List.of(bf16, e4m3, p3109, mine)) {
            out.println(f.name() + ": " + f.width() + " bits");
        }
        out.println(CodeText.of(mine).explain(mine.maxFiniteCode()));
        // end formats
    }

    static void codec(PrintStream out, Path folder) {
        // region codec
        Codec f16 = Codec.of(Formats.BINARY16); // ties to even, overflow to infinity
        out.printf("%04x %s%n", f16.encode(0.1), f16.decode(0x2e66));

        Codec down = f16.rounding(Rounding.TOWARD_NEGATIVE);
        out.printf("%04x%n", down.encode(new BigDecimal("0.1"))); // decimals are rounded once, too

        Codec cuda = Codec.of(Formats.OCP_E4M3, Profile.CUDA_SATURATING.policies(Formats.BINARY32, Formats.OCP_E4M3));
        out.printf("%02x %02x%n", cuda.encode(1e9), cuda.encode(Double.NaN)); // as __NV_SATFINITE does

        Flags flags = new Flags(); // a sink, for any number of operations
        f16.encodeLong(1e-7, 0, flags);
        f16.encodeLong(70000.0, 0, flags);
        out.println(flags);
        // end codec
    }

    static void stochastic(PrintStream out, Path folder) {
        // region stochastic
        Codec sr = Codec.of(Formats.BFLOAT16).stochastic(Rounding.STOCHASTIC_A, 16);
        int up = 0;
        for (int i = 0; i < 10_000; i++) {
            long random = CounterRandom.bits(42, i, 16); // seed, number of the value, bits: no hidden state
            up += (int) sr.encodeWithFlags(1.001953125, random) == 0x3f81 ? 1 : 0;
        }
        out.println(up + " of 10000 up; the number lies a quarter of the way");
        // end stochastic
    }

    static void arithmetic(PrintStream out, Path folder) {
        // region arithmetic
        Arithmetic f16 = Arithmetic.of(Codec.of(Formats.BINARY16));
        out.printf("%04x%n", f16.divide(0x3c00, 0x4200)); // 1 / 3
        long r = f16.multiplyWithFlags(0x0400, 0x3400); // 2^-14 * 0.25: subnormal, and exact
        out.printf("%04x %s%n", (int) r, Flags.toString((int) (r >>> 32)));
        // end arithmetic
    }

    static void arrays(PrintStream out, Path folder) {
        // region arrays
        float[] weights = {0.1f, -2.5f, 300f, 1e-6f};
        ArrayCodec e2m1 = ArrayCodec.of(Codec.of(Formats.OCP_E2M1)).packed(Packing.lowFirst(4));
        byte[] dense = new byte[2]; // two codes a byte
        e2m1.encode(weights, 0, dense, 0, 4);
        out.printf("%02x %02x%n", dense[0], dense[1]);
        float[] back = new float[4];
        e2m1.decode(dense, 0, back, 0, 4);
        out.println(Arrays.toString(back));
        // end arrays
    }

    // ------------------------------------------------------------------ docs/simulators.md

    static void engine(PrintStream out, Path folder) {
        // region engine
        Engine ampere = Engines.get("nvidia.ampere.mma.f16.f32");
        Engine hopper = Engines.get("nvidia.hopper.mma.f16.f32");
        long[] a = {0x3c00, 0xb800}; // 1, -0.5
        long[] b = {0x3c00, 0x3c00};
        long c = 0xbeffffffL; // -(0.5 - 2^-25)
        out.printf("%08x %08x%n", ampere.dot(a, 0, b, 0, 2, c, 0), hopper.dot(a, 0, b, 0, 2, c, 0));
        out.println(ampere.evidence() + ": " + ampere.sources().get(0).document());
        // end engine
    }

    static void matrices(PrintStream out, Path folder) {
        // region matrices
        Gemm gemm = Gemm.of(Engines.get("nvidia.hopper.wgmma.e4m3.f32")).threads(2);
        byte[] a = new byte[4 * 32]; // 4 x 32, row-major
        byte[] b = new byte[32 * 4];
        Arrays.fill(a, (byte) 0x38); // 1
        Arrays.fill(b, (byte) 0x01); // 2^-9
        float[] d = new float[4 * 4];
        gemm.multiply(Matrix.of(a, 4, 32), Matrix.of(b, 32, 4), Matrix.of(d, 4, 4));
        out.println(d[0] + " = 32 * 2^-9, on any number of threads");
        // end matrices
    }

    static void variant(PrintStream out, Path folder) {
        // region variant
        Accumulation chain = Accumulation.fma(Codec.of(Formats.BINARY32));
        Accumulation fused8 = Accumulation.fused(8, Codec.of(Formats.BINARY32).rounding(Rounding.TOWARD_ZERO));
        Accumulation exact = Accumulation.exact(Codec.of(Formats.BINARY32));
        long[] a = new long[64];
        long[] b = new long[64];
        for (int i = 0; i < 64; i++) {
            a[i] = 0x3c00 + 37 * i % 1024; // binary16, 1 to 2
            b[i] = (i & 1) << 15 | 0x3c00 + 91 * i % 1024;
        }
        for (Accumulation order : List.of(chain, fused8, exact)) {
            FloatDot dot = FloatDot.of(Formats.BINARY16, Formats.BINARY16, order);
            out.println(Float.intBitsToFloat((int) dot.dot(a, 0, b, 0, 64, 0x4b000000, 0)));
        }
        // end variant
    }

    // ------------------------------------------------------------------ docs/numerics.md

    static void errors(PrintStream out, Path folder) {
        // region errors
        float[] x = new float[100_000];
        Random random = new Random(1);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (random.nextGaussian() * 0.02); // like the weights of a large layer
        }
        for (ScalarFormat format : List.of(Formats.BFLOAT16, Formats.OCP_E4M3, Formats.OCP_E5M2, Formats.OCP_E3M2)) {
            Codec codec = Codec.of(format).saturating();
            double signal = 0;
            double noise = 0;
            int zeros = 0;
            for (float v : x) {
                double w = codec.decode(codec.encode(v));
                signal += (double) v * v;
                noise += (v - w) * (v - w);
                zeros += w == 0 ? 1 : 0;
            }
            double decibels = 10 * Math.log10(signal / noise);
            double lost = 100.0 * zeros / x.length;
            out.printf(Locale.ROOT, "%-5s %5.1f dB, %4.1f %% become zero%n", format.name(), decibels, lost);
        }
        // end errors
    }

    static void weights(PrintStream out, Path folder) throws IOException {
        // region weights
        float[] x = new float[64 * 256];
        Random random = new Random(7);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        int[] codes = new int[x.length]; // binary32 codes
        ArrayCodec.of(Codec.of(Formats.BINARY32)).encode(x, 0, codes, 0, x.length);
        TensorInfo info = TensorInfo.of(TensorType.of(Formats.BINARY32), 64, 256);
        try (TensorWriter writer = NpyFile.create(folder.resolve("w.npy"), info)) {
            writer.write(codes, 0, codes.length);
            writer.commit();
        }
        // end weights
    }

    static void blocks(PrintStream out, Path folder) {
        // region blocks
        BlockCodec nvfp4 = BlockCodec.transformerEngine(FormatNames.block("nvfp4"));
        float[] x = new float[32];
        for (int i = 0; i < 32; i++) {
            x[i] = (i - 16) * 0.37f;
        }
        TensorScale tensor = nvfp4.tensorScale(BlockCodec.amax(x, 0, 32));
        byte[] codes = new byte[32]; // E2M1, one a byte
        byte[] scales = new byte[2]; // UE4M3, one for 16 values
        nvfp4.encode(x, 0, codes, 0, scales, 0, 32, tensor, 0, 0);
        float[] back = new float[32];
        nvfp4.decode(codes, 0, scales, 0, back, 0, 32, tensor);
        out.printf("scales %02x %02x, first values %s -> %s%n", scales[0], scales[1], x[0], back[0]);
        // end blocks
    }

    static void integers(PrintStream out, Path folder) {
        // region integers
        Affine affine = Affine.ofRange(-1.0f, 3.0f, Formats.UINT8);
        out.println(affine);
        for (String name : List.of("onnx", "pytorch", "tflite")) {
            Quantizer quantizer = Quantizer.of(Formats.UINT8, QuantizeRule.named(name), affine);
            out.println(name + ": " + quantizer.quantize(-0.4f) + ", " + quantizer.quantize(-2 / 3f));
        }
        // end integers
    }

    static void files(PrintStream out, Path folder) throws IOException {
        // region files
        float[] weights = {0.1f, -0.2f, 0.3f, 448f, 1e6f, Float.NaN};
        byte[] codes = new byte[6];
        ArrayCodec.of(Codec.of(Formats.OCP_E4M3).saturating()).encode(weights, 0, codes, 0, 6);
        Path file = folder.resolve("weights.safetensors");
        TensorInfo info = TensorInfo.of(TensorType.of(Formats.OCP_E4M3), 2, 3).named("layer0.weight");
        try (TensorWriter writer = SafetensorsFile.create(file, List.of(info), Map.of("made by", "bitexact"))) {
            writer.write(codes, 0, 6);
            writer.commit();
        }
        out.println(SafetensorsFile.open(file).tensor("layer0.weight").info());
        // end files
    }
}
