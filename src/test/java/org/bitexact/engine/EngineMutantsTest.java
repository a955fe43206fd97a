package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitexact.codec.Codec;
import org.bitexact.engine.Spec.Addend;
import org.bitexact.engine.Spec.Conditioning;
import org.bitexact.engine.Spec.NanResult;
import org.bitexact.engine.Spec.Slicing;
import org.bitexact.engine.Spec.Underflow;
import org.bitexact.engine.Spec.ZeroSign;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Test;

/**
 * Would a wrong parameter be noticed? Each parameter of each floating-point engine is changed in turn, and the changed
 * engine compared with {@link ReferenceEngine} as {@link EngineReferenceTest} compares the right one.
 */
class EngineMutantsTest {
    private static final int CASES = 12_000;

    /** The engine's specification with one parameter changed, by the name of the change. */
    private static Map<String, Spec> mutants(Engine engine, Spec spec) {
        Map<String, Spec> mutants = new LinkedHashMap<>();
        FloatFormat out = (FloatFormat) engine.accumulator();
        boolean exact = spec.fractionBits() == Spec.EXACT;
        if (!exact) {
            mutants.put(
                    "one fraction bit less",
                    spec.toBuilder().fractionBits(spec.fractionBits() - 1).build());
        } else if (spec.terms() > 1 && out.trailingBits() + 3 < 46) {
            mutants.put(
                    "a sum that is not exact",
                    spec.toBuilder().fractionBits(out.trailingBits() + 3).build());
        }
        mutants.put(
                "other rounding",
                spec.toBuilder()
                        .rounding(
                                spec.rounding() == Rounding.TIES_TO_EVEN ? Rounding.TOWARD_ZERO : Rounding.TIES_TO_EVEN)
                        .build());
        boolean narrow = engine.formatA().width() <= 32; // sums of several binary64 products are not modelled
        if (spec.group() == 1 && spec.nan() != NanResult.X86 && narrow) {
            int terms = spec.terms() == 1 ? 2 : spec.terms() / 2;
            mutants.put("other terms", spec.toBuilder().terms(terms).build());
        }
        mutants.put(
                "other order", spec.toBuilder().order(otherOrder(spec.order())).build());
        mutants.put(
                "subnormal operands",
                spec.toBuilder().flushOperands(!spec.flushOperands()).build());
        mutants.put(
                "subnormal addend",
                spec.toBuilder().flushAddend(!spec.flushAddend()).build());
        mutants.put(
                "subnormal results",
                spec.toBuilder()
                        .underflow(
                                spec.underflow() == Underflow.GRADUAL
                                        ? Underflow.FLUSH_AFTER_ROUNDING
                                        : Underflow.GRADUAL)
                        .build());
        if (narrow) {
            mutants.put(
                    "bits of the result",
                    spec.toBuilder()
                            .resultBits(
                                    spec.resultBits() == Spec.EXACT ? out.trailingBits() - 1 : spec.resultBits() + 1)
                            .build());
        }
        if (spec.zeroSign() != ZeroSign.IEEE) {
            mutants.put(
                    "sign of zeros", spec.toBuilder().zeroSign(ZeroSign.IEEE).build());
        } else {
            mutants.put(
                    "sign of zeros", spec.toBuilder().zeroSign(ZeroSign.PLUS).build());
        }
        if (ReferenceEngine.of(engine).hasKnownNan()) {
            mutants.put(
                    "NaN",
                    spec.toBuilder()
                            .nan(spec.nan() == NanResult.CANONICAL ? NanResult.ALL_ONES : NanResult.CANONICAL)
                            .build());
        }
        if (spec.floor() != Spec.NO_FLOOR) {
            mutants.put("floor", spec.toBuilder().floor(spec.floor() + 8).build());
        }
        if (!exact) {
            mutants.put(
                    "direction of the cut",
                    spec.toBuilder().cut(Rounding.TOWARD_NEGATIVE).build());
        }
        if (spec.conditioning() != Conditioning.NONE) {
            mutants.put(
                    "conditioning",
                    spec.toBuilder()
                            .conditioning(
                                    spec.conditioning() == Conditioning.TF32_ROUND
                                            ? Conditioning.TF32_TRUNCATE
                                            : Conditioning.TF32_ROUND)
                            .build());
        }
        if (spec.addend() == Addend.AFTER_FLOOR) {
            mutants.put(
                    "bits of the sum",
                    spec.toBuilder()
                            .secondAlignment(spec.sumBits() - 1, spec.addendBits(), spec.addendReach())
                            .build());
            mutants.put(
                    "bits of the addend",
                    spec.toBuilder()
                            .secondAlignment(spec.sumBits(), spec.addendBits() - 1, spec.addendReach())
                            .build());
            int reach = spec.addendReach() == Spec.EXACT ? 25 : spec.addendReach() + 1;
            mutants.put(
                    "reach of the addend",
                    spec.toBuilder()
                            .secondAlignment(spec.sumBits(), spec.addendBits(), reach)
                            .build());
            mutants.put(
                    "products that overflow",
                    spec.toBuilder().productLimit(Spec.ProductLimit.NONE).build());
        }
        if (spec.addend() == Addend.AFTER_EXACT) {
            mutants.put(
                    "addend aligned", spec.toBuilder().addend(Addend.ALIGNED).build());
        }
        if (spec.sums() == 2) {
            mutants.put("one sum", spec.toBuilder().sums(1).build());
        }
        if (spec.slicing() != Slicing.NONE) {
            mutants.put("slices", spec.toBuilder().slicing(Slicing.NONE).build());
        }
        if (spec.normalizeProducts()) {
            mutants.put(
                    "products as they are",
                    spec.toBuilder().normalizeProducts(false).build());
        }
        if (spec.operandFloor() != Spec.FORMAT_EMIN) {
            mutants.put(
                    "exponents of operands",
                    spec.toBuilder().operandFloor(Spec.FORMAT_EMIN).build());
        }
        return mutants;
    }

