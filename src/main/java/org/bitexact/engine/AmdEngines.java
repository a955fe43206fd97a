package org.bitexact.engine;

import static org.bitexact.format.Formats.BFLOAT16;
import static org.bitexact.format.Formats.BINARY16;
import static org.bitexact.format.Formats.BINARY32;
import static org.bitexact.format.Formats.BINARY64;
import static org.bitexact.format.Formats.E4M3FNUZ;
import static org.bitexact.format.Formats.E5M2FNUZ;
import static org.bitexact.format.Formats.INT32;
import static org.bitexact.format.Formats.INT8;

import java.util.ArrayList;
import java.util.List;
import org.bitexact.engine.Spec.Conditioning;
import org.bitexact.engine.Spec.NanResult;
import org.bitexact.engine.Spec.ProductLimit;
import org.bitexact.engine.Spec.Underflow;
import org.bitexact.engine.Spec.ZeroSign;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Rounding;

/** AMD matrix cores, CDNA 1 to 3: a different arithmetic in each generation. */
final class AmdEngines {
    private static final String NAN_NOTE = "Which NaN it returns is not published: compare NaN results as NaNs.";
    /** Four products, each rounded, and a tree of two levels. */
    private static final Order PAIRWISE_4 = Order.lanes(4, 0, 1, 2, 3).fromNegativeZero();

    private static final Order PAIRWISE_2 = Order.lanes(2, 0, 1).fromNegativeZero();

    private final List<Engine> rows = new ArrayList<>();

    private AmdEngines() {}

    static List<Engine> rows() {
        AmdEngines engines = new AmdEngines();
        engines.cdna1();
        engines.cdna2();
        engines.cdna3();
        for (String chip : List.of("cdna1", "cdna2", "cdna3")) {
            engines.chains(chip);
            engines.integers(chip);
        }
        return engines.rows;
    }

    private void add(
            String chip, String instruction, String inputs, FloatFormat a, FloatFormat b, Spec spec, Row more) {
        Engine.Builder row = Engine.builder("amd." + chip + "." + instruction + "." + inputs + ".f32")
                .inputs(a, b)
                .output(BINARY32)
                .spec(spec)
                .note(NAN_NOTE);
        List<Dispute> disputes = new ArrayList<>();
        disputes.add(new Dispute(
                "which NaN: not published",
                spec.toBuilder().nan(NanResult.ALL_ONES).build(),
                Sources.MMA_SIM));
        more.complete(row, disputes);
        rows.add(row.disputes(disputes).build());
    }

    /** Completes a row and the questions about it. */
    private interface Row {
        void complete(Engine.Builder row, List<Dispute> disputes);
    }

    private void cdna1() {
        exact("f16", BINARY16, 4, PAIRWISE_4, "32x32x8", "32x32x4", "16x16x16", "16x16x4", "4x4x4");
        exact("bf16", BFLOAT16, 2, PAIRWISE_2, "32x32x4", "32x32x2", "16x16x8", "16x16x2", "4x4x2");
    }

    private void exact(String inputs, FloatFormat format, int terms, Order pairwise, String... shapes) {
        Spec spec = Spec.exact(terms).zeroSign(ZeroSign.PLUS).build();
        add("cdna1", "mfma", inputs, format, format, spec, (row, disputes) -> {
            row.shapes(shapes).evidence(Evidence.MODELLED, Sources.KHATTAK);
            disputes.add(new Dispute(
                    "exact sum with one rounding, or products and pairwise sums rounded each",
                    Spec.exact(1).zeroSign(ZeroSign.PLUS).order(pairwise).build(),
                    Sources.MMA_SIM));
        });
    }

    private void cdna2() {
        pairwise("mfma", "f16", BINARY16, PAIRWISE_4, "32x32x8", "32x32x4", "16x16x16", "16x16x4", "4x4x4");
        pairwise("mfma", "bf16", BFLOAT16, PAIRWISE_2, "32x32x4", "32x32x2", "16x16x8", "16x16x2", "4x4x2");
        pairwise("mfma-1k", "bf16", BFLOAT16, PAIRWISE_4, "32x32x8", "32x32x4", "16x16x16", "16x16x4", "4x4x4");
    }

