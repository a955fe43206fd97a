package org.bitexact.format;

import java.util.ArrayList;
import java.util.List;

/**
 * The named formats, and the families that are described by parameters.
 *
 * <p>Each constant's range is derived from its parameters; the files under {@code formats-spec} state the same
 * landmarks, written down independently, and a test holds the two against each other.
 *
 * @since 0.1
 */
public final class Formats {
    private static final Source IEEE754 = new Source(
            "IEEE Standard for Floating-Point Arithmetic",
            "754-2019",
            "3.6, Table 3.5",
            "https://doi.org/10.1109/IEEESTD.2019.8766229");
    private static final Source OFP8 = new Source(
            "OCP 8-bit Floating Point Specification (OFP8)",
            "1.0",
            "Table 1",
            "https://www.opencompute.org/documents/ocp-8-bit-floating-point-specification-ofp8-revision-1-0-2023-12-01-pdf-1");
    private static final Source OCP_MX = new Source(
            "OCP Microscaling Formats (MX) Specification",
            "1.0",
            "5.3",
            "https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf");
    private static final Source OCP_MX_SCALE = new Source(OCP_MX.document(), OCP_MX.revision(), "5.4.1", OCP_MX.link());
    private static final Source ML_DTYPES =
            new Source("ml_dtypes", "0.6.0", "README, float8.h", "https://github.com/jax-ml/ml_dtypes");
    private static final Source PTX = new Source(
            "NVIDIA PTX ISA",
            "9.0",
            "Alternate floating-point data formats",
            "https://docs.nvidia.com/cuda/parallel-thread-execution/");
    private static final Source FNUZ8 = new Source(
            "8-bit Numerical Formats for Deep Neural Networks",
            "2022",
            "section 3",
            "https://arxiv.org/abs/2206.02915");