    private static Order otherOrder(Order order) {
        return order.equals(Order.CHAIN) ? Order.tiles(32) : Order.CHAIN;
    }

    /** Changes that change no result, since the formats' range or another parameter leaves nothing to change. */
    private static final List<Harmless> HARMLESS = List.of(
            new Harmless(
                    "floor",
                    "nvidia.*(mma|tcgen05).e.m.*|nvidia.hopper.mma.f16.f32|nvidia.*.mma-cf16.f16.f32",
                    "a multiple of the smallest product lies above the unit of the raised floor, and so does an addend"),
            new Harmless(
                    "exponents of operands",
                    "intel.gaudi2.mme.gaudi2_.*|nvidia.hopper.mma.*",
                    "where a subnormal operand gives Emax, no product reaches below Emax - F"),
            new Harmless("exponents of operands", "intel.gaudi3.mme.tf32.f32", "binary32 has these exponents anyway"),
            new Harmless(
                    "products that overflow",
                    "amd.cdna3.mfma(-k4)?.(f16|e4m3fnuz|e5m2fnuz).f32",
                    "no product reaches 2^128"),
            new Harmless(
                    "other rounding|bits of the result|subnormal results",
                    "amd.cdna2.*|arm.a64.bfdot.bf16.f32",
                    "a product is exact unless it is subnormal, and then the sum of products flushes it"),
            new Harmless(
                    "subnormal results",
                    "aws.trainium..contract(-double)?.(f16|aws_.*).f32|intel.gaudi[12].mme.(f16|gaudi2_.*).f32|nvidia.hopper.mma.e.m..f32"
                            + "|nvidia.*cf16.*|x86.amx.tdpfp16ps.f16.f32",
                    "sums of such products are no subnormal numbers of the result"),
            new Harmless(
                    "subnormal results",
                    "intel.gaudi1.mme.(bf16|f32).f32",
                    "the additions of the four lanes flush them"),
            new Harmless("subnormal addend", "nvidia.*-cf16.*", "binary16 has no subnormal numbers of binary32"),
            new Harmless(
                    "subnormal addend",
                    "arm.a64.bfdot.bf16.f32|google.*|intel.gaudi1.*|x86.amx.*",
                    "the addition to the addend flushes it, and so does each step its result"),
            new Harmless(
                    "sign of zeros",
                    "amd.cdna3.mfma.e.m.fnuz.f32|graphcore.ipu.contract.ipu_(f143.*|f152.f32)",
                    "without -0 among the operands, no product is -0"),
            new Harmless(
                    "sign of zeros",
                    "aws.trainium..contract(-double)?.(f16|aws_.*).f32|intel.gaudi1.mme.f16.f32|x86.amx.tdpfp16ps.f16.f32|nvidia.hopper.mma.e.m..f32"
                            + "|nvidia.hopper.mma.e4m3.f16",
                    "a sum that starts from +0 and cannot underflow is never -0"),
            new Harmless(
                    "sign of zeros",
                    "nvidia.blackwell.tcgen05-mxf4nvf4.e2m1.f32",
                    "a sum of 16 products that is zero counts as +0, and no sum underflows"));

