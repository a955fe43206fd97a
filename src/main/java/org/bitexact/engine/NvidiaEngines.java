package org.bitexact.engine;

import static org.bitexact.format.Formats.BFLOAT16;
import static org.bitexact.format.Formats.BINARY16;
import static org.bitexact.format.Formats.BINARY32;
import static org.bitexact.format.Formats.BINARY64;
import static org.bitexact.format.Formats.E8M0;
import static org.bitexact.format.Formats.INT32;
import static org.bitexact.format.Formats.INT4;
import static org.bitexact.format.Formats.INT8;
import static org.bitexact.format.Formats.OCP_E2M1;
import static org.bitexact.format.Formats.OCP_E2M3;
import static org.bitexact.format.Formats.OCP_E3M2;
import static org.bitexact.format.Formats.OCP_E4M3;
import static org.bitexact.format.Formats.OCP_E5M2;
import static org.bitexact.format.Formats.UE4M3;
import static org.bitexact.format.Formats.UINT1;
import static org.bitexact.format.Formats.UINT4;
import static org.bitexact.format.Formats.UINT8;

import java.util.ArrayList;
import java.util.List;
import org.bitexact.engine.IntegerSpec.Operation;
import org.bitexact.engine.Spec.Conditioning;
import org.bitexact.engine.Spec.ZeroSign;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Rounding;

/**
 * NVIDIA tensor cores: products and addend are aligned to the largest exponent, truncated, and added; binary32 results
 * are truncated, binary16 results rounded to nearest.
 */
final class NvidiaEngines {
    private static final FloatFormat[] FP8 = {OCP_E4M3, OCP_E5M2};
    private static final FloatFormat[] F8F6F4 = {OCP_E4M3, OCP_E5M2, OCP_E3M2, OCP_E2M3, OCP_E2M1};
    /** FP8 lowered to binary16: elements with k mod 4 in {0, 1}, then those in {2, 3}, a chain from zero. */
    private static final Order LOWERED = Order.reordered(32, 0, 0, 1, 1).withIndependentTiles();

    private static final String NAN_NOTE = "Which NaN it returns is not published.";
    private static final String FP6_NOTE =
            "FP6 is expected to be computed as FP8 is, which nobody has published a test of; PTX promises products and"
                    + " sums of at least the precision of the output.";

    private final List<Engine> rows = new ArrayList<>();

    private NvidiaEngines() {}

    static List<Engine> rows() {
        NvidiaEngines engines = new NvidiaEngines();
        engines.volta();
        engines.turing();
        engines.ampereAndAda();
        engines.hopper();
        engines.blackwell();
        engines.integers();
        return engines.rows;
    }

    /** What the generations of tensor cores differ in: fraction bits, and integer bits of the adder. */
    private enum Core {
        VOLTA(23, 5),
        AMPERE(24, 6),
        HOPPER(25, 7);

        private final int fractionBits;
        private final int integerBits;

        Core(int fractionBits, int integerBits) {
            this.fractionBits = fractionBits;
            this.integerBits = integerBits;
        }

        /** {@return the specification of an instruction} */
        Spec.Builder spec(int terms, FloatFormat out) {
            return Spec.aligned(terms, fractionBits)
                    .floor(out.emin() - integerBits)
                    .rounding(out == BINARY16 ? Rounding.TIES_TO_EVEN : Rounding.TOWARD_ZERO);
        }
    }

    private static Engine.Builder row(
            String chip, String instruction, String inputs, FloatFormat out, String... shapes) {
        String name = "nvidia." + chip + "." + instruction + "." + inputs + "." + out.name();
        return Engine.builder(name).output(out).shapes(shapes);
    }

    private void add(Engine.Builder row, Spec spec, Dispute... more) {
        List<Dispute> disputes = disputes(row.spec(spec).build(), spec);
        disputes.addAll(List.of(more));
        rows.add(row.disputes(disputes).build());
    }

