package org.bitexact.format;

import java.util.Arrays;
import java.util.List;

/**
 * A named bundle of policies that reproduces one real implementation's conversions.
 *
 * <p>What an implementation does may depend on the formats it converts between, so a profile is a function from source
 * and target format to {@link Policies}. The figures in brackets are codes for (+Inf, -Inf, +NaN, -NaN, +overflow)
 * from binary32.
 *
 * @since 0.1
 */
public enum Profile {
    /** IEEE 754-2019 without options. */
    IEEE("ieee", "IEEE 754-2019 defaults", Certainty.SPECIFIED),
    /** OCP OFP8 saturating: overflow and infinities become the largest finite number in E4M3 and E5M2 alike. */
    OCP_SATURATING("ocp-sat", "OCP OFP8 1.0, saturating conversion", Certainty.DOCUMENTED),
    /** OCP OFP8 non-saturating: overflow becomes NaN in E4M3, infinity in E5M2, whatever the direction. */
    OCP_NONSATURATING("ocp-nosat", "OCP OFP8 1.0, non-saturating conversion", Certainty.DOCUMENTED),
    /** CUDA {@code __NV_SATFINITE}: E4M3 [7E FE 7F 7F 7E], E5M2 [7B FB 7F 7F 7B]; binary16 and BF16 NaN 7FFF. */
    CUDA_SATURATING("cuda-sat", "CUDA 13.0 headers, __NV_SATFINITE", Certainty.SPECIFIED),
    /** CUDA {@code __NV_NOSAT}: E4M3 [7F FF 7F 7F 7F], E5M2 [7C FC 7F 7F 7C]. */
    CUDA_NONSATURATING("cuda-nosat", "CUDA 13.0 headers, __NV_NOSAT", Certainty.SPECIFIED),
    /** ml_dtypes 0.6, its correctly rounded constructors: E4M3 [7F FF 7F FF 7F], E5M2 [7C FC 7E FE 7C]. */
    ML_DTYPES("ml-dtypes", "ml_dtypes 0.6.0, scalar constructors", Certainty.SPECIFIED),
    /** ml_dtypes 0.6 as NumPy casts arrays of binary64: through binary32, hence with double rounding. */
    ML_DTYPES_ASTYPE("ml-dtypes-astype", "ml_dtypes 0.6.0, ndarray.astype", Certainty.SPECIFIED),
    /**
     * PyTorch 2.13 CPU: E4M3 [7E FE 7F FF 7E], E5M2 [7C FC 7F FF 7C]; binary64 goes through binary32; widening binary16
     * gives NaN 7FFFFFFF.
     */
    PYTORCH("pytorch", "PyTorch 2.13 CPU, scalar code", Certainty.SPECIFIED),
    /**
     * PyTorch 2.13 CPU, AVX2 and AVX-512 kernels: BF16 NaN FFFF; widening binary16 keeps the NaN's payload; otherwise as
     * {@link #PYTORCH}.
     */
    PYTORCH_SIMD("pytorch-simd", "PyTorch 2.13 CPU, vectorised code", Certainty.SPECIFIED),
    /** PyTorch before E4M3 saturated: E4M3 [7F FF 7F FF 7F]. */
    PYTORCH_OLD("pytorch-old", "PyTorch, older releases", Certainty.DOCUMENTED),
    /** ONNX Cast with saturate = 1: E4M3 [7E FE 7F FF 7E], E5M2 [7B FB 7E FE 7B]; FNUZ clamps infinities. */
    ONNX_SATURATING("onnx-sat", "ONNX Cast, saturate = 1, reference evaluator 1.23.1", Certainty.SPECIFIED),
    /** ONNX Cast with saturate = 0: E4M3 [7F FF 7F FF 7F], E5M2 [7C FC 7E FE 7C]; FNUZ 80. */
    ONNX_NONSATURATING("onnx-nosat", "ONNX Cast, saturate = 0, reference evaluator 1.23.1", Certainty.SPECIFIED),
    /** x86 F16C {@code VCVTPS2PH}: NaN payload kept and made quiet; subnormal results always produced. */
    F16C("f16c", "x86 F16C VCVTPS2PH and VCVTPH2PS", Certainty.SPECIFIED),
    /** x86 {@code VCVTNEPS2BF16}: ties to even, DAZ and FTZ always, NaN truncated and made quiet. */
    AVX512_BF16("avx512-bf16", "x86 AVX512_BF16 VCVTNEPS2BF16", Certainty.SPECIFIED),
    /** The plain Java bodies of {@code Float.floatToFloat16} and {@code float16ToFloat}: NaN payloads folded. */
    JDK("jdk", "OpenJDK 20 and later, plain Java body", Certainty.SPECIFIED),
    /** RISC-V: canonical NaN 7E00, 7FC0, and 7F in E4M3 and E5M2 alike; tininess after rounding. */
    RISCV("riscv", "RISC-V fcvt, Zfh, Zfbfmin, Zvfofp8min", Certainty.DOCUMENTED),
    /** x86 SSE: NaN payload kept and made quiet, tininess after rounding, integer NaN 80000000. */
    X86("x86", "x86 SSE and AVX", Certainty.SPECIFIED),
    /** Arm with FPCR.DN = 0: NaN payload kept and made quiet, tininess before rounding. */
    ARM("arm", "Arm, FPCR.AH = 0 and DN = 0", Certainty.DOCUMENTED),
    /** Arm with FPCR.DN = 1: default NaN, tininess before rounding. */
    ARM_DEFAULT_NAN("arm-dn", "Arm, FPCR.AH = 0 and DN = 1", Certainty.DOCUMENTED),
    /** TF32 operands as tensor cores read them: the low 13 bits dropped. */
    TF32_TRUNCATE("tf32-truncate", "NVIDIA mma with .tf32 operands", Certainty.DOCUMENTED),
    /** PTX {@code cvt.rna.tf32.f32}: ties away; a NaN whose payload is in the low 13 bits becomes infinity. */
    TF32_RNA("tf32-rna", "PTX cvt.rna.tf32.f32, Ampere expansion", Certainty.DOCUMENTED),
    /** TF32 by ties to even, as on AMX and Neuron. */
    TF32_RNE("tf32-rne", "AMX-TF32 and AWS Neuron", Certainty.DOCUMENTED),
    /** Tesla configurable floats: overflow, infinities and NaNs clamp to the largest magnitude. */
    TESLA("tesla", "Tesla Dojo white paper; NaN sign and tie rule assumed", Certainty.PROVISIONAL),
    /** Graphcore quarter with {@code nanoo} = 1: overflow becomes NaN (80). */
    GRAPHCORE("graphcore", "Graphcore IPU quarter, nanoo = 1", Certainty.DOCUMENTED),
    /** Graphcore quarter with {@code nanoo} = 0: overflow clips to the largest finite number. */
    GRAPHCORE_CLIP("graphcore-clip", "Graphcore IPU quarter, nanoo = 0", Certainty.DOCUMENTED),
    /** AMD gfx94x software path for FNUZ: finite values clip, infinities and NaN become 80. */
    AMD_FNUZ("amd-fnuz", "AMD gfx94x, hip_float8 software path", Certainty.DOCUMENTED),
    /** AWS Neuron: saturating by default; the NaN pattern and the overflow rule on silicon are not public. */
    NEURON("neuron", "AWS Neuron cFP8; overflow on silicon not public", Certainty.PROVISIONAL),
    /** P3109 {@code SatNone}. */
    P3109_SAT_NONE("p3109-satnone", "IEEE P3109 interim report 4.0 (draft), SatNone", Certainty.SPECIFIED),
    /** P3109 {@code SatFinite}: everything, infinities included, clamps to the finite range. */
    P3109_SAT_FINITE("p3109-satfinite", "IEEE P3109 interim report 4.0 (draft), SatFinite", Certainty.SPECIFIED),
    /** P3109 {@code SatPropagate}: finite values clamp, infinities stay where the format has them. */
    P3109_SAT_PROPAGATE(
            "p3109-satpropagate", "IEEE P3109 interim report 4.0 (draft), SatPropagate", Certainty.SPECIFIED);