    /** A change, engines on which it has no effect, and why. */
    private record Harmless(String change, String engines, String reason) {
        boolean covers(String what, String name) {
            return what.matches(change) && name.matches(engines);
        }
    }

    /** Inputs of a form that is rarely drawn. */
    private static List<DotCase> handMade(Engine engine) {
        return switch (engine.name()) {
            // a tie that is broken by what 31 bits of the sum keep
            case "amd.cdna3.mfma-k4.f16.f32" -> List.of(of(engine, "2^-12 2^-15", "2^-12 2^-16", 1));
            // 1025.5, and an addend below all that is kept
            case "nvidia.blackwell.tcgen05.e2m1.f16" -> List.of(of(engine, "6*28 4 1.5", "6*28 4 1", -0x1p-24));
            case "nvidia.blackwell.tcgen05.e2m3.f16" -> List.of(of(engine, "7*20 6.5", "7*21", -0x1p-24));
            case "nvidia.hopper.mma.e4m3.f16" -> List.of(of(engine, "2^7 2^-4 0*2 2^-9", "1 1 0*2 2^-9", 0));
            case "intel.gaudi2.mme.tf32.f32" -> List.of(of(engine, "1.5 2^-11 2^-23", "1.5 2^-12 2^-23", 0));
            // sums of more than 24 bits
            case "aws.trainium1.contract.aws_e3m4.f32" -> List.of(of(engine, "8*100 2^-5 2^-5", "15*100 2^-6 2^-6", 0));
            case "aws.trainium2.contract-double.aws_e3m4.f32" ->
                List.of(
                        of(engine, "8*100 2^-5 0*127 2^-5", "15*100 2^-6 0*127 2^-6", 0),
                        of(engine, "15*100 2^-4 0*27 15*100 2^-6", "15*100 2^-5 0*27 15*100 2^-6", 0));
            case "aws.trainium3.contract-mxfp4.e2m1.f32" -> {
                DotCase plain = of(engine, "1 0*127 1 0*127 1", "1 0*127 1 0*127 1", 0);
                DotCase minus = of(engine, "0*127 1", "0*127 -1", 0); // far below the smallest number
                yield List.of(
                        new DotCase(plain.a(), plain.b(), 0, Cases.codes("7f 7f*3 67 7f*3 51"), Cases.codes("7f*9")),
                        new DotCase(minus.a(), minus.b(), 0x8000_0000L, new long[4], new long[4]));
            }
            default -> List.of();
        };
    }

    /** Numbers, with {@code x*n} for n of them, as codes. */
    private static DotCase of(Engine engine, String a, String b, double c) {
        return new DotCase(
                codes(engine.formatA(), a),
                codes(engine.formatB(), b),
                Codec.of(engine.formatC()).encodeLong(c, 0, null));
    }

    private static long[] codes(ScalarFormat format, String text) {
        List<Long> codes = new ArrayList<>();
        for (String word : text.split(" ")) {
            String[] parts = word.split("\\*");
            double x = parts[0].startsWith("2^")
                    ? Math.scalb(1.0, Integer.parseInt(parts[0].substring(2)))
                    : Double.parseDouble(parts[0]);
            long code = Codec.of(format).encodeLong(x, 0, null);
            codes.addAll(Collections.nCopies(parts.length == 1 ? 1 : Integer.parseInt(parts[1]), code));
        }
        return codes.stream().mapToLong(Long::longValue).toArray();
    }