    /** The questions that concern all rows, where the formats' range is such that an answer makes a difference. */
    private static List<Dispute> disputes(Engine engine, Spec spec) {
        List<Dispute> disputes = new ArrayList<>();
        if (alignmentMatters(engine, spec)) {
            disputes.add(new Dispute(
                    "least alignment exponent, and zeros in it: none, and zeros count with exponent -126",
                    spec.toBuilder()
                            .floor(Spec.NO_FLOOR)
                            .zeroExponent(BINARY32.emin())
                            .build(),
                    Sources.MMA_SIM));
        }
        // an addend is a multiple of the smallest result
        if (lowestBit(engine) < ((FloatFormat) engine.formatD()).subnormalQuantumExponent()) {
            disputes.add(new Dispute(
                    "sign of a negative sum that rounds to zero: kept",
                    spec.toBuilder().zeroSign(ZeroSign.UNDERFLOW_KEEPS).build(),
                    Sources.KHATTAK));
        }
        return disputes;
    }

    /** The exponent of the lowest bit that a product can have, scales included. */
    private static int lowestBit(Engine engine) {
        int scales = engine.scaling()
                .map(scaling -> 2 * scaling.format().subnormalQuantumExponent())
                .orElse(0);
        return scales
                + ((FloatFormat) engine.formatA()).subnormalQuantumExponent()
                + ((FloatFormat) engine.formatB()).subnormalQuantumExponent();
    }

    /**
     * Whether a floor, or zeros with an exponent, can cut anything: a product below the least unit, or, where the result
     * is binary32, an addend beside a zero and a large factor.
     */
    private static boolean alignmentMatters(Engine engine, Spec spec) {
        int least = spec.floor() == Spec.NO_FLOOR ? BINARY32.emin() : spec.floor();
        if (lowestBit(engine) < least - spec.fractionBits()) {
            return true;
        }
        int largest = Math.max(((FloatFormat) engine.formatA()).emax(), ((FloatFormat) engine.formatB()).emax());
        int kept = Math.max(BINARY32.emin() - spec.fractionBits(), BINARY32.subnormalQuantumExponent());
        return engine.formatC() == BINARY32
                && spec.order().equals(Order.CHAIN)
                && spec.group() == 1
                && BINARY32.emin() + largest - spec.fractionBits() > kept;
    }

    // ------------------------------------------------------------------ generations

    private void volta() {
        for (FloatFormat out : List.of(BINARY32, BINARY16)) {
            add(
                    row("volta", "mma", "f16", out, "m8n8k4")
                            .inputs(BINARY16)
                            .evidence(Evidence.MEASURED, Sources.KHATTAK, Sources.MMA_SIM, Sources.FASI),
                    Core.VOLTA.spec(4, out).build());
        }
        widened("volta", Core.VOLTA.spec(4, BINARY32).build(), Evidence.MODELLED, "m8n8k4");
    }

    /** The form with a binary16 addend and a binary32 result. */
    private void widened(String chip, Spec spec, Evidence evidence, String shape) {
        add(
                row(chip, "mma-cf16", "f16", BINARY32, shape)
                        .inputs(BINARY16)
                        .output(BINARY16, BINARY32)
                        .evidence(evidence, Sources.MMA_SIM)
                        .note("The addend is widened to binary32 before the step."),
                spec);
    }

    private void turing() {
        for (FloatFormat out : List.of(BINARY32, BINARY16)) {
            Spec spec = Core.AMPERE.spec(8, out).build();
            add(
                    row("turing", "mma", "f16", out, "m16n8k8")
                            .inputs(BINARY16)
                            .evidence(Evidence.MODELLED, Sources.MMA_SIM, Sources.FASI),
                    spec,
                    new Dispute(
                            "products of a step: 4, as on Volta",
                            spec.toBuilder().terms(4).build(),
                            Sources.SMT));
        }
        widened("turing", Core.AMPERE.spec(8, BINARY32).build(), Evidence.MODELLED, "m16n8k8");
    }

