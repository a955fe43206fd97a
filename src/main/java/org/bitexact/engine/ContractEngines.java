package org.bitexact.engine;

import static org.bitexact.format.Formats.BFLOAT16;
import static org.bitexact.format.Formats.BINARY16;
import static org.bitexact.format.Formats.BINARY32;
import static org.bitexact.format.Formats.E8M0;
import static org.bitexact.format.Formats.INT32;
import static org.bitexact.format.Formats.INT8;
import static org.bitexact.format.Formats.OCP_E2M1;
import static org.bitexact.format.Formats.OCP_E4M3;
import static org.bitexact.format.Formats.OCP_E5M2;
import static org.bitexact.format.Formats.UINT8;

import java.util.ArrayList;
import java.util.List;
import org.bitexact.engine.Spec.Conditioning;
import org.bitexact.engine.Spec.Underflow;
import org.bitexact.format.CFp8;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.Source;

/**
 * Engines whose makers publish the precision of operands and sums, but neither the order of the sums nor the rounding in
 * them. Each row is one reading, and has a {@link Contract} that encloses all of them.
 */
final class ContractEngines {
    private static final String READING =
            "One reading of the documentation, which does not state the order: exact products, ";

    private final List<Engine> rows = new ArrayList<>();

    private ContractEngines() {}

    static List<Engine> rows() {
        ContractEngines engines = new ContractEngines();
        engines.neuron1();
        engines.neuron2();
        engines.neuron3();
        engines.neuron4();
        engines.tpu();
        engines.ipu();
        return engines.rows;
    }

    private Engine.Builder row(
            String chip, String variant, String inputs, FloatFormat a, FloatFormat b, FloatFormat out, Spec spec) {
        return Engine.builder(chip + ".contract" + variant + "." + inputs + "." + out.name())
                .inputs(a, b)
                .output(out)
                .spec(spec)
                .contract(new Contract(out));
    }

    private void add(
            String chip, String inputs, FloatFormat format, FloatFormat out, Spec spec, Source source, String reading) {
        rows.add(row(chip, "", inputs, format, format, out, spec)
                .evidence(Evidence.CONTRACT, source)
                .note(READING + reading)
                .build());
    }

    // ------------------------------------------------------------------ AWS

    private void neuron1() {
        String chain = "added to a binary32 sum one after the other, rounded to nearest.";
        Spec spec = Spec.exact(1).build();
        add("aws.inferentia1", "bf16", BFLOAT16, BINARY32, spec, Sources.NEURON, chain);
        add("aws.inferentia1", "f16", BINARY16, BINARY32, spec, Sources.NEURON, chain);
        add(
                "aws.inferentia1",
                "f32",
                BINARY32,
                BINARY32,
                spec.toBuilder().conditioning(Conditioning.BF16_ROUND).build(),
                Sources.NEURON,
                chain + " Binary32 operands are cast to BF16.");
        integer("aws.inferentia1", "i8", INT8, INT8, Sources.NEURON);
    }

    private void neuron2() {
        Spec chain = Spec.exact(1).order(Order.tiles(128)).build();
        String reading =
                "added up over the 128 rows of the array in binary32, rounded to nearest, and each such tile added"
                        + " to the sum in the accumulation buffer.";
        for (String chip : List.of("aws.trainium1", "aws.trainium2", "aws.trainium3")) {
            add(chip, "bf16", BFLOAT16, BINARY32, chain, Sources.NEURON, reading);
            add(chip, "f16", BINARY16, BINARY32, chain, Sources.NEURON, reading);
            add(chip, "f32", BINARY32, BINARY32, chain, Sources.NEURON, reading);
            add(
                    chip,
                    "tf32",
                    BINARY32,
                    BINARY32,
                    chain.toBuilder().conditioning(Conditioning.TF32_ROUND).build(),
                    Sources.NEURON,
                    reading + " Operands are rounded to TF32.");
            for (CFp8 format : List.of(CFp8.awsE5m2(), CFp8.awsE4m3(), CFp8.awsE3m4())) {
                add(chip, format.name(), format.format(), BINARY32, chain, Sources.NEURON, reading);
            }
        }
    }

    private void neuron3() {
        Spec pairs = Spec.exact(2).order(Order.strided(256, 128)).build();
        for (CFp8 format : List.of(CFp8.awsE5m2(), CFp8.awsE4m3(), CFp8.awsE3m4())) {
            rows.add(row("aws.trainium2", "-double", format.name(), format.format(), format.format(), BINARY32, pairs)
                    .evidence(Evidence.CONTRACT, Sources.NEURON)
                    .note(READING
                            + "those of elements k and k + 128 are added to the sum in one step, rounded to nearest;"
                            + " tiles of 256.")
                    .build());
        }
    }