    /**
     * IEEE 754 binary16 (half precision, FP16).
     *
     * <pre>
     * bit   15   14 ... 10   9 ... 0
     *       s    e x 5       t x 10      bias 15
     * </pre>
     *
     * <p>Largest 65504 = (2 - 2^-10) * 2^15, smallest normal 2^-14, smallest subnormal 2^-24; infinity 7C00, canonical
     * NaN 7E00.
     */
    public static final FloatFormat BINARY16 = f("f16", "IEEE binary16", 5, 10, 15)
            .info(info(
                    "IEEE binary16 (FP16)",
                    IEEE754,
                    "ieee:binary16",
                    "ieee:half",
                    "ieee:fp16",
                    "other:h",
                    "ml_dtypes:float16",
                    "onnx:FLOAT16",
                    "safetensors:F16",
                    "cuda:__half",
                    "cuda:.f16",
                    "cuda:CUDA_R_16F"))
            .build();
    /**
     * BF16 (bfloat16): binary32 with 16 fewer trailing significand bits.
     *
     * <pre>
     * bit   15   14 ... 7   6 ... 0
     *       s    e x 8      t x 7        bias 127
     * </pre>
     *
     * <p>Largest (2 - 2^-7) * 2^127, smallest normal 2^-126, smallest subnormal 2^-133; infinity 7F80, canonical NaN
     * 7FC0.
     */
    public static final FloatFormat BFLOAT16 = f("bf16", "BF16", 8, 7, 127)
            .info(info(
                    "BF16 (bfloat16)",
                    new Source(
                            "Intel BFLOAT16 Hardware Numerics Definition",
                            "1.0",
                            "",
                            "https://software.intel.com/sites/default/files/managed/40/8b/bf16-hardware-numerics-definition-white-paper.pdf"),
                    "ml_dtypes:bfloat16",
                    "other:brain",
                    "other:b",
                    "onnx:BFLOAT16",
                    "safetensors:BF16",
                    "cuda:__nv_bfloat16",
                    "cuda:.bf16",
                    "cuda:CUDA_R_16BF",
                    "riscv:FP16ALT",
                    "other:bhalf"))
            .build();
    /**
     * TF32 (TensorFloat-32): 19 bits, kept in a 32-bit container in files and registers.
     *
     * <pre>
     * bit   18   17 ... 10   9 ... 0
     *       s    e x 8       t x 10      bias 127
     * </pre>
     *
     * <p>Largest (2 - 2^-10) * 2^127 (3FBFF), smallest normal 2^-126, smallest subnormal 2^-136; infinity 3FC00,
     * canonical NaN 3FE00. The container holds the code shifted left by 13: the binary32 pattern of the value.
     */
    public static final FloatFormat TF32 = f("tf32", "TF32", 8, 10, 127)
            .containerBits(32)
            .info(info(
                    "TF32 (TensorFloat-32)",
                    PTX,
                    "cuda:.tf32",
                    "cuda:TensorFloat-32",
                    "other:t",
                    "neuron:tfloat32",
                    "amd:xf32",
                    "other:E8M10",
                    "other:FloatTF32"))
            .build();
    /**
     * IEEE 754 binary32 (single precision, FP32): sign, 8 exponent bits (bias 127), 23 trailing significand bits.
     *
     * <p>Largest (2 - 2^-23) * 2^127, smallest normal 2^-126, smallest subnormal 2^-149; infinity 7F800000, canonical
     * NaN 7FC00000.
     */
    public static final FloatFormat BINARY32 = f("f32", "IEEE binary32", 8, 23, 127)
            .info(info(
                    "IEEE binary32 (FP32)",
                    IEEE754,
                    "ieee:binary32",
                    "ieee:single",
                    "ieee:fp32",
                    "c:float",
                    "ml_dtypes:float32",
                    "onnx:FLOAT",
                    "safetensors:F32",
                    "cuda:.f32",
                    "cuda:CUDA_R_32F"))
            .build();
    /**
     * IEEE 754 binary64 (double precision, FP64): sign, 11 exponent bits (bias 1023), 52 trailing significand bits.
     *
     * <p>Largest (2 - 2^-52) * 2^1023, smallest normal 2^-1022, smallest subnormal 2^-1074; infinity
     * 7FF0000000000000, canonical NaN 7FF8000000000000.
     */
    public static final FloatFormat BINARY64 = new FloatFormat(
            "f64",
            true,
            11,
            52,
            1023,
            SpecialValues.IEEE,
            SubnormalRule.GRADUAL,
            64,
            info(
                    "IEEE binary64 (FP64)",
                    IEEE754,
                    "ieee:binary64",
                    "ieee:fp64",
                    "c:double",
                    "ml_dtypes:float64",
                    "onnx:DOUBLE",
                    "safetensors:F64",
                    "cuda:.f64",
                    "cuda:CUDA_R_64F"));
    /**
     * OCP E5M2 (OFP8), IEEE-style.
     *
     * <pre>
     * bit   7   6 5 4 3 2   1 0
     *       s   e e e e e   t t      bias 15
     * </pre>
     *
     * <p>Largest 57344 = 1.75 * 2^15 (7B), smallest normal 2^-14 (04), smallest subnormal 2^-16 (01); infinity 7C,
     * NaN 7D to 7F, canonical 7E.
     */
    public static final FloatFormat OCP_E5M2 = f("e5m2", "OCP E5M2", 5, 2, 15)
            .info(info(
                    "OCP E5M2 (OFP8)",
                    OFP8,
                    "ieee:OFP8 E5M2",
                    "other:q52",
                    "ml_dtypes:float8_e5m2",
                    "mlir:f8E5M2",
                    "onnx:FLOAT8E5M2",
                    "safetensors:F8_E5M2",
                    "cuda:__nv_fp8_e5m2",
                    "cuda:.e5m2",
                    "cuda:CUDA_R_8F_E5M2",
                    "neuron:FP8_EXP5",
                    "neuron:float8e5",
                    "neuron:NRT_DTYPE_FP8_E5",
                    "intel:bf8",
                    "other:fp8-e5m2",
                    "other:fp8_e5m2"))
            .build();
    /**
     * OCP E4M3 (OFP8), also called E4M3FN: finite, with one NaN per sign.
     *
     * <pre>
     * bit   7   6 5 4 3   2 1 0
     *       s   e e e e   t t t      bias 7
     * </pre>
     *
     * <p>Largest 448 = 1.75 * 2^8 (7E), smallest normal 2^-6 (08), smallest subnormal 2^-9 (01); no infinity; NaN 7F
     * and FF.
     */
    public static final FloatFormat OCP_E4M3 = f("e4m3", "OCP E4M3", 4, 3, 7)
            .specials(SpecialValues.FN)
            .info(info(
                    "OCP E4M3 (OFP8, E4M3FN)",
                    OFP8,
                    "other:e4m3fn",
                    "ieee:OFP8 E4M3",
                    "other:q43",
                    "other:fp8-e4m3",
                    "other:fp8_e4m3",
                    "ml_dtypes:float8_e4m3fn",
                    "mlir:f8E4M3FN",
                    "onnx:FLOAT8E4M3FN",
                    "safetensors:F8_E4M3",
                    "cuda:__nv_fp8_e4m3",
                    "cuda:.e4m3",
                    "cuda:CUDA_R_8F_E4M3",
                    "riscv:FP8ALT",
                    "intel:hf8"))
            .build();
    /**
     * IEEE-style E4M3: sign, 4 exponent bits (bias 7), 3 trailing significand bits, with infinities.
     *
     * <p>Largest 240 = 1.875 * 2^7 (77), smallest normal 2^-6 (08), smallest subnormal 2^-9; infinity 78, canonical NaN
     * 7C.
     */
    public static final FloatFormat IEEE_E4M3 = f("e4m3_ieee", "IEEE-style E4M3", 4, 3, 7)
            .info(info(
                    "IEEE-style E4M3",
                    ML_DTYPES,
                    "testfloat:e4m3i",
                    "ml_dtypes:float8_e4m3",
                    "mlir:f8E4M3",
                    "neuron:FP8_EXP4",
                    "neuron:float8e4",
                    "neuron:NRT_DTYPE_FP8_E4"))
            .build();
    /**
     * IEEE-style E3M4: sign, 3 exponent bits (bias 3), 4 trailing significand bits, with infinities.
     *
     * <p>Largest 15.5 (6F), smallest normal 0.25 (10), smallest subnormal 2^-6; infinity 70, canonical NaN 78.
     */
    public static final FloatFormat IEEE_E3M4 = f("e3m4", "IEEE-style E3M4", 3, 4, 3)
            .info(info(
                    "IEEE-style E3M4",
                    ML_DTYPES,
                    "ml_dtypes:float8_e3m4",
                    "mlir:f8E3M4",
                    "neuron:FP8_EXP3",
                    "neuron:float8e3",
                    "neuron:NRT_DTYPE_FP8_E3",
                    "neuron:FP8_e3m4",
                    "other:e3m4_ieee"))
            .build();
    /**
     * E3M4FN: sign, 3 exponent bits (bias 3), 4 trailing significand bits, finite with NaN 7F and FF.
     *
     * <p>Largest 30 (7E), smallest normal 0.25 (10), smallest subnormal 2^-6.
     */
    public static final FloatFormat E3M4FN = f("e3m4fn", "E3M4FN", 3, 4, 3)
            .specials(SpecialValues.FN)
            .info(info(
                    "E3M4FN (Intel emulation)",
                    new Source(
                            "Intel FP8 Emulation Toolkit",
                            "",
                            "e3m4",
                            "https://github.com/IntelLabs/FP8-Emulation-Toolkit"),
                    "other:float8_e3m4fn"))
            .build();
    /**
     * E5M2FNUZ: bias 16, NaN 80, no infinity and no negative zero.
     *
     * <p>Largest 57344 (7F), smallest normal 2^-15 (04), smallest subnormal 2^-17.
     */
    public static final FloatFormat E5M2FNUZ = f("e5m2fnuz", "E5M2FNUZ", 5, 2, 16)
            .specials(SpecialValues.FNUZ)
            .info(info(
                    "E5M2FNUZ",
                    FNUZ8,
                    "ml_dtypes:float8_e5m2fnuz",
                    "mlir:f8E5M2FNUZ",
                    "onnx:FLOAT8E5M2FNUZ",
                    "safetensors:F8_E5M2FNUZ"))
            .build();
    /**
     * E4M3FNUZ: bias 8, NaN 80, no infinity and no negative zero.
     *
     * <p>Largest 240 (7F), smallest normal 2^-7 (08), smallest subnormal 2^-10.
     */
    public static final FloatFormat E4M3FNUZ = f("e4m3fnuz", "E4M3FNUZ", 4, 3, 8)
            .specials(SpecialValues.FNUZ)
            .info(info(
                    "E4M3FNUZ",
                    FNUZ8,
                    "ml_dtypes:float8_e4m3fnuz",
                    "mlir:f8E4M3FNUZ",
                    "onnx:FLOAT8E4M3FNUZ",
                    "safetensors:F8_E4M3FNUZ"))
            .build();
    /**
     * E4M3B11FNUZ: bias 11, NaN 80, no infinity and no negative zero.
     *
     * <p>Largest 30 (7F), smallest normal 2^-10 (08), smallest subnormal 2^-13.
     */
    public static final FloatFormat E4M3B11FNUZ = f("e4m3b11fnuz", "E4M3B11FNUZ", 4, 3, 11)
            .specials(SpecialValues.FNUZ)
            .info(info(
                    "E4M3B11FNUZ",
                    ML_DTYPES,
                    "ml_dtypes:float8_e4m3b11fnuz",
                    "mlir:f8E4M3B11FNUZ",
                    "other:float8_e4m3b11"))
            .build();
    /**
     * OCP E3M2 (FP6): sign, 3 exponent bits (bias 3), 2 trailing significand bits; every code finite.
     *
     * <p>Largest 28 (1F), smallest normal 0.25 (04), smallest subnormal 0.0625.
     */
    public static final FloatFormat OCP_E3M2 = f("e3m2", "OCP E3M2", 3, 2, 3)
            .specials(SpecialValues.NONE)
            .info(info(
                    "OCP E3M2 (FP6)",
                    OCP_MX,
                    "ml_dtypes:float6_e3m2fn",
                    "mlir:f6E3M2FN",
                    "safetensors:F6_E3M2",
                    "cuda:.e3m2",
                    "cuda:__nv_fp6_e3m2",
                    "cuda:CUDA_R_6F_E3M2",
                    "amd:bf6",
                    "other:MxFp6R",
                    "other:fp6_e3m2"))
            .build();
    /**
     * OCP E2M3 (FP6): sign, 2 exponent bits (bias 1), 3 trailing significand bits; every code finite.
     *
     * <p>Largest 7.5 (1F), smallest normal 1 (08), smallest subnormal 0.125.
     */
    public static final FloatFormat OCP_E2M3 = f("e2m3", "OCP E2M3", 2, 3, 1)
            .specials(SpecialValues.NONE)
            .info(info(
                    "OCP E2M3 (FP6)",
                    OCP_MX,
                    "ml_dtypes:float6_e2m3fn",
                    "mlir:f6E2M3FN",
                    "safetensors:F6_E2M3",
                    "cuda:.e2m3",
                    "cuda:__nv_fp6_e2m3",
                    "cuda:CUDA_R_6F_E2M3",
                    "other:MxFp6P",
                    "other:fp6_e2m3"))
            .build();
    /**
     * OCP E2M1 (FP4): every code finite; magnitudes 0, 0.5, 1, 1.5, 2, 3, 4, 6.
     *
     * <pre>
     * bit   3   2 1   0
     *       s   e e   t      bias 1
     * </pre>
     */
    public static final FloatFormat OCP_E2M1 = f("e2m1", "OCP E2M1", 2, 1, 1)
            .specials(SpecialValues.NONE)
            .info(info(
                    "OCP E2M1 (FP4)",
                    OCP_MX,
                    "other:fp4",
                    "ml_dtypes:float4_e2m1fn",
                    "mlir:f4E2M1FN",
                    "onnx:FLOAT4E2M1",
                    "safetensors:F4",
                    "cuda:.e2m1",
                    "cuda:__nv_fp4_e2m1",
                    "cuda:CUDA_R_4F_E2M1",
                    "pytorch:float4_e2m1fn_x2",
                    "neuron:float4_e2m1fn_x4",
                    "other:fp4_e2m1"))
            .build();
    /**
     * OCP E8M0: the shared scale of MX blocks, an unsigned power of two.
     *
     * <p>Code <i>c</i> is 2^(c - 127): 00 is 2^-127, FE is 2^127, FF is NaN. There is no zero, sign or infinity.
     * Ties between neighbouring powers go up.
     */
    public static final FloatFormat E8M0 = f("e8m0", "OCP E8M0", 8, 0, 127)
            .signed(false)
            .specials(SpecialValues.FN)
            .subnormals(SubnormalRule.ABSENT)
            .info(info(
                    "OCP E8M0 (MX scale)",
                    OCP_MX_SCALE,
                    "ml_dtypes:float8_e8m0fnu",
                    "mlir:f8E8M0FNU",
                    "onnx:FLOAT8E8M0",
                    "safetensors:F8_E8M0",
                    "cuda:.ue8m0",
                    "other:ue8m0",
                    "cuda:__nv_fp8_e8m0",
                    "cuda:CUDA_R_8F_UE8M0"))
            .build();
    /**
     * UE4M3: OCP E4M3 without its sign, the block scale of NVFP4; 7 bits, the container's top bit zero.
     *
     * <p>Largest 448 (7E), smallest normal 2^-6 (08), smallest subnormal 2^-9; NaN 7F.
     */
    public static final FloatFormat UE4M3 = f("ue4m3", "UE4M3", 4, 3, 7)
            .signed(false)
            .specials(SpecialValues.FN)
            .info(info("UE4M3 (NVFP4 scale)", PTX, "cuda:.ue4m3", "cuda:CUDA_R_8F_UE4M3", "other:float8_ue4m3"))
            .build();
    /**
     * UE5M3: unsigned, 5 exponent bits (bias 15), 3 trailing significand bits, NaN FF.
     *
     * <p>Largest 1.75 * 2^16 = 114688 (FE), smallest normal 2^-14 (08), smallest subnormal 2^-17.
     */
    public static final FloatFormat UE5M3 = f("ue5m3", "UE5M3", 5, 3, 15)
            .signed(false)
            .specials(SpecialValues.FN)
            .info(new FormatInfo(
                    "UE5M3 (AMD scale)",
                    List.of(new Alias("amd", "float8_ue5m3")),
                    List.of(new Source("AMD gfx1250 scale formats; LLVM APFloat", "", "UE5M3", "")),
                    Certainty.PROVISIONAL,
                    "That only FF is NaN is inferred, as in UE4M3."))
            .build();
    /**
     * Tesla CFloat16 UHP (unsigned half precision): 6 exponent bits (bias 31), 10 trailing significand bits.
     *
     * <p>Largest (2 - 2^-10) * 2^32 (FFFF), smallest normal 2^-30 (0400). The public text on its subnormals is
     * incomplete; they are read as absent, zeros in their place.
     */
    public static final FloatFormat CFLOAT16_UHP = f("cfloat16_uhp", "Tesla CFloat16 UHP", 6, 10, 31)
            .signed(false)
            .specials(SpecialValues.NONE)
            .subnormals(SubnormalRule.FLUSH)
            .info(new FormatInfo(
                    "Tesla CFloat16 UHP",
                    List.of(new Alias("other", "uhp")),
                    List.of(CFp8.TESLA_PAPER),
                    Certainty.PROVISIONAL,
                    "The public text on subnormals is incomplete; they are read as absent."))
            .build();