    private void ampereAndAda() {
        for (String chip : List.of("ampere", "ada")) {
            sixteenBits(chip, "mma", Core.AMPERE, 8, Evidence.MEASURED, "m16n8k8", "m16n8k16");
            tf32(chip, "mma", Core.AMPERE, 4, Evidence.MEASURED, "m16n8k4", "m16n8k8");
            binary64(chip, "m8n8k4");
        }
        for (FloatFormat out : List.of(BINARY32, BINARY16)) {
            pairs(
                    FP8,
                    (a, b, inputs) -> add(
                            row("ada", "mma", inputs, out, "m16n8k16", "m16n8k32")
                                    .inputs(a, b)
                                    .evidence(Evidence.MEASURED, Sources.KHATTAK, Sources.MMA_SIM)
                                    .note("The accumulator has 13 bits of fraction."),
                            narrowAccumulator(16, out)));
        }
    }

    /** FP8 with an accumulator of 13 bits of fraction, that of the result of a binary32 output too. */
    private static Spec narrowAccumulator(int terms, FloatFormat out) {
        Spec.Builder spec = Spec.aligned(terms, 13);
        return out == BINARY16
                ? spec.rounding(Rounding.TIES_TO_EVEN).build()
                : spec.resultBits(13).build();
    }

    private void hopper() {
        sixteenBits("hopper", "mma", Core.HOPPER, 16, Evidence.MEASURED, "m16n8k16");
        sixteenBits("hopper", "wgmma", Core.HOPPER, 16, Evidence.MEASURED, "m64nNk16");
        tf32("hopper", "mma", Core.HOPPER, 8, Evidence.MEASURED, "m16n8k8");
        tf32("hopper", "wgmma", Core.HOPPER, 8, Evidence.AGREED, "m64nNk8");
        binary64("hopper", "m16n8k4", "m16n8k8", "m16n8k16");
        for (FloatFormat out : List.of(BINARY32, BINARY16)) {
            lowered("hopper", out, out == BINARY16 ? Evidence.MEASURED : Evidence.MODELLED);
            pairs(
                    FP8,
                    (a, b, inputs) -> add(
                            row("hopper", "wgmma", inputs, out, "m64nNk32")
                                    .inputs(a, b)
                                    .evidence(
                                            out == BINARY32 ? Evidence.MEASURED : Evidence.MODELLED,
                                            Sources.KHATTAK,
                                            Sources.MMA_SIM,
                                            Sources.DEEPGEMM)
                                    .note(
                                            "The accumulator has 13 bits of fraction. Raw outputs are public for an addend of 0."),
                            narrowAccumulator(32, out)));
        }
    }

    private void blackwell() {
        for (String chip : List.of("blackwell", "rtx-blackwell")) {
            Evidence evidence = chip.equals("blackwell") ? Evidence.MEASURED : Evidence.AGREED;
            sixteenBits(chip, "mma", Core.HOPPER, 16, evidence, "m16n8k16");
            tf32(chip, "mma", Core.HOPPER, 8, evidence, "m16n8k8");
            binary64(chip, "m8n8k4");
        }
        sixteenBits("blackwell", "tcgen05", Core.HOPPER, 16, Evidence.AGREED, "k16");
        tf32("blackwell", "tcgen05", Core.HOPPER, 8, Evidence.AGREED, "k8");
        for (FloatFormat out : List.of(BINARY32, BINARY16)) {
            lowered("blackwell", out, Evidence.MEASURED);
            eightBitsAndFewer("blackwell", "tcgen05", out, "k32");
            eightBitsAndFewer("rtx-blackwell", "mma", out, "m16n8k32");
        }
        blockScaled("blackwell", "tcgen05", "k32", "k64");
        blockScaled("rtx-blackwell", "mma", "m16n8k32", "m16n8k64");
    }

    // ------------------------------------------------------------------ inputs

