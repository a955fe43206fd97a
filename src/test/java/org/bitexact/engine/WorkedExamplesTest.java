package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Dot products small enough to follow by hand, each chosen because engines differ on it. The expected codes were computed
 * twice from published models, with integers and with exact fractions.
 */
@Tag("fast")
class WorkedExamplesTest {
    /** Reads {@code 3c00 0*3 b800}: codes in hexadecimal, each with an optional repeat count. */
    private static long[] codes(String text) {
        return Arrays.stream(text.trim().split(" +"))
                .filter(word -> !word.isEmpty())
                .flatMapToLong(word -> {
                    String[] parts = word.split("\\*");
                    long[] repeated = new long[parts.length > 1 ? Integer.parseInt(parts[1]) : 1];
                    Arrays.fill(repeated, Long.parseLong(parts[0], 16));
                    return Arrays.stream(repeated);
                })
                .toArray();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                // 1 - 0.5 - (0.5 - 2^-25)
                "1 | nvidia.volta.mma.f16.f32       | 3c00 b800 | 3c00*2 | beffffff | 34000000",
                "1 | nvidia.ampere.mma.f16.f32      | 3c00 b800 | 3c00*2 | beffffff | 33800000",
                "1 | nvidia.hopper.mma.f16.f32      | 3c00 b800 | 3c00*2 | beffffff | 33000000",
                "1 | nvidia.hopper.wgmma.f16.f32    | 3c00 b800 | 3c00*2 | beffffff | 33000000",
                "1 | nvidia.blackwell.mma.f16.f32   | 3c00 b800 | 3c00*2 | beffffff | 33000000",
                "1 | nvidia.blackwell.tcgen05.f16.f32 | 3c00 b800 | 3c00*2 | beffffff | 33000000",
                "1 | amd.cdna1.mfma.f16.f32         | 3c00 b800 | 3c00*2 | beffffff | 33000000",
                "1 | amd.cdna2.mfma.f16.f32         | 3c00 b800 | 3c00*2 | beffffff | 33000000",
                "1 | x86.amx.tdpfp16ps.f16.f32      | 3c00 b800 | 3c00*2 | beffffff | 33000000",
                "1 | intel.gaudi2.mme.f16.f32       | 3c00 b800 | 3c00*2 | beffffff | 33000000",
                "1 | intel.gaudi3.mme.f16.f32       | 3c00 b800 | 3c00*2 | beffffff | 33800000",
                "1 | amd.cdna3.mfma.f16.f32         | 3c00 b800 | 3c00*2 | beffffff | 00000000",
                // 1.5 * 2^-24 beside 1: cut or rounded
                "2 | nvidia.volta.mma.f16.f32       | 0e00 | 0c00 | 3f800000 | 3f800000",
                "2 | nvidia.ampere.mma.f16.f32      | 0e00 | 0c00 | 3f800000 | 3f800000",
                "2 | nvidia.hopper.wgmma.f16.f32    | 0e00 | 0c00 | 3f800000 | 3f800000",
                "2 | nvidia.blackwell.mma.f16.f32   | 0e00 | 0c00 | 3f800000 | 3f800000",
                "2 | amd.cdna3.mfma.f16.f32         | 0e00 | 0c00 | 3f800000 | 3f800001",
                "2 | amd.cdna1.mfma.f16.f32         | 0e00 | 0c00 | 3f800000 | 3f800001",
                // 2^-24 twice, 4 and 8 elements apart: in one step or in two
                "3 | nvidia.volta.mma.f16.f32       | 0c00 0*3 0c00 0*3 | 0c00 0*3 0c00 0*3 | 3f800000 | 3f800000",
                "3 | nvidia.ampere.mma.f16.f32      | 0c00 0*3 0c00 0*3 | 0c00 0*3 0c00 0*3 | 3f800000 | 3f800001",
                "3 | nvidia.hopper.mma.f16.f32      | 0c00 0*3 0c00 0*3 | 0c00 0*3 0c00 0*3 | 3f800000 | 3f800001",
                "3 | nvidia.ampere.mma.f16.f32      | 0c00 0*7 0c00 0*7 | 0c00 0*7 0c00 0*7 | 3f800000 | 3f800000",
                "3 | nvidia.hopper.mma.f16.f32      | 0c00 0*7 0c00 0*7 | 0c00 0*7 0c00 0*7 | 3f800000 | 3f800001",
                // 1 + 2^-14 in FP8
                "4 | nvidia.ada.mma.e4m3.f32        | 38 08 | 38 02 | 00000000 | 3f800000",
                "4 | nvidia.hopper.wgmma.e4m3.f32   | 38 08 | 38 02 | 00000000 | 3f800000",
                "4 | nvidia.hopper.mma.e4m3.f32     | 38 08 | 38 02 | 00000000 | 3f800200",
                "4 | nvidia.blackwell.mma.e4m3.f32  | 38 08 | 38 02 | 00000000 | 3f800200",
                "4 | nvidia.blackwell.tcgen05.e4m3.f32 | 38 08 | 38 02 | 00000000 | 3f800200",
                "4 | intel.gaudi3.mme.e4m3.f32      | 38 08 | 38 02 | 00000000 | 3f800200",
                // an accumulator beside zeros
                "5 | nvidia.ada.mma.e4m3.f32        | 0*32 | 0*32 | 3f8003ff | 3f800000",
                "5 | nvidia.hopper.wgmma.e4m3.f32   | 0*32 | 0*32 | 3f8003ff | 3f800000",
                "5 | nvidia.blackwell.tcgen05.e4m3.f32 | 0*32 | 0*32 | 3f8003ff | 3f8003ff",
                // 1 - 2^-30, 1 + 2^-30: rounding toward -infinity inside
                "6 | amd.cdna3.mfma.f16.f32         | 3c00 | 3c00 | b0800000 | 3f7fffff",
                "6 | amd.cdna3.mfma.f16.f32         | 3c00 | 3c00 | 30800000 | 3f800000",
                "6 | nvidia.hopper.mma.f16.f32      | 3c00 | 3c00 | b0800000 | 3f800000",
                "6 | amd.cdna3.mfma.e4m3fnuz.f32    | 40 | 40 | b0800000 | 3f800000",
                "6 | amd.cdna3.mfma.e4m3fnuz.f32    | 40 | 40 | 30800000 | 3f800000",
                "7 | amd.cdna3.mfma.e4m3fnuz.f32    | 40 | 40 | b3000000 | 3f7fffff",
                // subnormal operands
                "8 | amd.cdna2.mfma.f16.f32         | 0001 | 3c00 | 00000000 | 00000000",
                "8 | nvidia.volta.mma.f16.f32       | 0001 | 3c00 | 00000000 | 33800000",
                "8 | amd.cdna1.mfma.f16.f32         | 0001 | 3c00 | 00000000 | 33800000",
                "8 | intel.gaudi1.mme.f16.f32       | 0001 | 3c00 | 00000000 | 33800000",
                "8 | x86.amx.tdpfp16ps.f16.f32      | 0001 | 3c00 | 00000000 | 33800000",
                "9 | nvidia.ampere.mma.bf16.f32     | 0001 | 3f80 | 00000000 | 00010000",
                "9 | intel.gaudi3.mme.bf16.f32      | 0001 | 3f80 | 00000000 | 00010000",
                "9 | arm.a64.bfdot-ebf.bf16.f32     | 0001 | 3f80 | 00000000 | 00010000",
                "9 | amd.cdna2.mfma-1k.bf16.f32     | 0001 | 3f80 | 00000000 | 00000000",
                "9 | intel.gaudi2.mme.bf16.f32      | 0001 | 3f80 | 00000000 | 00000000",
                "9 | x86.avx512.vdpbf16ps.bf16.f32  | 0001 | 3f80 | 00000000 | 00000000",
                "9 | x86.amx.tdpbf16ps.bf16.f32     | 0001 | 3f80 | 00000000 | 00000000",
                "9 | arm.a64.bfdot.bf16.f32         | 0001 | 3f80 | 00000000 | 00000000",
                // 1 + 2^-24 + 2^-24: order of accumulation
                "10 | x86.avx512.vdpbf16ps.bf16.f32 | 3f80 3380 | 3f80*2 | 33800000 | 3f800001",
                "10 | x86.amx.tdpbf16ps.bf16.f32    | 3f80 3380 | 3f80*2 | 33800000 | 3f800000",
                "10 | arm.a64.bfdot.bf16.f32        | 3f80 3380 | 3f80*2 | 33800000 | 3f800001",
                "10 | arm.a64.bfdot-ebf.bf16.f32    | 3f80 3380 | 3f80*2 | 33800000 | 3f800000",
                "10 | nvidia.ampere.mma.bf16.f32    | 3f80 3380 | 3f80*2 | 33800000 | 3f800001",
                "10 | nvidia.hopper.mma.bf16.f32    | 3f80 3380 | 3f80*2 | 33800000 | 3f800001",
                "10 | amd.cdna2.mfma-1k.bf16.f32    | 3f80 3380 | 3f80*2 | 33800000 | 3f800000",
                "10 | amd.cdna3.mfma.bf16.f32       | 3f80 3380 | 3f80*2 | 33800000 | 3f800001",
                "10 | intel.gaudi2.mme.bf16.f32     | 3f80 3380 | 3f80*2 | 33800000 | 3f800001",
                "10 | intel.gaudi3.mme.bf16.f32     | 3f80 3380 | 3f80*2 | 33800000 | 3f800001",
                // products beyond binary32
                "11 | nvidia.ampere.mma.bf16.f32    | 7f00 ff00 | 4000*2 | 3f800000 | 00000000",
                "12 | nvidia.ampere.mma.bf16.f32    | 7f00 | 4000 | ff000000 | 7f000000",
                "12 | amd.cdna3.mfma.bf16.f32       | 7f00 | 4000 | ff000000 | 7f800000",
                // conditioning of TF32 operands
                "13 | nvidia.ampere.mma.tf32.f32    | 3f801fff | 3f800000 | 00000000 | 3f800000",
                "13 | intel.gaudi2.mme.tf32.f32     | 3f801fff | 3f800000 | 00000000 | 3f802000",
                "13 | intel.gaudi3.mme.tf32.f32     | 3f801fff | 3f800000 | 00000000 | 3f802000",
                // the floor of the alignment
                "14 | nvidia.ampere.mma.bf16.f32    | 1a60*8 | 1980*8 | 00000000 | 00000003",
                "14 | intel.gaudi3.mme.bf16.f32     | 1a60*8 | 1980*8 | 00000000 | 00000003",
                "15 | nvidia.ampere.mma.f16.f16     | 0400 0001 | 1000 0001 | 0000 | 0000",
                "16 | nvidia.ampere.mma.bf16.f32    | 0000 3380 | 7f00 3f80 | 00000000 | 33800000",
                // lowered FP8
                "17 | nvidia.hopper.mma.e4m3.f16    | 2e 00 49 00 | 2f 00 4d 00 | 4400 | 502e",
                "17 | nvidia.hopper.wgmma.e4m3.f16  | 2e 00 49 00 | 2f 00 4d 00 | 4400 | 502f",
                // lanes
                "18 | intel.gaudi1.mme.bf16.f32     | 3f80 3380 3380 0 3380 | 3f80*5 | 00000000 | 3f800001",
                "18 | ieee.fma-chain.bf16.f32       | 3f80 3380 3380 0 3380 | 3f80*5 | 00000000 | 3f800000",
                "18 | x86.amx.tdpbf16ps.bf16.f32    | 3f80 3380 3380 0 3380 | 3f80*5 | 00000000 | 3f800000",
                "18 | intel.gaudi2.mme.bf16.f32     | 3f80 3380 3380 0 3380 | 3f80*5 | 00000000 | 3f800002",
                "18 | intel.gaudi3.mme.bf16.f32     | 3f80 3380 3380 0 3380 | 3f80*5 | 00000000 | 3f800001",
                "19 | intel.gaudi3.mme.bf16.f32     | 3f80 3980 3980 | 3f80 3980 3980 | 00000000 | 3f800001",
                "19 | intel.gaudi3.mme.f16.f32      | 3c00 0c00 0c00 | 3c00 0c00 0c00 | 00000000 | 3f800000",
                // special values
                "22 | nvidia.ampere.mma.f16.f32     | 7c00 fc00 | 3c00*2 | 00000000 | 7fffffff",
                "22 | nvidia.ampere.mma.f16.f32     | 7c00 | 0000 | 00000000 | 7fffffff",
                "22 | nvidia.ampere.mma.f16.f32     | 8000*8 | 3c00*8 | 80000000 | 00000000",
                // overflow of FP16 results
                "23 | nvidia.ampere.mma.f16.f16     | 7bff 5000 | 3c00*2 | 0000 | 7c00",
                "23 | nvidia.ampere.mma.f16.f16     | 7bff 4bff | 3c00*2 | 0000 | 7bff",
                // integers
                "24 | nvidia.ampere.mma-satfinite.i8.i32 | 01 | 01 | 7fffffff | 7fffffff",
                "24 | nvidia.ampere.mma.i8.i32     | 01 | 01 | 7fffffff | 80000000",
                "24 | nvidia.ampere.mma.i8.i32     | 80*32 | 80*32 | 00000000 | 00080000",
                "24 | nvidia.ampere.mma.u8-i8.i32  | ff*32 | ff*32 | 00000000 | ffffe020",
                "25 | nvidia.ampere.bmma-xor.b1.i32 | 1*128 | 0*128 | 00000005 | 00000085",
                "25 | nvidia.ampere.bmma-and.b1.i32 | 1*128 | 0*128 | 00000005 | 00000005",
            })
    void examples(String number, String engine, String a, String b, String c, String expected) {
        DotCase input = new DotCase(codes(a), codes(b), Long.parseLong(c, 16));
        assertThat(Long.toHexString(Engines.get(engine).dot(input)))
                .isEqualTo(Long.toHexString(Long.parseLong(expected, 16)));
    }

    /** Where one published model gives another result, or none is public, the input is marked. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "14 | nvidia.ampere.mma.bf16.f32 | 1a60*8 | 1980*8 | 00000000 | true",
                "15 | nvidia.ampere.mma.f16.f16 | 0400 0001 | 1000 0001 | 0000 | true",
                "16 | nvidia.ampere.mma.bf16.f32 | 0000 3380 | 7f00 3f80 | 00000000 | true",
                "1 | nvidia.ampere.mma.f16.f32 | 3c00 b800 | 3c00*2 | beffffff | false",
                "3 | nvidia.turing.mma.f16.f32 | 0c00 0*3 0c00 0*3 | 0c00 0*3 0c00 0*3 | 3f800000 | true",
                "3 | nvidia.ampere.mma.f16.f32 | 0c00 0*3 0c00 0*3 | 0c00 0*3 0c00 0*3 | 3f800000 | false",
                "10 | aws.trainium1.contract.bf16.f32 | 3f80 3380 | 3f80*2 | 33800000 | true",
                "10 | aws.trainium1.contract.bf16.f32 | 3f80 3f80 | 3f80*2 | 3f800000 | false",
            })
    void disputedInputsAreMarked(String number, String engine, String a, String b, String c, boolean disputed) {
        assertThat(Engines.get(engine).disputed(codes(a), codes(b), Long.parseLong(c, 16)))
                .isEqualTo(disputed);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                // NVFP4: 36 * 448^2 and 16 * 2^-18, then with 4 in place of the second
                "20 | nvidia.blackwell.tcgen05-mxf4nvf4.e2m1.f32 | 7 0*15 f 0*15 2 0*31 | 7 0*15 7 0*15 2 0*31 | 7e 7e 01 00 | 7e 7e 01 00 | 36800000",
                "20 | nvidia.blackwell.tcgen05-mxf4nvf4.e2m1.f32 | 7 0*15 f 0*15 1 0*31 | 7 0*15 7 0*15 1 0*31 | 7e 7e 01 00 | 7e 7e 01 00 | 00000000",
                "21 | nvidia.blackwell.tcgen05-mxf8f6f4.e4m3.f32 | 38 | 38 | 80 | 7e | 3f800000",
                "21 | nvidia.blackwell.tcgen05-mxf8f6f4.e4m3.f32 | 38 | 38 | ff | 7f | 7fffffff",
            })
    void scaledExamples(String number, String engine, String a, String b, String sa, String sb, String expected) {
        DotCase input = new DotCase(codes(a), codes(b), 0, codes(sa), codes(sb));
        assertThat(Long.toHexString(Engines.get(engine).dot(input)))
                .isEqualTo(Long.toHexString(Long.parseLong(expected, 16)));
    }

    /** 2^128 - 2^128 + 1: CDNA3 takes products beyond binary32 for infinities of both signs. */
    @ParameterizedTest
    @CsvSource("amd.cdna3.mfma.bf16.f32")
    void infinitiesOfBothSignsAreNan(String engine) {
        long d = Engines.get(engine).dot(new DotCase(codes("7f00 ff00"), codes("4000*2"), 0x3f80_0000L));
        assertThat(Float.intBitsToFloat((int) d)).isNaN();
    }
}
