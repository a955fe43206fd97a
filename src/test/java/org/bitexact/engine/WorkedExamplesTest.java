package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Dot products on which engines differ, computed by hand twice: in integers as the engines do it, and with exact
 * fractions. The first column is the number of the example; elements that are not written are zeros.
 */
@Tag("fast")
class WorkedExamplesTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            # 1: 1 - 0.5 - (0.5 - 2^-25), binary16
            1  | nvidia.volta.mma.f16.f32      | 3c00 b800 | 3c00 3c00 | beffffff | 34000000
            1  | nvidia.ampere.mma.f16.f32     | 3c00 b800 | 3c00 3c00 | beffffff | 33800000
            1  | nvidia.turing.mma.f16.f32     | 3c00 b800 | 3c00 3c00 | beffffff | 33800000
            1  | nvidia.hopper.mma.f16.f32     | 3c00 b800 | 3c00 3c00 | beffffff | 33000000
            1  | nvidia.hopper.wgmma.f16.f32   | 3c00 b800 | 3c00 3c00 | beffffff | 33000000
            1  | nvidia.blackwell.mma.f16.f32  | 3c00 b800 | 3c00 3c00 | beffffff | 33000000
            1  | nvidia.blackwell.tcgen05.f16.f32 | 3c00 b800 | 3c00 3c00 | beffffff | 33000000
            1  | amd.cdna1.mfma.f16.f32        | 3c00 b800 | 3c00 3c00 | beffffff | 33000000
            1  | amd.cdna2.mfma.f16.f32        | 3c00 b800 | 3c00 3c00 | beffffff | 33000000
            1  | x86.amx.tdpfp16ps.f16.f32     | 3c00 b800 | 3c00 3c00 | beffffff | 33000000
            1  | intel.gaudi2.mme.f16.f32      | 3c00 b800 | 3c00 3c00 | beffffff | 33000000
            1  | intel.gaudi3.mme.f16.f32      | 3c00 b800 | 3c00 3c00 | beffffff | 33800000
            1  | amd.cdna3.mfma.f16.f32        | 3c00 b800 | 3c00 3c00 | beffffff | 00000000
            # 2: 1 + 1.5 * 2^-24, truncated or rounded
            2  | nvidia.volta.mma.f16.f32      | 0e00 | 0c00 | 3f800000 | 3f800000
            2  | nvidia.turing.mma.f16.f32     | 0e00 | 0c00 | 3f800000 | 3f800000
            2  | nvidia.ampere.mma.f16.f32     | 0e00 | 0c00 | 3f800000 | 3f800000
            2  | nvidia.ada.mma.f16.f32        | 0e00 | 0c00 | 3f800000 | 3f800000
            2  | nvidia.hopper.wgmma.f16.f32   | 0e00 | 0c00 | 3f800000 | 3f800000
            2  | nvidia.blackwell.tcgen05.f16.f32 | 0e00 | 0c00 | 3f800000 | 3f800000
            2  | amd.cdna3.mfma.f16.f32        | 0e00 | 0c00 | 3f800000 | 3f800001
            2  | amd.cdna1.mfma.f16.f32        | 0e00 | 0c00 | 3f800000 | 3f800001
            # 3: 1 + 2^-24 + 2^-24, the products at k = 0 and k = 4, k = 0 and k = 8
            3  | nvidia.volta.mma.f16.f32      | 0c00 0*3 0c00 | 0c00 0*3 0c00 | 3f800000 | 3f800000
            3  | nvidia.ampere.mma.f16.f32     | 0c00 0*3 0c00 | 0c00 0*3 0c00 | 3f800000 | 3f800001
            3  | nvidia.hopper.mma.f16.f32     | 0c00 0*3 0c00 | 0c00 0*3 0c00 | 3f800000 | 3f800001
            3  | nvidia.ampere.mma.f16.f32     | 0c00 0*7 0c00 | 0c00 0*7 0c00 | 3f800000 | 3f800000
            3  | nvidia.hopper.mma.f16.f32     | 0c00 0*7 0c00 | 0c00 0*7 0c00 | 3f800000 | 3f800001
            # 4: 1 + 2^-14 in FP8
            4  | nvidia.ada.mma.e4m3.f32         | 38 08 | 38 02 | 00000000 | 3f800000
            4  | nvidia.hopper.wgmma.e4m3.f32    | 38 08 | 38 02 | 00000000 | 3f800000
            4  | nvidia.hopper.mma.e4m3.f32      | 38 08 | 38 02 | 00000000 | 3f800200
            4  | nvidia.blackwell.tcgen05.e4m3.f32 | 38 08 | 38 02 | 00000000 | 3f800200
            4  | nvidia.blackwell.mma.e4m3.f32   | 38 08 | 38 02 | 00000000 | 3f800200
            4  | intel.gaudi3.mme.e4m3.f32       | 38 08 | 38 02 | 00000000 | 3f800200
            # 5: products of zeros, and an addend of 24 bits
            5  | nvidia.ada.mma.e4m3.f32         | 00 | 00 | 3f8003ff | 3f800000
            5  | nvidia.hopper.wgmma.e4m3.f32    | 00 | 00 | 3f8003ff | 3f800000
            5  | nvidia.blackwell.tcgen05.e4m3.f32 | 00 | 00 | 3f8003ff | 3f8003ff
            # 6: 1 -+ 2^-30
            6  | amd.cdna3.mfma.f16.f32        | 3c00 | 3c00 | b0800000 | 3f7fffff
            6  | amd.cdna3.mfma.f16.f32        | 3c00 | 3c00 | 30800000 | 3f800000
            6  | nvidia.hopper.wgmma.f16.f32   | 3c00 | 3c00 | b0800000 | 3f800000
            6  | nvidia.hopper.wgmma.f16.f32   | 3c00 | 3c00 | 30800000 | 3f800000
            6  | amd.cdna1.mfma.f16.f32        | 3c00 | 3c00 | b0800000 | 3f800000
            6  | amd.cdna1.mfma.f16.f32        | 3c00 | 3c00 | 30800000 | 3f800000
            6  | amd.cdna3.mfma.e4m3fnuz.f32   | 40 | 40 | b0800000 | 3f800000
            6  | amd.cdna3.mfma.e4m3fnuz.f32   | 40 | 40 | 30800000 | 3f800000
            # 7: 1 - 2^-25
            7  | amd.cdna3.mfma.e4m3fnuz.f32   | 40 | 40 | b3000000 | 3f7fffff
            # 8: the smallest subnormal of binary16
            8  | amd.cdna2.mfma.f16.f32        | 0001 | 3c00 | 00000000 | 00000000
            8  | amd.cdna1.mfma.f16.f32        | 0001 | 3c00 | 00000000 | 33800000
            8  | amd.cdna3.mfma.f16.f32        | 0001 | 3c00 | 00000000 | 33800000
            8  | nvidia.volta.mma.f16.f32      | 0001 | 3c00 | 00000000 | 33800000
            8  | nvidia.ampere.mma.f16.f32     | 0001 | 3c00 | 00000000 | 33800000
            8  | nvidia.hopper.wgmma.f16.f32   | 0001 | 3c00 | 00000000 | 33800000
            8  | intel.gaudi1.mme.f16.f32      | 0001 | 3c00 | 00000000 | 33800000
            8  | intel.gaudi2.mme.f16.f32      | 0001 | 3c00 | 00000000 | 33800000
            8  | intel.gaudi3.mme.f16.f32      | 0001 | 3c00 | 00000000 | 33800000
            8  | x86.amx.tdpfp16ps.f16.f32     | 0001 | 3c00 | 00000000 | 33800000
            # 9: the smallest subnormal of BF16
            9  | nvidia.ampere.mma.bf16.f32    | 0001 | 3f80 | 00000000 | 00010000
            9  | nvidia.hopper.wgmma.bf16.f32  | 0001 | 3f80 | 00000000 | 00010000
            9  | intel.gaudi3.mme.bf16.f32     | 0001 | 3f80 | 00000000 | 00010000
            9  | arm.a64.bfdot-ebf.bf16.f32    | 0001 | 3f80 | 00000000 | 00010000
            9  | amd.cdna2.mfma.bf16.f32       | 0001 | 3f80 | 00000000 | 00000000
            9  | intel.gaudi2.mme.bf16.f32     | 0001 | 3f80 | 00000000 | 00000000
            9  | x86.avx512.vdpbf16ps.bf16.f32 | 0001 | 3f80 | 00000000 | 00000000
            9  | x86.amx.tdpbf16ps.bf16.f32    | 0001 | 3f80 | 00000000 | 00000000
            9  | arm.a64.bfdot.bf16.f32        | 0001 | 3f80 | 00000000 | 00000000
            # 10: 1 + 2^-24 + 2^-24 in BF16
            10 | x86.avx512.vdpbf16ps.bf16.f32 | 3f80 3380 | 3f80 3f80 | 33800000 | 3f800001
            10 | x86.amx.tdpbf16ps.bf16.f32    | 3f80 3380 | 3f80 3f80 | 33800000 | 3f800000
            10 | arm.a64.bfdot.bf16.f32        | 3f80 3380 | 3f80 3f80 | 33800000 | 3f800001
            10 | arm.a64.bfmmla.bf16.f32       | 3f80 3380 | 3f80 3f80 | 33800000 | 3f800001
            10 | arm.a64.bfdot-ebf.bf16.f32    | 3f80 3380 | 3f80 3f80 | 33800000 | 3f800000
            10 | nvidia.ampere.mma.bf16.f32    | 3f80 3380 | 3f80 3f80 | 33800000 | 3f800001
            10 | nvidia.hopper.mma.bf16.f32    | 3f80 3380 | 3f80 3f80 | 33800000 | 3f800001
            10 | amd.cdna2.mfma.bf16.f32       | 3f80 3380 | 3f80 3f80 | 33800000 | 3f800000
            10 | amd.cdna3.mfma.bf16.f32       | 3f80 3380 | 3f80 3f80 | 33800000 | 3f800001
            10 | intel.gaudi2.mme.bf16.f32     | 3f80 3380 | 3f80 3f80 | 33800000 | 3f800001
            10 | intel.gaudi3.mme.bf16.f32     | 3f80 3380 | 3f80 3f80 | 33800000 | 3f800001
            # 11: 2^128 - 2^128 + 1
            11 | nvidia.ampere.mma.bf16.f32    | 7f00 ff00 | 4000 4000 | 3f800000 | 00000000
            11 | nvidia.hopper.wgmma.bf16.f32  | 7f00 ff00 | 4000 4000 | 3f800000 | 00000000
            11 | amd.cdna3.mfma.bf16.f32       | 7f00 ff00 | 4000 4000 | 3f800000 | 7fc00000
            # 12: 2^128 - 2^127
            12 | nvidia.ampere.mma.bf16.f32    | 7f00 | 4000 | ff000000 | 7f000000
            12 | nvidia.hopper.wgmma.bf16.f32  | 7f00 | 4000 | ff000000 | 7f000000
            12 | amd.cdna3.mfma.bf16.f32       | 7f00 | 4000 | ff000000 | 7f800000
            # 13: TF32 of a binary32 operand
            13 | nvidia.ampere.mma.tf32.f32    | 3f801fff | 3f800000 | 00000000 | 3f800000
            13 | nvidia.hopper.wgmma.tf32.f32  | 3f801fff | 3f800000 | 00000000 | 3f800000
            13 | intel.gaudi2.mme.tf32.f32     | 3f801fff | 3f800000 | 00000000 | 3f802000
            13 | intel.gaudi3.mme.tf32.f32     | 3f801fff | 3f800000 | 00000000 | 3f802000
            # 14: eight products of 1.75 * 2^-151
            14 | nvidia.ampere.mma.bf16.f32    | 1a60*8 | 1980*8 | 00000000 | 00000003
            14 | intel.gaudi3.mme.bf16.f32     | 1a60*8 | 1980*8 | 00000000 | 00000003
            # 15: 2^-25 + 2^-48, to binary16
            15 | nvidia.ampere.mma.f16.f16     | 0400 0001 | 1000 0001 | 0000 | 0000
            # 16: zero times a large number
            16 | nvidia.ampere.mma.bf16.f32    | 0000 3380 | 7f00 3f80 | 00000000 | 33800000
            # 17: FP8 lowered to binary16
            17 | nvidia.hopper.mma.e4m3.f16    | 2e 0 49 | 2f 0 4d | 4400 | 502e
            17 | nvidia.hopper.wgmma.e4m3.f16  | 2e 0 49 | 2f 0 4d | 4400 | 502f
            # 18: 1 and three products of 2^-24
            18 | intel.gaudi1.mme.bf16.f32     | 3f80 3380 3380 0 3380 | 3f80*5 | 00000000 | 3f800001
            18 | ieee.fma-chain.bf16.f32       | 3f80 3380 3380 0 3380 | 3f80*5 | 00000000 | 3f800000
            18 | x86.amx.tdpbf16ps.bf16.f32    | 3f80 3380 3380 0 3380 | 3f80*5 | 00000000 | 3f800000
            18 | intel.gaudi2.mme.bf16.f32     | 3f80 3380 3380 0 3380 | 3f80*5 | 00000000 | 3f800002
            18 | intel.gaudi3.mme.bf16.f32     | 3f80 3380 3380 0 3380 | 3f80*5 | 00000000 | 3f800001
            # 19: steps of 8 and of 2
            19 | intel.gaudi3.mme.bf16.f32     | 3f80 3980 3980 | 3f80 3980 3980 | 00000000 | 3f800001
            19 | intel.gaudi3.mme.f16.f32      | 3c00 0c00 0c00 | 3c00 0c00 0c00 | 00000000 | 3f800000
            # 22: infinities and negative zeros
            22 | nvidia.ampere.mma.f16.f32     | 7c00 fc00 | 3c00 3c00 | 00000000 | 7fffffff
            22 | nvidia.ampere.mma.f16.f32     | 7c00 | 0000 | 00000000 | 7fffffff
            22 | nvidia.ampere.mma.f16.f32     | 8000*8 | 3c00*8 | 80000000 | 00000000
            # 23: overflow of binary16: 65504 + 32, 65504 + just under 16
            23 | nvidia.ampere.mma.f16.f16     | 7bff 5000 | 3c00 3c00 | 0000 | 7c00
            23 | nvidia.ampere.mma.f16.f16     | 7bff 4bff | 3c00 3c00 | 0000 | 7bff
            # 24: 32-bit accumulators of integers
            24 | nvidia.ampere.mma-satfinite.i8.i32 | 01 | 01 | 7fffffff | 7fffffff
            24 | nvidia.ampere.mma.i8.i32      | 01 | 01 | 7fffffff | 80000000
            24 | nvidia.ampere.mma.i8.i32      | 80*32 | 80*32 | 00000000 | 00080000
            24 | nvidia.ampere.mma.u8-i8.i32   | ff*32 | ff*32 | 00000000 | ffffe020
            # 25: counts of ones
            25 | nvidia.ampere.bmma-xor.b1.i32 | 1*128 | 0*128 | 00000005 | 00000085
            25 | nvidia.ampere.bmma-and.b1.i32 | 1*128 | 0*128 | 00000005 | 00000005
            """)
    void example(int number, String name, String a, String b, String c, String expected) {
        Engine engine = Engines.get(name);
        assertThat(Cases.hex(engine, engine.dot(Cases.of(a, b, c)))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            # 20: NVFP4, 36 * 2^8 - (-) - 16 * 2^-12 and so on: first elements of three groups of 16
            20 | blackwell.tcgen05-mxf4nvf4.e2m1.f32 | 7 0*15 f 0*15 2 0*31 | 7 0*15 7 0*15 2 0*31 | 00000000 | 7e 7e 01 00 | 7e 7e 01 00 | 36800000
            20 | blackwell.tcgen05-mxf4nvf4.e2m1.f32 | 7 0*15 f 0*15 1 0*31 | 7 0*15 7 0*15 1 0*31 | 00000000 | 7e 7e 01 00 | 7e 7e 01 00 | 00000000
            20 | rtx-blackwell.mma-mxf4nvf4.e2m1.f32 | 7 0*15 f 0*15 2 0*31 | 7 0*15 7 0*15 2 0*31 | 00000000 | 7e 7e 01 00 | 7e 7e 01 00 | 36800000
            # 21: MXFP8
            21 | blackwell.tcgen05-mxf8f6f4.e4m3.f32 | 38 | 38 | 00000000 | 80 | 7e | 3f800000
            21 | blackwell.tcgen05-mxf8f6f4.e4m3.f32 | 38 | 38 | 00000000 | 7f | ff | 7fffffff
            21 | blackwell.tcgen05-mxf8f6f4.e4m3.f32 | 00 | 00 | 00000000 | ff | 7f | 7fffffff
            """)
    void scaledExample(
            int number, String name, String a, String b, String c, String scaleA, String scaleB, String expected) {
        Engine engine = Engines.get("nvidia." + name);
        assertThat(Cases.hex(engine, engine.dot(Cases.of(a, b, c, scaleA, scaleB))))
                .isEqualTo(expected);
    }

    /** Examples 14, 15 and 16: what the other reading gives. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            nvidia.ampere.mma.bf16.f32 | 1a60*8    | 1980*8    | 00000000 | 00000000
            nvidia.ampere.mma.f16.f16  | 0400 0001 | 1000 0001 | 0000     | 0001
            nvidia.ampere.mma.bf16.f32 | 0000 3380 | 7f00 3f80 | 00000000 | 00000000
            """)
    void disputedExample(String name, String a, String b, String c, String other) {
        Engine engine = Engines.get(name);
        DotCase input = Cases.of(a, b, c);
        assertThat(engine.disputed(input)).isTrue();
        assertThat(engine.disputes(input)).hasSize(1);
        Spec alternative = engine.disputes(input).get(0).alternative();
        Engine reading = engine.toBuilder("user.ampere.mma.other.reading")
                .spec(alternative)
                .build();
        assertThat(Cases.hex(engine, reading.dot(input))).isEqualTo(other);
    }

    @Test
    void exactSumOfExample14() {
        Engine exact = Engines.get("amd.cdna1.mfma.bf16.f32").toBuilder("user.exact.sum.bf16.f32")
                .spec(Spec.exact(8).build())
                .build();
        assertThat(exact.dot(Cases.of("1a60*8", "1980*8", "0"))).isEqualTo(4);
    }

    @Test
    void ordinaryInputsAreNotDisputed() {
        assertThat(Engines.get("nvidia.ampere.mma.bf16.f32").disputed(Cases.of("3f80 3380", "3f80 3f80", "33800000")))
                .isFalse();
    }

    @Test
    void gaudi3IsNotDisputedWhereNvidiaIs() {
        assertThat(Engines.get("intel.gaudi3.mme.bf16.f32").disputed(Cases.of("1a60*8", "1980*8", "0")))
                .isFalse();
    }
}