    private void sixteenBits(
            String chip, String instruction, Core core, int terms, Evidence evidence, String... shapes) {
        add(
                row(chip, instruction, "f16", BINARY32, shapes)
                        .inputs(BINARY16)
                        .evidence(evidence, Sources.KHATTAK, Sources.MMA_SIM),
                core.spec(terms, BINARY32).build());
        add(
                row(chip, instruction, "f16", BINARY16, shapes)
                        .inputs(BINARY16)
                        .evidence(evidence, Sources.KHATTAK, Sources.MMA_SIM)
                        .note(
                                "Raw outputs fix the products of a step and the rounding; they do not resolve the fraction"
                                        + " bits."),
                core.spec(terms, BINARY16).build());
        add(
                row(chip, instruction, "bf16", BINARY32, shapes)
                        .inputs(BFLOAT16)
                        .evidence(evidence, Sources.KHATTAK, Sources.MMA_SIM),
                core.spec(terms, BINARY32).build());
    }

    private void tf32(String chip, String instruction, Core core, int terms, Evidence evidence, String... shapes) {
        String note = terms == 8
                ? "Raw outputs have 4 products: they fix the fraction bits; that 8 products are one step is agreed."
                : "";
        add(
                row(chip, instruction, "tf32", BINARY32, shapes)
                        .inputs(BINARY32)
                        .evidence(evidence, Sources.KHATTAK, Sources.MMA_SIM)
                        .note(note),
                core.spec(terms, BINARY32)
                        .conditioning(Conditioning.TF32_TRUNCATE)
                        .build());
    }

    private void binary64(String chip, String... shapes) {
        rows.add(row(chip, "mma", "f64", BINARY64, shapes)
                .inputs(BINARY64)
                .spec(Spec.exact(1).build())
                .evidence(Evidence.MODELLED, Sources.MMA_SIM)
                .note(NAN_NOTE)
                .build());
    }

    /**
     * FP8 on tensor cores without an FP8 datapath behind {@code mma.sync}: two steps of the binary16 one, a chain that
     * starts from +0, whose result is then added to the addend.
     */
    private void lowered(String chip, FloatFormat out, Evidence evidence) {
        pairs(
                FP8,
                (a, b, inputs) -> add(
                        row(chip, "mma", inputs, out, "m16n8k32")
                                .inputs(a, b)
                                .evidence(evidence, Sources.KHATTAK)
                                .note(
                                        "There is no FP8 datapath behind this instruction: it is lowered to two steps of binary16,"
                                                + " elements with k mod 4 in {0, 1} and then {2, 3}, from +0; c is added last."),
                        Core.HOPPER
                                .spec(16, out)
                                .operandFloor(BINARY16.emin())
                                .order(LOWERED)
                                .build()));
    }

    private void eightBitsAndFewer(String chip, String instruction, FloatFormat out, String shape) {
        pairs(F8F6F4, (a, b, inputs) -> {
            Engine.Builder row = row(chip, instruction, inputs, out, shape).inputs(a, b);
            narrowEvidence(row, a, b, out);
            add(row, Core.HOPPER.spec(32, out).build());
        });
    }

    /** How narrow formats on Blackwell are known. */
    private static void narrowEvidence(Engine.Builder row, FloatFormat a, FloatFormat b, FloatFormat out) {
        if (a.width() == 6 || b.width() == 6) {
            row.evidence(Evidence.CONTRACT, Sources.PTX).note(FP6_NOTE).contract(new Contract(out));
        } else if (a.width() == 4 || b.width() == 4) {
            row.evidence(Evidence.MODELLED, Sources.MMA_SIM);
        } else {
            row.evidence(Evidence.AGREED, Sources.KHATTAK, Sources.MMA_SIM, Sources.DEEPGEMM);
        }
    }

