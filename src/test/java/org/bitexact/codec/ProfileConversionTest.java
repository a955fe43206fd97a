package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.bitexact.format.Flags;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Codes that real implementations gave when they were run (ml_dtypes 0.6.0, onnx 1.23.1, PyTorch 2.13 on CPU, the host
 * path of CUDA 13.0, OpenJDK 25, F16C and AVX512_BF16 instructions), or that their documents state. Each row: profile,
 * source format, source code, target format, target code.
 */
@Tag("fast")
class ProfileConversionTest {
    private static ScalarFormat format(String name) {
        return FormatNames.scalar(name).format();
    }

    private static long convert(String profile, String from, String code, String to, Rounding rounding) {
        ScalarFormat source = format(from);
        ScalarFormat target = format(to);
        Policies policies = Profile.parse(profile).policies(source, target);
        Codec codec = Codec.of(target, rounding == null ? policies : policies.withRounding(rounding));
        return Converter.of(source, codec).convertLong(Long.parseUnsignedLong(code, 16), 0, null);
    }

    private static void check(String profile, String from, String code, String to, String expected) {
        assertThat(Long.toHexString(convert(profile, from, code, to, null)))
                .as("%s: %s %s to %s", profile, from, code, to)
                .isEqualTo(expected.toLowerCase(java.util.Locale.ROOT));
    }

    /** FP16, BF16: NaN, overflow, subnormals. */
    @ParameterizedTest
    @CsvSource({
        // F16C VCVTPS2PH and VCVTPH2PS
        "f16c, f32, 7fd55555, f16, 7eaa",
        "f16c, f32, ffd55555, f16, feaa",
        "f16c, f32, 7f800001, f16, 7e00",
        "f16c, f32, 7f800000, f16, 7c00",
        "f16c, f32, ff800000, f16, fc00",
        "f16c, f32, 477ff000, f16, 7c00",
        "f16c, f32, 477fefff, f16, 7bff",
        "f16c, f32, 33800000, f16, 1",
        "f16c, f32, 387ff000, f16, 400",
        "f16c, f16, 7d55, f32, 7feaa000",
        "f16c, f16, fc01, f32, ffc02000",
        "f16c, f16, 7e01, f32, 7fc02000",
        "f16c, f16, 0001, f32, 33800000",
        // OpenJDK, plain Java body
        "jdk, f32, 7fd55555, f16, 7fff",
        "jdk, f32, 7f800001, f16, 7c01",
        "jdk, f32, ff800001, f16, fc01",
        "jdk, f32, 477ff000, f16, 7c00",
        "jdk, f16, 7d55, f32, 7faaa000",
        "jdk, f16, fc01, f32, ff802000",
        // CUDA __float2half, __float2bfloat16
        "cuda-sat, f32, 7fc00000, f16, 7fff",
        "cuda-sat, f32, ffc00000, f16, 7fff",
        "cuda-nosat, f32, 7fd55555, f16, 7fff",
        "cuda-nosat, f32, 7f800001, f16, 7fff",
        "cuda-sat, f32, 477ff000, f16, 7c00",
        "cuda-sat, f32, ff800000, f16, fc00",
        "cuda-sat, f32, ffd55555, bf16, 7fff",
        "cuda-nosat, f32, 7f7fffff, bf16, 7f80",
        // ml_dtypes
        "ml-dtypes, f32, 7fd55555, bf16, 7fc0",
        "ml-dtypes, f32, ffd55555, bf16, ffc0",
        "ml-dtypes, f32, 7f7fffff, bf16, 7f80",
        "ml-dtypes, f16, 7d55, e5m2, 7f",
        "ml-dtypes, f16, 7c01, e5m2, 7e",
        "ml-dtypes, f16, fe00, e5m2, fe",
        // PyTorch
        "pytorch, f32, 7fd55555, bf16, 7fc0",
        "pytorch-simd, f32, 7fd55555, bf16, ffff",
        "pytorch-simd, f32, ffc00000, bf16, ffff",
        "pytorch, f32, 7f7fffff, bf16, 7f80",
        "pytorch-simd, f16, 7d55, f32, 7feaa000",
        "pytorch-simd, f16, fe01, f32, ffc02000",
        "pytorch, f16, 7d55, f32, 7fffffff",
        "pytorch, f16, fe01, f32, 7fffffff",
        // VCVTNEPS2BF16
        "avx512-bf16, f32, 7fd55555, bf16, 7fd5",
        "avx512-bf16, f32, ffd55555, bf16, ffd5",
        "avx512-bf16, f32, 7f800001, bf16, 7fc0",
        "avx512-bf16, f32, 7f7fffff, bf16, 7f80",
        "avx512-bf16, f32, 007fffff, bf16, 0",
        "avx512-bf16, f32, 807fffff, bf16, 8000",
        "avx512-bf16, f32, 00800000, bf16, 80",
        // Arm BFCVT, RISC-V fcvt
        "arm, f32, 7f800001, bf16, 7fc0",
        "arm, f32, ffd55555, f16, feaa",
        "arm-dn, f32, ffd55555, f16, 7e00",
        "arm-dn, f32, ffd55555, bf16, 7fc0",
        "riscv, f32, ffd55555, f16, 7e00",
        "riscv, f32, 7f800001, bf16, 7fc0",
        "x86, f64, 7ff4000000000001, f32, 7fe00000",
    })
    void halfAndBfloat16(String profile, String from, String code, String to, String expected) {
        check(profile, from, code, to, expected);
    }

