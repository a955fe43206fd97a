package org.bitexact.engine;

import static org.bitexact.format.Formats.BFLOAT16;
import static org.bitexact.format.Formats.BINARY16;
import static org.bitexact.format.Formats.BINARY32;
import static org.bitexact.format.Formats.OCP_E4M3;

import java.util.ArrayList;
import java.util.List;
import org.bitexact.engine.Spec.Addend;
import org.bitexact.engine.Spec.Conditioning;
import org.bitexact.engine.Spec.NanResult;
import org.bitexact.engine.Spec.Slicing;
import org.bitexact.engine.Spec.Underflow;
import org.bitexact.engine.Spec.ZeroSign;
import org.bitexact.format.CFp8;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Rounding;

/** Intel (Habana) Gaudi matrix engines, from the functional model that their maker published. */
final class HabanaEngines {
    /** The least Emax of Gaudi 3, by its adder with 6 bits of integers. */
    private static final int FLOOR3 = BINARY32.emin() - 6;
    /** FP8 operands of Gaudi 2 pass through binary16. */
    private static final int BINARY16_EMIN = BINARY16.emin();

    private final List<Engine> rows = new ArrayList<>();

    private HabanaEngines() {}

    static List<Engine> rows() {
        HabanaEngines engines = new HabanaEngines();
        engines.gaudi1();
        engines.gaudi2();
        engines.gaudi3();
        return engines.rows;
    }

    private static Engine.Builder row(String chip, String instruction, String inputs, FloatFormat a, FloatFormat b) {
        return Engine.builder("intel." + chip + "." + instruction + "." + inputs + ".f32")
                .inputs(a, b)
                .output(BINARY32)
                .evidence(Evidence.VENDOR_MODEL, Sources.GAUDI);
    }

    private void gaudi1() {
        for (FloatFormat format : List.of(BFLOAT16, BINARY16, BINARY32)) {
            Order order = Order.lanes(Order.WHOLE, 0, 1, 2, 3).withRotation();
            Spec spec = Spec.exact(1)
                    .flush(Underflow.FLUSH_AFTER_ROUNDING)
                    .flushOperands(format != BINARY16)
                    .nan(NanResult.ALL_ONES)
                    .order(order.withJoin(Rounding.TIES_TO_EVEN, Underflow.FLUSH_AFTER_ROUNDING))
                    .build();
            rows.add(row("gaudi1", "mme", format.name(), format, format)
                    .spec(spec)
                    .note("The published model takes no addend; here it is added to the sum of the four lanes.")
                    .disputes(
                            format == BINARY16 // whose products are no subnormal numbers of binary32
                                    ? List.of()
                                    : List.of(new Dispute(
                                            "flushing in the additions of the four lanes: the published source keeps"
                                                    + " subnormals there, by what looks like an accident",
                                            spec.toBuilder().order(order).build(),
                                            Sources.GAUDI)))
                    .build());
        }
    }

    private void gaudi2() {
        Spec.Builder wide = Spec.aligned(8, 46)
                .normalizeProducts(true)
                .addend(Addend.AFTER_EXACT)
                .rounding(Rounding.TIES_TO_EVEN)
                .flush(Underflow.FLUSH_SUBNORMAL)
                .zeroSign(ZeroSign.IEEE);
        gaudi2("mme", BFLOAT16, BFLOAT16.name(), wide.build());
        // subnormal operands of binary16 are normal numbers of binary32, in which they are multiplied
        gaudi2("mme", BINARY16, BINARY16.name(), wide.flushOperands(false).build());
        wide.flushOperands(true);
        gaudi2(
                "mme",
                BINARY32,
                "tf32",
                wide.terms(4).conditioning(Conditioning.TF32_ROUND).build());
        wide.conditioning(Conditioning.NONE);
        gaudi2(
                "mme",
                BINARY32,
                BINARY32.name(),
                wide.terms(2).normalizeProducts(false).slicing(Slicing.TWELVES).build());
        Spec narrow = Spec.aligned(16, 24)
                .operandFloor(BINARY16_EMIN)
                .addend(Addend.AFTER_EXACT)
                .rounding(Rounding.TIES_TO_EVEN)
                .flushAddend(true)
                .underflow(Underflow.FLUSH_SUBNORMAL)
                .zeroSign(ZeroSign.IEEE)
                .build();
        for (int bias : new int[] {3, 7, 11, 15}) {
            FloatFormat e4m3 = CFp8.gaudi2E4m3(bias).format();
            gaudi2("mme", e4m3, e4m3.name(), narrow);
        }
        FloatFormat e5m2 = CFp8.gaudi2E5m2(15).format();
        gaudi2("mme", e5m2, e5m2.name(), narrow);
        rows.add(row("gaudi2", "mme-ieee", BINARY32.name(), BINARY32, BINARY32)
                .spec(Spec.exact(1)
                        .flush(Underflow.FLUSH_AFTER_ROUNDING)
                        .nan(NanResult.ALL_ONES)
                        .build())
                .build());
    }

    private void gaudi2(String instruction, FloatFormat format, String inputs, Spec spec) {
        rows.add(row("gaudi2", instruction, inputs, format, format)
                .spec(spec)
                .disputes(List.of(new Dispute(
                        "sign of zero results: it depends on the padding of the step",
                        spec.toBuilder().zeroSign(ZeroSign.PLUS).build(),
                        Sources.GAUDI)))
                .build());
    }

    private void gaudi3() {
        Spec plain = Spec.aligned(8, 24).floor(FLOOR3).build();
        gaudi3(BFLOAT16.name(), BFLOAT16, BFLOAT16, plain);
        FloatFormat[] fp8 = {
            OCP_E4M3, CFp8.gaudi3(4, 7).format(), CFp8.gaudi3(5, 15).format()
        };
        Spec renormalized = plain.toBuilder().operandFloor(BINARY32.emin()).build();
        NvidiaEngines.pairs(fp8, (a, b, inputs) -> gaudi3(inputs, a, b, renormalized));
        Spec halves =
                renormalized.toBuilder().terms(2).slicing(Slicing.LEADING_3).build();
        gaudi3(BINARY16.name(), BINARY16, BINARY16, halves);
        gaudi3(
                "tf32",
                BINARY32,
                BINARY32,
                halves.toBuilder().conditioning(Conditioning.TF32_ROUND).build());
        gaudi3(
                BINARY32.name(),
                BINARY32,
                BINARY32,
                plain.toBuilder().terms(1).slicing(Slicing.BYTES).build());
    }

    private void gaudi3(String inputs, FloatFormat a, FloatFormat b, Spec spec) {
        rows.add(row("gaudi3", "mme", inputs, a, b).spec(spec).build());
    }
}