    private void pairwise(String instruction, String inputs, FloatFormat format, Order order, String... shapes) {
        Spec spec = Spec.exact(1)
                .flush(Underflow.FLUSH_SUBNORMAL)
                .flushToPlus(true)
                .order(order.withJoin(Rounding.TIES_TO_EVEN, Underflow.FLUSH_SUBNORMAL))
                .build();
        add("cdna2", instruction, inputs, format, format, spec, (row, disputes) -> {
            row.shapes(shapes).evidence(Evidence.AGREED, Sources.MMA_SIM, Sources.KHATTAK, Sources.MI200);
        });
    }

    private void cdna3() {
        cdna3("mfma", "f16", BINARY16, BINARY16, spec3(8), "32x32x8", "16x16x16");
        cdna3("mfma", "bf16", BFLOAT16, BFLOAT16, spec3(8), "32x32x8", "16x16x16");
        cdna3("mfma-k4", "f16", BINARY16, BINARY16, spec3(4), "32x32x4", "16x16x4", "4x4x4");
        cdna3("mfma-k4", "bf16", BFLOAT16, BFLOAT16, spec3(4), "32x32x4", "16x16x4", "4x4x4");
        Spec.Builder xf32 = spec3(4).conditioning(Conditioning.TF32_TRUNCATE);
        cdna3("mfma", "xf32", BINARY32, BINARY32, xf32, "16x16x8", "32x32x4");
        NvidiaEngines.pairs(new FloatFormat[] {E4M3FNUZ, E5M2FNUZ}, (a, b, inputs) -> {
            Spec.Builder fp8 = spec3(16).sums(2).secondAlignment(31, 24, 25);
            cdna3("mfma", inputs, a, b, fp8, "16x16x32", "32x32x16");
        });
    }

    private static Spec.Builder spec3(int terms) {
        return Spec.aligned(terms, 24)
                .secondAlignment(31, 24, Spec.EXACT)
                .productLimit(ProductLimit.INFINITY)
                .zeroSign(ZeroSign.UNDERFLOW_KEEPS)
                .rounding(Rounding.TIES_TO_EVEN)
                .nan(NanResult.CANONICAL);
    }

    private void cdna3(
            String instruction, String inputs, FloatFormat a, FloatFormat b, Spec.Builder builder, String... shapes) {
        Spec spec = builder.build();
        add("cdna3", instruction, inputs, a, b, spec, (row, disputes) -> {
            row.shapes(shapes).evidence(Evidence.AGREED, Sources.MMA_SIM, Sources.KHATTAK);
            disputes.add(new Dispute(
                    "zeros in the alignment: they count with exponent -126",
                    spec.toBuilder().zeroExponent(BINARY32.emin()).build(),
                    Sources.MMA_SIM));
            if (a.emax() + b.emax() >= BINARY32.emax()) {
                disputes.add(new Dispute(
                        "a product of 2^128 or more beside an infinite operand or addend: it gives way",
                        spec.toBuilder()
                                .productLimit(ProductLimit.WEAK_INFINITY)
                                .build(),
                        Sources.MMA_SIM));
            }
        });
    }

    private void chains(String chip) {
        rows.add(Engine.builder("amd." + chip + ".mfma.f32.f32")
                .inputs(BINARY32)
                .output(BINARY32)
                .spec(Spec.exact(1).build())
                .evidence(Evidence.MODELLED, Sources.MMA_SIM)
                .note(NAN_NOTE)
                .build());
        if (!chip.equals("cdna1")) {
            rows.add(Engine.builder("amd." + chip + ".mfma.f64.f64")
                    .inputs(BINARY64)
                    .output(BINARY64)
                    .spec(Spec.exact(1).build())
                    .evidence(Evidence.MODELLED, Sources.MMA_SIM)
                    .note(NAN_NOTE)
                    .shapes("16x16x4", "4x4x4")
                    .build());
        }
    }

    private void integers(String chip) {
        int step = chip.equals("cdna3") ? 32 : 16;
        for (boolean clamp : new boolean[] {false, true}) {
            rows.add(Engine.builder("amd." + chip + (clamp ? ".mfma-clamp" : ".mfma") + ".i8.i32")
                    .inputs(INT8)
                    .output(INT32)
                    .spec(clamp ? IntegerSpec.saturating(step) : IntegerSpec.wrapping(step))
                    .evidence(Evidence.PSEUDOCODE, Sources.AMD_ISA)
                    .note(clamp ? "The CLAMP bit of the instruction is set: clamped at the end of an instruction." : "")
                    .shapes(chip.equals("cdna3") ? "16x16x32" : "16x16x16")
                    .build());
        }
    }
}