    /** Overflow of VCVTPS2PH, positive and negative. */
    @ParameterizedTest
    @CsvSource({"rne, 7c00, fc00", "rz, 7bff, fbff", "ru, 7c00, fbff", "rd, 7bff, fc00"})
    void overflowOfF16cByMode(String mode, String plus, String minus) {
        Rounding rounding = Rounding.parse(mode);
        assertThat(convert("f16c", "f32", "7f7fffff", "f16", rounding)).isEqualTo(Long.parseLong(plus, 16));
        assertThat(convert("f16c", "f32", "ff7fffff", "f16", rounding)).isEqualTo(Long.parseLong(minus, 16));
    }

    /** Measured on F16C: precision only, then precision and underflow; both where tininess is judged before. */
    @Test
    void tininessOfF16cAndArm() {
        Codec x86 = Codec.of(Formats.BINARY16, Profile.F16C, Formats.BINARY32);
        Codec arm = Codec.of(Formats.BINARY16, Profile.ARM, Formats.BINARY32);
        long x = (long) Flags.INEXACT << 32;
        long ux = (long) (Flags.INEXACT | Flags.UNDERFLOW) << 32;
        assertThat(x86.encodeFloatBits(0x387f_f000, 0)).isEqualTo(x | 0x0400);
        assertThat(x86.encodeFloatBits(0x387f_efff, 0)).isEqualTo(ux | 0x0400);
        assertThat(arm.encodeFloatBits(0x387f_f000, 0)).isEqualTo(ux | 0x0400);
        assertThat(arm.encodeFloatBits(0x387f_efff, 0)).isEqualTo(ux | 0x0400);
        assertThat(x86.encodeFloatBits(0x7f80_0001, 0)).isEqualTo((long) Flags.INVALID << 32 | 0x7e00);
    }