    private void neuron4() {
        Spec quads = Spec.exact(4).order(Order.strided(512, 128)).build();
        String reading =
                "those of four elements 128 apart are added to the sum in one step, rounded to nearest; tiles of"
                        + " 512.";
        for (FloatFormat format : List.of(OCP_E4M3, OCP_E5M2, OCP_E2M1)) {
            String variant = format == OCP_E2M1 ? "-mxfp4" : "-mxfp8";
            // scaled terms are aligned rather than summed exactly, to the most bits there are
            Spec scaled = quads.toBuilder().fractionBits(Spec.MAX_FRACTION_BITS).build();
            rows.add(row("aws.trainium3", variant, format.name(), format, format, BINARY32, scaled)
                    .scaling(new Scaling(E8M0, 32))
                    .evidence(Evidence.CONTRACT, Sources.NEURON)
                    .note(READING + reading)
                    .build());
        }
        Spec chain = Spec.exact(1).order(Order.tiles(128)).build();
        rows.add(row("aws.trainium3", "-psum-bf16", "bf16", BFLOAT16, BFLOAT16, BFLOAT16, chain)
                .accumulator(BINARY32)
                .evidence(Evidence.CONTRACT, Sources.NEURON)
                .note(
                        READING + "added up over the 128 rows in binary32; the accumulation buffer holds BF16, which is"
                                + " widened, added to in binary32, and rounded to nearest. Stochastic rounding is not modelled.")
                .build());
    }

    // ------------------------------------------------------------------ Google

    private void tpu() {
        integer("google.tpu1", "i8", INT8, INT8, Sources.TPU_V1);
        integer("google.tpu1", "u8", UINT8, UINT8, Sources.TPU_V1);
        integer("google.tpu1", "u8-i8", UINT8, INT8, Sources.TPU_V1);
        for (int depth : new int[] {128, 256}) {
            String chip = depth == 128 ? "google.tpu2" : "google.tpu6e";
            String reading =
                    "added up over the " + depth + " rows of the array in binary32, rounded to nearest, subnormal"
                            + " numbers flushed, and each such tile added to the sum.";
            Spec spec = Spec.exact(1)
                    .flush(Underflow.FLUSH_AFTER_ROUNDING)
                    .order(Order.tiles(depth).withJoin(Rounding.TIES_TO_EVEN, Underflow.FLUSH_AFTER_ROUNDING))
                    .build();
            rows.add(row(chip, "", "bf16", BFLOAT16, BFLOAT16, BINARY32, spec)
                    .aliases(
                            depth == 128
                                    ? new String[] {
                                        "google.tpu3.contract.bf16.f32",
                                        "google.tpu4.contract.bf16.f32",
                                        "google.tpu5e.contract.bf16.f32",
                                        "google.tpu5p.contract.bf16.f32"
                                    }
                                    : new String[] {})
                    .evidence(Evidence.CONTRACT, Sources.TPU)
                    .note(READING + reading)
                    .build());
            rows.add(row(
                            chip,
                            "",
                            "f32",
                            BINARY32,
                            BINARY32,
                            BINARY32,
                            spec.toBuilder()
                                    .conditioning(Conditioning.BF16_ROUND)
                                    .build())
                    .evidence(Evidence.CONTRACT, Sources.TPU)
                    .note(READING + reading + " Default precision: binary32 operands are rounded to BF16.")
                    .build());
        }
    }

    // ------------------------------------------------------------------ Graphcore

    private void ipu() {
        Spec groups = Spec.exact(4).build();
        Spec chain = Spec.exact(1).build();
        String reading = "four of them added to the sum in one step, rounded to nearest.";
        add("graphcore.ipu", "f16", BINARY16, BINARY32, groups, Sources.GRAPHCORE, reading);
        add(
                "graphcore.ipu",
                "f16",
                BINARY16,
                BINARY16,
                groups,
                Sources.GRAPHCORE,
                reading + " Stochastic rounding and overflow to NaN are not modelled.");
        add(
                "graphcore.ipu",
                "f32",
                BINARY32,
                BINARY32,
                chain,
                Sources.GRAPHCORE,
                "added to the sum one after the other, rounded to nearest.");
        for (CFp8 format : List.of(CFp8.ipuF143(0), CFp8.ipuF152(0))) {
            add("graphcore.ipu", format.name(), format.format(), BINARY32, groups, Sources.GRAPHCORE, reading);
            add("graphcore.ipu", format.name(), format.format(), BINARY16, groups, Sources.GRAPHCORE, reading);
        }
    }

    private void integer(String chip, String inputs, ScalarFormat a, ScalarFormat b, Source source) {
        rows.add(Engine.builder(chip + ".contract." + inputs + ".i32")
                .inputs(a, b)
                .output(INT32)
                .spec(IntegerSpec.wrapping(128))
                .contract(new Contract(BINARY32))
                .evidence(Evidence.PSEUDOCODE, source)
                .note("Sums of integers are exact, so that only what happens beyond 32 bits is open: here it wraps.")
                .build());
    }
}