    /** 8-bit two's complement, [-128, 127]. */
    public static final IntFormat INT8 = i(
            "i8",
            8,
            true,
            false,
            "onnx:INT8",
            "safetensors:I8",
            "ml_dtypes:int8",
            "pytorch:qint8",
            "cuda:.s8",
            "cuda:CUDA_R_8I",
            "other:s8");
    /** 8-bit unsigned, [0, 255]. */
    public static final IntFormat UINT8 = i(
            "u8",
            8,
            false,
            false,
            "onnx:UINT8",
            "safetensors:U8",
            "ml_dtypes:uint8",
            "pytorch:quint8",
            "cuda:.u8",
            "testfloat:ui8");
    /** 4-bit two's complement, [-8, 7]. */
    public static final IntFormat INT4 =
            i("i4", 4, true, false, "onnx:INT4", "ml_dtypes:int4", "cuda:.s4", "cuda:CUDA_R_4I", "other:s4");
    /** 4-bit unsigned, [0, 15]. */
    public static final IntFormat UINT4 =
            i("u4", 4, false, false, "onnx:UINT4", "ml_dtypes:uint4", "cuda:.u4", "cuda:CUDA_R_4U", "testfloat:ui4");
    /** 2-bit two's complement, [-2, 1]. */
    public static final IntFormat INT2 = i("i2", 2, true, false, "onnx:INT2", "ml_dtypes:int2", "other:s2");
    /** 2-bit unsigned, [0, 3]. */
    public static final IntFormat UINT2 = i("u2", 2, false, false, "onnx:UINT2", "ml_dtypes:uint2", "testfloat:ui2");
    /** 1-bit two's complement, {-1, 0}. */
    public static final IntFormat INT1 = i("i1", 1, true, false, "ml_dtypes:int1", "other:s1");
    /** 1-bit unsigned, {0, 1}. */
    public static final IntFormat UINT1 = i("u1", 1, false, false, "ml_dtypes:uint1", "testfloat:ui1");
    /** 1-bit bipolar, {-1, +1} as 0 and 1. */
    public static final IntFormat BINARY1 = new IntFormat(
            "b1",
            IntFormat.Encoding.BIPOLAR,
            1,
            false,
            0,
            info(
                    "Binary {-1, +1}",
                    new Source(PTX.document(), PTX.revision(), "mma with .b1 operands", PTX.link()),
                    "cuda:.b1",
                    "other:binary1"));
    /** 32-bit two's complement, the accumulator of integer engines. */
    public static final IntFormat INT32 =
            i("i32", 32, true, false, "onnx:INT32", "safetensors:I32", "ml_dtypes:int32", "cuda:.s32");
    /** 8-bit two's complement with weight 2^-6, [-2, 127/64]: the element of MXINT8 blocks. */
    public static final IntFormat MXINT8 = mxint8("mxint8", false);