    /** Binary32 to E4M3, E5M2: +Inf, -Inf, +NaN, -NaN, +overflow, -overflow. */
    @ParameterizedTest
    @CsvSource({
        "cuda-sat,    e4m3, 7e fe 7f 7f 7e fe",
        "cuda-sat,    e5m2, 7b fb 7f 7f 7b fb",
        "cuda-nosat,  e4m3, 7f ff 7f 7f 7f ff",
        "cuda-nosat,  e5m2, 7c fc 7f 7f 7c fc",
        "ml-dtypes,   e4m3, 7f ff 7f ff 7f ff",
        "ml-dtypes,   e5m2, 7c fc 7e fe 7c fc",
        "pytorch,     e4m3, 7e fe 7f ff 7e fe",
        "pytorch,     e5m2, 7c fc 7f ff 7c fc",
        "pytorch-old, e4m3, 7f ff 7f ff 7f ff",
        "onnx-sat,    e4m3, 7e fe 7f ff 7e fe",
        "onnx-sat,    e5m2, 7b fb 7e fe 7b fb",
        "onnx-nosat,  e4m3, 7f ff 7f ff 7f ff",
        "onnx-nosat,  e5m2, 7c fc 7e fe 7c fc",
        "ocp-sat,     e4m3, 7e fe 7f ff 7e fe",
        "ocp-sat,     e5m2, 7b fb 7e fe 7b fb",
        "ocp-nosat,   e4m3, 7f ff 7f ff 7f ff",
        "ocp-nosat,   e5m2, 7c fc 7e fe 7c fc",
        "riscv,       e4m3, 7f ff 7f 7f 7f ff",
        "riscv,       e5m2, 7c fc 7f 7f 7c fc",
        "ml-dtypes,   e4m3_ieee, 78 f8 7c fc 78 f8",
        "ml-dtypes,   e3m4, 70 f0 78 f8 70 f0",
        // the NaN of FNUZ formats is 80
        "ml-dtypes,      e4m3fnuz, 80 80 80 80 80 80",
        "ml-dtypes,      e5m2fnuz, 80 80 80 80 80 80",
        "pytorch,        e4m3fnuz, 80 80 80 80 80 80",
        "pytorch,        e5m2fnuz, 80 80 80 80 80 80",
        "onnx-sat,       e4m3fnuz, 7f ff 80 80 7f ff",
        "onnx-sat,       e5m2fnuz, 7f ff 80 80 7f ff",
        "onnx-nosat,     e4m3fnuz, 80 80 80 80 80 80",
        "onnx-nosat,     e5m2fnuz, 80 80 80 80 80 80",
        "amd-fnuz,       e4m3fnuz, 80 80 80 80 7f ff",
        "amd-fnuz,       e5m2fnuz, 80 80 80 80 7f ff",
        "graphcore,      e4m3fnuz, 80 80 80 80 80 80",
        "graphcore-clip, e4m3fnuz, 7f ff 80 80 7f ff",
        // no NaN: section 5.1
        "cuda-sat,   e3m2, 1f 3f 1f 1f 1f 3f",
        "cuda-sat,   e2m3, 1f 3f 1f 1f 1f 3f",
        "cuda-nosat, e2m1, 7 f 7 7 7 f",
        "ml-dtypes,  e3m2, 1f 3f 20 0 1f 3f",
        "ml-dtypes,  e2m3, 1f 3f 20 0 1f 3f",
        "ml-dtypes,  e2m1, 7 f 8 0 7 f",
        "onnx-sat,   e2m1, 7 f 8 0 7 f",
        "tesla, cfloat8_1_4_3, 7f ff 7f ff 7f ff",
        "tesla, cfloat8_1_5_2, 7f ff 7f ff 7f ff",
    })
    void eightBitsAndLess(String profile, String to, String expected) {
        String[] codes = expected.split(" ");
        String[] inputs = {"7f800000", "ff800000", "7fc00000", "ffc00000", "7f7fffff", "ff7fffff"};
        for (int i = 0; i < inputs.length; i++) {
            check(profile, "f32", inputs[i], to, codes[i]);
        }
        // just beyond the threshold as well
        float threshold = (float)
                (Codec.of(format(to)).decode(((org.bitexact.format.FloatFormat) format(to)).maxFiniteCode()) * 1.25);
        check(profile, "f32", Integer.toHexString(Float.floatToRawIntBits(threshold)), to, codes[4]);
        check(profile, "f32", Integer.toHexString(Float.floatToRawIntBits(-threshold)), to, codes[5]);
    }

    /** Zeros and underflow keep their sign except in FNUZ formats. */
    @ParameterizedTest
    @CsvSource({
        "ml-dtypes, e4m3fnuz, 0, 0",
        "pytorch, e5m2fnuz, 0, 0",
        "onnx-sat, e4m3fnuz, 0, 0",
        "amd-fnuz, e4m3fnuz, 0, 0",
        "cuda-sat, e4m3, 0, 80",
        "cuda-sat, e2m1, 0, 8",
        "ml-dtypes, e3m2, 0, 20",
        "onnx-sat, e2m1, 0, 8",
        "pytorch, e5m2, 0, 80",
    })
    void zerosAndUnderflow(String profile, String to, String plus, String minus) {
        check(profile, "f32", "00000000", to, plus);
        check(profile, "f32", "80000000", to, minus);
        check(profile, "f32", "00800000", to, plus);
        check(profile, "f32", "80800000", to, minus);
    }