    private final String id;
    private final String description;
    private final Certainty certainty;

    Profile(String id, String description, Certainty certainty) {
        this.id = id;
        this.description = description;
        this.certainty = certainty;
    }

    /** {@return the name used on the command line} */
    public String id() {
        return id;
    }

    /** {@return what is reproduced, in words} */
    public String description() {
        return description;
    }

    /** {@return how well the implementation's behaviour is known} */
    public Certainty certainty() {
        return certainty;
    }

    /**
     * Finds a profile by name.
     *
     * @param text the name; case and separators do not matter
     * @return the profile
     * @throws IllegalArgumentException if no profile has the name
     */
    public static Profile parse(String text) {
        return Choice.parse("profile", text, values(), Profile::id);
    }

    /** {@return all profiles} */
    public static List<Profile> all() {
        return Arrays.asList(values());
    }

    /**
     * {@return the policies the implementation applies between two formats}
     *
     * @param source the format converted from; for a number given as text, the format it counts as
     * @param target the format converted to
     */
    public Policies policies(ScalarFormat source, ScalarFormat target) {
        Policies p = Policies.IEEE;
        SpecialValues specials = target instanceof FloatFormat f ? f.specials() : SpecialValues.NONE;
        boolean scale = target instanceof FloatFormat f && !f.hasZero();
        boolean narrow = target instanceof FloatFormat && target.width() <= 8;
        boolean integer = target instanceof IntFormat;
        boolean fromBinary64 = source.width() == 64 && source instanceof FloatFormat;
        boolean singleNanSource = source instanceof FloatFormat f && f.hasSingleNan();
        return switch (this) {
            case IEEE, TF32_RNE -> p;
            case OCP_SATURATING -> p.saturating();
            case OCP_NONSATURATING -> p.withOverflow(Overflow.INFINITY);
            case CUDA_SATURATING ->
                cuda(p, scale, narrow, integer, fromBinary64)
                        .withOverflow(narrow ? Overflow.SATURATE : Overflow.IEEE)
                        .withInfinity(narrow ? InfinityRule.SATURATE : InfinityRule.KEEP);
            case CUDA_NONSATURATING ->
                cuda(p, scale, narrow, integer, fromBinary64).withOverflow(narrow ? Overflow.INFINITY : Overflow.IEEE);
            case ML_DTYPES -> mlDtypes(p, source, target, singleNanSource);
            case ML_DTYPES_ASTYPE ->
                mlDtypes(p, source, target, singleNanSource)
                        .withPath(fromBinary64 && !isBinary16(target) ? SourcePath.VIA_BINARY32 : SourcePath.DIRECT);
            case PYTORCH -> pytorch(p, source, target, specials == SpecialValues.FN && !scale, fromBinary64);
            case PYTORCH_SIMD -> {
                Policies scalar = pytorch(p, source, target, specials == SpecialValues.FN && !scale, fromBinary64);
                yield isBfloat16(target)
                        ? scalar.withNan(NanRule.ALL_ONES_NEGATIVE)
                        : isBinary16(source) && target.width() == 32 ? scalar.withNan(NanRule.KEEP) : scalar;
            }
            case PYTORCH_OLD -> pytorch(p, source, target, false, fromBinary64);
            case ONNX_SATURATING ->
                integer
                        ? truncatingCast(p)
                        : onnx(p, scale, narrow)
                                .withOverflow(narrow ? Overflow.SATURATE : Overflow.IEEE)
                                .withInfinity(narrow && !scale ? InfinityRule.SATURATE : InfinityRule.KEEP);
            case ONNX_NONSATURATING -> integer ? truncatingCast(p) : onnx(p, scale, narrow);
            case F16C, X86 ->
                target instanceof IntFormat
                        ? p.withNanSubstitute(NanSubstitute.INDEFINITE).withOverflow(Overflow.INDEFINITE)
                        : p;
            case AVX512_BF16 -> p.withFlushInputs(true).withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING);
            case JDK -> p.withNan(NanRule.JDK_FOLD).withNanSubstitute(NanSubstitute.ZERO);
            case RISCV -> p.withNan(narrow ? NanRule.ALL_ONES : NanRule.CANONICAL);
            case ARM -> p.withTininess(Tininess.BEFORE_ROUNDING).withNanSubstitute(NanSubstitute.ZERO);
            case ARM_DEFAULT_NAN ->
                p.withTininess(Tininess.BEFORE_ROUNDING)
                        .withNan(NanRule.CANONICAL)
                        .withNanSubstitute(NanSubstitute.ZERO);
            case TF32_TRUNCATE -> p.withRounding(Rounding.TOWARD_ZERO).withNan(NanRule.TRUNCATE);
            case TF32_RNA -> p.withRounding(Rounding.TIES_TO_AWAY).withNan(NanRule.TRUNCATE);
            case TESLA -> p.saturating().withNanSubstitute(NanSubstitute.LARGEST_SIGNED);
            case GRAPHCORE -> p.withOverflow(Overflow.NAN).withInfinity(InfinityRule.NAN);
            case GRAPHCORE_CLIP -> p.saturating();
            case AMD_FNUZ -> p.withOverflow(Overflow.SATURATE).withInfinity(InfinityRule.NAN);
            case NEURON -> p.saturating();
            case P3109_SAT_NONE -> p.withOverflow(Overflow.P3109);
            case P3109_SAT_FINITE -> p.saturating().withNegative(NegativeRule.CLAMP);
            case P3109_SAT_PROPAGATE -> p.withOverflow(Overflow.SATURATE).withNegative(NegativeRule.CLAMP);
        };
    }

    /** CUDA drops the NaN's sign, except in its host path from binary64; E8M0 takes the magnitude, toward zero. */
    private static Policies cuda(Policies p, boolean scale, boolean narrow, boolean integer, boolean fromBinary64) {
        if (scale) {
            return p.withRounding(Rounding.TOWARD_ZERO).withNegative(NegativeRule.ABSOLUTE);
        }
        return p.withNan(narrow && fromBinary64 ? NanRule.KEEP : NanRule.ALL_ONES)
                .withNanSubstitute(integer ? NanSubstitute.ZERO : NanSubstitute.LARGEST);
    }

    private static Policies mlDtypes(Policies p, ScalarFormat source, ScalarFormat target, boolean singleNanSource) {
        NanRule nan = isBinary16(source)
                        && target instanceof FloatFormat f
                        && f.specials() == SpecialValues.IEEE
                        && f.width() == 8
                ? NanRule.KEEP
                : singleNanSource && ((FloatFormat) source).signed()
                        ? NanRule.CANONICAL_NEGATIVE
                        : NanRule.CANONICAL_SIGNED;
        return target instanceof IntFormat
                ? truncatingCast(p)
                : p.withNan(nan).withNanSubstitute(NanSubstitute.OPPOSITE_ZERO).withZero(ZeroRule.NAN);
    }

    private static Policies pytorch(
            Policies p, ScalarFormat source, ScalarFormat target, boolean saturate, boolean fromBinary64) {
        boolean widening = target.width() == 32 && source.width() < 32;
        NanRule nan;
        if (widening) {
            boolean single = source instanceof FloatFormat f && f.hasSingleNan();
            nan = single ? NanRule.SIGNALING_ONE : isBinary16(source) ? NanRule.ALL_ONES : NanRule.KEEP;
        } else if (isBfloat16(target)) {
            nan = NanRule.CANONICAL;
        } else if (target instanceof FloatFormat f && f.width() == 8 && f.specials() == SpecialValues.IEEE) {
            nan = NanRule.ALL_ONES_SIGNED;
        } else {
            nan = NanRule.KEEP;
        }
        Policies result = p.withNan(nan)
                .withNegative(NegativeRule.ABSOLUTE)
                .withPath(fromBinary64 ? SourcePath.VIA_BINARY32 : SourcePath.DIRECT);
        return saturate ? result.saturating() : result;
    }

    /** E8M0 takes the magnitude and rounds up unless {@code round_mode} says otherwise. */
    private static Policies onnx(Policies p, boolean scale, boolean narrow) {
        if (scale) {
            return p.withRounding(Rounding.TOWARD_POSITIVE).withNegative(NegativeRule.ABSOLUTE);
        }
        return p.withNan(narrow ? NanRule.CANONICAL_SIGNED : NanRule.KEEP)
                .withNanSubstitute(NanSubstitute.OPPOSITE_ZERO);
    }

    /** The cast of NumPy and of the ONNX evaluator: the fraction dropped, then the low bits of the integer. */
    private static Policies truncatingCast(Policies p) {
        return p.withRounding(Rounding.TOWARD_ZERO).withOverflow(Overflow.WRAP).withNanSubstitute(NanSubstitute.ZERO);
    }

    private static boolean isBinary16(ScalarFormat format) {
        return format instanceof FloatFormat f && f.sameEncoding(Formats.BINARY16);
    }

    private static boolean isBfloat16(ScalarFormat format) {
        return format instanceof FloatFormat f && f.sameEncoding(Formats.BFLOAT16);
    }
}