    private static final List<ScalarFormat> SCALARS = scalars();
    private static final List<BlockFormat> BLOCKS = blocks();

    private Formats() {}

    /** {@return the named scalar formats, floats before integers; families with parameters are not expanded} */
    public static List<ScalarFormat> named() {
        return SCALARS;
    }

    /** {@return the named block formats} */
    public static List<BlockFormat> namedBlocks() {
        return BLOCKS;
    }

    /**
     * {@return Tesla CFloat8_1_4_3: 4 exponent bits, 3 trailing significand bits, every code finite}
     *
     * @param bias exponent bias, 0 to 63
     */
    public static FloatFormat cfloat8143(int bias) {
        return cfloat("cfloat8_1_4_3", "CFloat8_1_4_3", 4, 3, bias, 7);
    }

    /**
     * {@return Tesla CFloat8_1_5_2: 5 exponent bits, 2 trailing significand bits, every code finite}
     *
     * @param bias exponent bias, 0 to 63
     */
    public static FloatFormat cfloat8152(int bias) {
        return cfloat("cfloat8_1_5_2", "CFloat8_1_5_2", 5, 2, bias, 15);
    }

    /**
     * {@return Tesla CFloat16 SHP (signed half precision): 5 exponent bits, 10 trailing significand bits, every code
     * finite}
     *
     * <p>At bias 15 its values are those of Arm's alternative half precision.
     *
     * @param bias exponent bias, 0 to 63
     */
    public static FloatFormat cfloat16Shp(int bias) {
        return cfloat("cfloat16_shp", "CFloat16 SHP", 5, 10, bias, 15);
    }