    /** CUDA's host path from binary64 keeps the NaN's sign and, in E5M2, two payload bits. */
    @ParameterizedTest
    @CsvSource({
        "7ff8000000000000, e4m3, 7f",
        "fff8000000000000, e4m3, ff",
        "7ff8000000000000, e5m2, 7e",
        "fff8000000000000, e5m2, fe",
        "7ff4000000000000, e5m2, 7f",
        "fffc000000000000, e5m2, ff",
        "7ff0000000000001, e5m2, 7e",
    })
    void cudaFromBinary64(String code, String to, String expected) {
        check("cuda-sat", "f64", code, to, expected);
        check("cuda-nosat", "f64", code, to, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "ml-dtypes, e4m3, 7f, f32, 7fc00000",
        "ml-dtypes, e4m3, ff, f32, ffc00000",
        "ml-dtypes, e5m2, 7d, f32, 7fc00000",
        "ml-dtypes, e5m2, fd, f32, ffc00000",
        "ml-dtypes, e5m2, 7f, f32, 7fc00000",
        "ml-dtypes, e4m3fnuz, 80, f32, ffc00000",
        "ml-dtypes, e5m2fnuz, 80, f32, ffc00000",
        "ml-dtypes, e8m0, ff, f32, 7fc00000",
        "pytorch, e4m3, 7f, f32, 7ff00000",
        "pytorch, e4m3, ff, f32, fff00000",
        "pytorch, e5m2, 7d, f32, 7fe00000",
        "pytorch, e5m2, 7f, f32, 7fe00000",
        "pytorch, e5m2, ff, f32, ffe00000",
        "pytorch, e4m3fnuz, 80, f32, 7f800001",
        "pytorch, e5m2fnuz, 80, f32, 7f800001",
        "pytorch, e8m0, ff, f32, 7f800001",
        "cuda-sat, e4m3, 7f, f16, 7fff",
        "cuda-sat, e4m3, ff, f16, 7fff",
        "cuda-nosat, e5m2, fd, f16, 7fff",
        "ieee, e8m0, 00, f32, 400000",
        "ieee, e8m0, 00, bf16, 40",
        "ieee, e8m0, fe, f32, 7f000000",
    })
    void widening(String profile, String from, String code, String to, String expected) {
        check(profile, from, code, to, expected);
    }

    /**
     * E8M0: 0, -1, 1, 1.5, 2^-127, 2^-128, 1.5 * 2^-127, 1.5 * 2^127, +Inf, NaN.
     *
     * <p>The ONNX evaluator rounds 2^-127, which is exact, and 2^-128 up to 01; here they are 00 in every mode: the
     * first is a defect of the evaluator, and results below the range go to the smallest number.
     */
    @ParameterizedTest
    @CsvSource({
        "cuda-sat,   rz,  00 7f 7f 7f 00 00 00 fe fe ff",
        "cuda-sat,   ru,  00 7f 7f 80 00 00 01 fe fe ff",
        "cuda-nosat, rz,  00 7f 7f 7f 00 00 00 fe ff ff",
        "cuda-nosat, ru,  00 7f 7f 80 00 00 01 ff ff ff",
        "ml-dtypes,  rne, ff ff 7f 80 00 00 01 ff ff ff",
        "pytorch,    rne, 00 7f 7f 80 00 00 01 ff ff ff",
        "onnx-sat,   ru,  00 7f 7f 80 00 00 01 fe ff ff",
        "onnx-sat,   rz,  00 7f 7f 7f 00 00 00 fe ff ff",
        "onnx-sat,   rne, 00 7f 7f 80 00 00 01 fe ff ff",
        "onnx-nosat, ru,  00 7f 7f 80 00 00 01 ff ff ff",
        "onnx-nosat, rz,  00 7f 7f 7f 00 00 00 fe ff ff",
        "onnx-nosat, rne, 00 7f 7f 80 00 00 01 ff ff ff",
    })
    void e8m0(String profile, String mode, String expected) {
        String[] codes = expected.split(" ");
        String[] inputs = {
            "00000000",
            "bf800000",
            "3f800000",
            "3fc00000",
            "00400000",
            "00200000",
            "00600000",
            "7f400000",
            "7f800000",
            "7fc00000"
        };
        for (int i = 0; i < inputs.length; i++) {
            assertThat(convert(profile, "f32", inputs[i], "e8m0", Rounding.parse(mode)))
                    .as("%s %s %s", profile, mode, inputs[i])
                    .isEqualTo(Long.parseLong(codes[i], 16));
        }
        Rounding usual =
                Profile.parse(profile).policies(Formats.BINARY32, Formats.E8M0).rounding();
        assertThat(usual)
                .isEqualTo(
                        profile.startsWith("cuda")
                                ? Rounding.TOWARD_ZERO
                                : profile.startsWith("onnx") ? Rounding.TOWARD_POSITIVE : Rounding.TIES_TO_EVEN);
    }