    @Test
    void everyWrongParameterIsNoticed() {
        Set<List<Object>> seen = new LinkedHashSet<>();
        List<String> wronglyJudged = new ArrayList<>();
        Set<Harmless> idle = new LinkedHashSet<>(HARMLESS);
        int caught = 0;
        for (Engine engine : Engines.all()) {
            Spec spec = engine.spec().orElse(null);
            if (spec == null
                    || engine.inputs().indexOf('-') > 0
                    || !seen.add(
                            List.of(spec, engine.formatA(), engine.formatB(), engine.formatC(), engine.scaling()))) {
                continue;
            }
            ReferenceEngine reference = ReferenceEngine.of(engine);
            for (Map.Entry<String, Spec> mutant : mutants(engine, spec).entrySet()) {
                Engine wrong = engine.toBuilder("user.wrong.x.y.z")
                        .spec(mutant.getValue())
                        .build();
                List<Harmless> harmless = HARMLESS.stream()
                        .filter(h -> h.covers(mutant.getKey(), engine.name()))
                        .toList();
                boolean noticed = isNoticed(engine, wrong, reference, harmless.isEmpty() ? CASES : CASES / 16);
                caught += noticed ? 1 : 0;
                if (noticed != harmless.isEmpty()) {
                    wronglyJudged.add(engine + ": " + mutant.getKey());
                }
                idle.removeAll(harmless);
            }
        }
        assertThat(wronglyJudged).isEmpty();
        assertThat(idle).isEmpty();
        assertThat(caught).isGreaterThan(1000);
    }

    @Test
    void everyWrongIntegerParameterIsNoticed() {
        for (Engine engine : Engines.all()) {
            if (engine.integerSpec().isEmpty()) {
                continue;
            }
            IntegerSpec spec = engine.integerSpec().get();
            List<IntegerSpec> mutants = new ArrayList<>();
            mutants.add(new IntegerSpec(spec.operation(), !spec.saturate(), spec.step()));
            // products of unsigned numbers only add: then it does not matter when a sum is clamped
            boolean signed = engine.formatA().toString().startsWith("i")
                    || engine.formatB().toString().startsWith("i");
            if (spec.saturate() && signed) {
                mutants.add(new IntegerSpec(spec.operation(), true, spec.step() / 2));
                mutants.add(new IntegerSpec(spec.operation(), true, spec.step() * 2));
            }
            if (spec.operation() != IntegerSpec.Operation.MULTIPLY) {
                boolean xor = spec.operation() == IntegerSpec.Operation.XOR_POPCOUNT;
                IntegerSpec.Operation other =
                        xor ? IntegerSpec.Operation.AND_POPCOUNT : IntegerSpec.Operation.XOR_POPCOUNT;
                mutants.add(new IntegerSpec(other, spec.saturate(), spec.step()));
            }
            for (IntegerSpec mutant : mutants) {
                Engine wrong = engine.toBuilder("user.wrong.x.y.z").spec(mutant).build();
                assertThat(isNoticed(engine, wrong, ReferenceEngine.of(engine), CASES))
                        .as(engine + " as " + mutant)
                        .isTrue();
            }
        }
    }

    private static boolean isNoticed(Engine engine, Engine wrong, ReferenceEngine reference, int cases) {
        EngineInputs inputs = new EngineInputs(engine, 2);
        List<DotCase> first = handMade(engine);
        for (int i = 0; i < cases + first.size(); i++) {
            DotCase input = i < first.size() ? first.get(i) : inputs.next();
            // the reference is slow: where the two engines agree there is nothing to notice
            long result = wrong.dot(input);
            if (result != engine.dot(input)
                    && !EngineReferenceTest.isEqual(engine, reference, reference.dot(input), result)) {
                return true;
            }
        }
        return false;
    }
}