    private static FloatFormat cfloat(String name, String title, int e, int t, int bias, int usual) {
        FloatFormat.requireRange("bias", bias, 0, 63);
        boolean plain = bias == usual;
        return FloatFormat.builder(plain ? name : name + "_b" + bias, e, t)
                .bias(bias)
                .specials(SpecialValues.NONE)
                .info(new FormatInfo(
                        "Tesla " + title + ", bias " + bias,
                        plain ? List.of(new Alias("other", name + "_b" + bias)) : List.of(),
                        List.of(CFp8.TESLA_PAPER),
                        Certainty.PROVISIONAL,
                        "That -0 is a code of its own is an assumption; the printed subnormal formula is read as an"
                                + " erratum."))
                .build();
    }

    private static List<ScalarFormat> scalars() {
        List<ScalarFormat> all = new ArrayList<>(List.of(
                BINARY64,
                BINARY32,
                TF32,
                BINARY16,
                BFLOAT16,
                OCP_E5M2,
                OCP_E4M3,
                IEEE_E4M3,
                IEEE_E3M4,
                E3M4FN,
                E5M2FNUZ,
                E4M3FNUZ,
                E4M3B11FNUZ,
                OCP_E3M2,
                OCP_E2M3,
                OCP_E2M1,
                E8M0,
                UE4M3,
                UE5M3,
                cfloat8143(7),
                cfloat8152(15),
                cfloat16Shp(15),
                CFLOAT16_UHP));
        all.addAll(List.of(INT8, UINT8, INT4, UINT4, INT2, UINT2, INT1, UINT1, BINARY1, MXINT8));
        all.addAll(List.of(
                i("i8_symmetric", 8, true, true),
                i("i4_symmetric", 4, true, true),
                i("i2_symmetric", 2, true, true),
                mxint8("mxint8_symmetric", true),
                i("i16", 16, true, false, "onnx:INT16", "safetensors:I16", "ml_dtypes:int16"),
                i("u16", 16, false, false, "onnx:UINT16", "safetensors:U16", "ml_dtypes:uint16", "testfloat:ui16"),
                INT32,
                i("u32", 32, false, false, "safetensors:U32", "ml_dtypes:uint32", "testfloat:ui32"),
                i("i64", 64, true, false, "onnx:INT64", "safetensors:I64", "ml_dtypes:int64"),
                i("u64", 64, false, false, "safetensors:U64", "ml_dtypes:uint64", "testfloat:ui64")));
        return List.copyOf(all);
    }