    private void blockScaled(String chip, String instruction, String shape8, String shape4) {
        pairs(F8F6F4, (a, b, inputs) -> {
            Engine.Builder row = row(chip, instruction + "-mxf8f6f4", inputs, BINARY32, shape8)
                    .inputs(a, b)
                    .scaling(new Scaling(E8M0, 32));
            narrowEvidence(row, a, b, BINARY32);
            if (a.width() == 8 && b.width() == 8) {
                row.evidence(Evidence.MODELLED, Sources.MMA_SIM);
            }
            add(row, Core.HOPPER.spec(32, BINARY32).build());
        });
        for (Scaling scaling : List.of(new Scaling(E8M0, 32), new Scaling(E8M0, 16), new Scaling(UE4M3, 16))) {
            boolean mxf4 = scaling.blockLength() == 32;
            String kind = mxf4 ? "-mxf4" : scaling.format() == E8M0 ? "-mxf4nvf4-ue8m0" : "-mxf4nvf4";
            Spec spec = Spec.aligned(64, 35).group(16).build();
            List<Dispute> disputes = new ArrayList<>();
            for (int bits : new int[] {34, 36, 37}) {
                disputes.add(new Dispute(
                        "fraction bits: a second group saw 34 to 37, here " + bits,
                        spec.toBuilder().fractionBits(bits).build(),
                        Sources.DEEPGEMM));
            }
            add(
                    row(chip, instruction + kind, "e2m1", BINARY32, shape4)
                            .inputs(OCP_E2M1)
                            .scaling(scaling)
                            .evidence(Evidence.MODELLED, Sources.MMA_SIM)
                            .note(
                                    "16 products are summed exactly; that term's exponent is the sum of the scales' exponents."),
                    spec,
                    disputes.toArray(new Dispute[0]));
        }
    }

    // ------------------------------------------------------------------ integers

    private void integers() {
        IntFormat[] eight = {INT8, UINT8};
        IntFormat[] four = {INT4, UINT4};
        for (String chip : List.of("turing", "ampere", "ada", "hopper", "blackwell", "rtx-blackwell")) {
            boolean turing = chip.equals("turing");
            String[] shapes8 = turing ? new String[] {"m8n8k16"} : new String[] {"m16n8k32", "m8n8k16", "m16n8k16"};
            String[] shapes4 = turing ? new String[] {"m8n8k32"} : new String[] {"m16n8k64", "m8n8k32", "m16n8k32"};
            integers(chip, "mma", eight, turing ? 16 : 32, true, shapes8);
            integers(chip, "mma", four, turing ? 32 : 64, true, shapes4);
            binary(chip, "xor", Operation.XOR_POPCOUNT, turing);
            if (!turing) {
                binary(chip, "and", Operation.AND_POPCOUNT, false);
            }
        }
        integers("hopper", "wgmma", eight, 32, true, "m64nNk32");
        integers("blackwell", "tcgen05", eight, 32, false, "k32");
    }

    private void integers(
            String chip, String instruction, IntFormat[] formats, int step, boolean saturating, String... shapes) {
        pairs(formats, (a, b, inputs) -> {
            rows.add(integer(chip, instruction, inputs, shapes)
                    .inputs(a, b)
                    .spec(IntegerSpec.wrapping(step))
                    .build());
            if (saturating) {
                rows.add(integer(chip, instruction + "-satfinite", inputs, shapes)
                        .inputs(a, b)
                        .spec(IntegerSpec.saturating(step))
                        .note("Clamped after every " + step + " elements, at the end of an instruction.")
                        .build());
            }
        });
    }

    private void binary(String chip, String operator, Operation operation, boolean turing) {
        String[] shapes = turing ? new String[] {"m8n8k128"} : new String[] {"m16n8k256", "m8n8k128", "m16n8k128"};
        rows.add(integer(chip, "bmma-" + operator, "b1", shapes)
                .inputs(UINT1)
                .spec(new IntegerSpec(operation, false, turing ? 128 : 256))
                .build());
    }

    private static Engine.Builder integer(String chip, String instruction, String inputs, String... shapes) {
        return Engine.builder("nvidia." + chip + "." + instruction + "." + inputs + ".i32")
                .output(INT32)
                .shapes(shapes)
                .evidence(Evidence.PSEUDOCODE, Sources.PTX);
    }

    // ------------------------------------------------------------------ pairs of formats

    /** What is done for two formats and the part of a name that tells them. */
    interface PairAction<F> {
        void accept(F a, F b, String inputs);
    }

    /** Does something for all pairs of some formats. */
    static <F extends org.bitexact.format.ScalarFormat> void pairs(F[] formats, PairAction<F> action) {
        for (F a : formats) {
            for (F b : formats) {
                action.accept(a, b, a == b ? a.name() : a.name() + "-" + b.name());
            }
        }
    }
}