    /** TF32, its 19-bit codes shifted into their binary32 container. */
    @ParameterizedTest
    @CsvSource({
        "tf32-rna, 3f801000, 3f802000",
        "tf32-rne, 3f801000, 3f800000",
        "tf32-truncate, 3f801000, 3f800000",
        "tf32-rne, 3f803000, 3f804000",
        "tf32-truncate, 3f803000, 3f802000",
        "tf32-truncate, 7fc00000, 7fc00000",
        "tf32-truncate, 7f801fff, 7f800000",
        "tf32-rna, 7f801fff, 7f800000",
        "tf32-rna, 7f7fffff, 7f800000",
        "tf32-truncate, 7f7fffff, 7f7fe000",
    })
    void tf32(String profile, String code, String expected) {
        assertThat(convert(profile, "f32", code, "tf32", null) << 13).isEqualTo(Long.parseLong(expected, 16));
    }

    /** Casts to integers: 8.0, -9.0, 2.7, -2.7, NaN. */
    @ParameterizedTest
    @CsvSource({
        "ml-dtypes, i4, 8 7 2 e 0",
        "onnx-sat,  i4, 8 7 2 e 0",
        "ieee,      i4, 7 8 3 d 7",
        "arm,       i4, 7 8 3 d 0",
        "cuda-sat,  i4, 7 8 3 d 0",
        "riscv,     i4, 7 8 3 d 7",
        "x86,       i4, 8 8 3 d 8",
        "x86,       u4, 8 f 3 f f",
        "ml-dtypes, i2, 0 3 2 2 0",
        "ml-dtypes, u4, 8 7 2 e 0",
    })
    void integers(String profile, String to, String expected) {
        String[] codes = expected.split(" ");
        float[] inputs = {8, -9, 2.7f, -2.7f, Float.NaN};
        for (int i = 0; i < inputs.length; i++) {
            check(profile, "f32", Integer.toHexString(Float.floatToRawIntBits(inputs[i])), to, codes[i]);
        }
    }

    /** Binary64 passes through binary32 in PyTorch and in NumPy's astype, but not to binary16 in NumPy. */
    @ParameterizedTest
    @CsvSource({
        "ml-dtypes,        3ff1000004000000, e4m3, 39",
        "ml-dtypes-astype, 3ff1000004000000, e4m3, 38",
        "ml-dtypes-astype, 3ff0020000001000, f16,  3c01",
        "pytorch,          3ff0020000001000, f16,  3c00",
        "cuda-sat,         3ff0020000001000, f16,  3c01",
        "ml-dtypes,        3ff0100000001000, bf16, 3f81",
        "ml-dtypes-astype, 3ff0100000001000, bf16, 3f80",
        "pytorch,          3ff0100000001000, bf16, 3f80",
        "cuda-nosat,       3ff0100000001000, bf16, 3f81",
    })
    void pathsFromBinary64(String profile, String code, String to, String expected) {
        check(profile, "f64", code, to, expected);
    }
}