    private static List<BlockFormat> blocks() {
        return List.of(
                mx("mxfp8_e4m3", "MXFP8 E4M3", OCP_E4M3),
                mx("mxfp8_e5m2", "MXFP8 E5M2", OCP_E5M2),
                mx("mxfp6_e3m2", "MXFP6 E3M2", OCP_E3M2),
                mx("mxfp6_e2m3", "MXFP6 E2M3", OCP_E2M3),
                mx("mxfp4", "MXFP4", OCP_E2M1, "other:mxfp4_e2m1"),
                mx("mxint8", "MXINT8", MXINT8),
                new BlockFormat(
                        "nvfp4",
                        OCP_E2M1,
                        UE4M3,
                        16,
                        ScaleRule.QUOTIENT_NEAREST,
                        true,
                        new FormatInfo(
                                "NVFP4",
                                List.of(new Alias("other", "nvfp4_e2m1")),
                                List.of(
                                        new Source(PTX.document(), PTX.revision(), "kind::mxf4nvf4", PTX.link()),
                                        new Source(
                                                "NVIDIA TransformerEngine",
                                                "",
                                                "NVFP4 recipe",
                                                "https://github.com/NVIDIA/TransformerEngine")),
                                Certainty.DOCUMENTED,
                                "Rounding of the scale differs between recipes.")));
    }

    private static BlockFormat mx(String name, String title, ScalarFormat element, String... aliases) {
        return new BlockFormat(
                name,
                element,
                E8M0,
                32,
                ScaleRule.FLOOR,
                false,
                info(title, new Source(OCP_MX.document(), OCP_MX.revision(), "5.1, Table 1", OCP_MX.link()), aliases));
    }

    private static FloatFormat.Builder f(String name, String title, int exponentBits, int trailingBits, int bias) {
        return FloatFormat.builder(name, exponentBits, trailingBits).bias(bias).info(FormatInfo.custom(title));
    }

    private static IntFormat i(String name, int width, boolean signed, boolean symmetric, String... aliases) {
        String title = (signed ? "INT" : "UINT") + width + (symmetric ? ", symmetric range" : "");
        return new IntFormat(
                name,
                signed ? IntFormat.Encoding.TWOS_COMPLEMENT : IntFormat.Encoding.UNSIGNED,
                width,
                symmetric,
                0,
                info(title, new Source("ONNX TensorProto.DataType", "1.23", "", "https://onnx.ai/onnx/"), aliases));
    }

    private static IntFormat mxint8(String name, boolean symmetric) {
        return new IntFormat(
                name,
                IntFormat.Encoding.TWOS_COMPLEMENT,
                8,
                symmetric,
                -6,
                info("MXINT8 element" + (symmetric ? ", symmetric range" : ""), OCP_MX));
    }

    private static FormatInfo info(String title, Source source, String... aliases) {
        List<Alias> list = new ArrayList<>();
        for (String alias : aliases) {
            int colon = alias.indexOf(':');
            list.add(new Alias(alias.substring(0, colon), alias.substring(colon + 1)));
        }
        return new FormatInfo(title, list, List.of(source), Certainty.SPECIFIED, "");
    }
}
