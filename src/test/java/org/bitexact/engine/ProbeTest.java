package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the probe finds out, against what is published of the hardware and against the parameters of every engine. */
class ProbeTest {
    /**
     * The fingerprints of tensor cores: M. Fasi, N. J. Higham, M. Mikaitis, S. Pranesh, <i>Numerical behavior of NVIDIA
     * tensor cores</i>, 2021; DeepGEMM, issues 37 and 176, for 13, 25 and 35 bits.
     */
    @Nested
    class Published {
        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                # engine                               | terms | bits | rounding | subnormals
                nvidia.volta.mma.f16.f32               | 4     | 23   | rz       | kept
                nvidia.volta.mma.f16.f16               | 4     | 23   | rne      | kept
                nvidia.turing.mma.f16.f32              | 8     | 24   | rz       | kept
                nvidia.ampere.mma.f16.f32              | 8     | 24   | rz       | kept
                nvidia.ampere.mma.f16.f16              | 8     | 24   | rne      | kept
                nvidia.ampere.mma.bf16.f32             | 8     | 24   | rz       | kept
                nvidia.ampere.mma.tf32.f32             | 4     | 24   | rz       | kept
                nvidia.ada.mma.f16.f32                 | 8     | 24   | rz       | kept
                nvidia.ada.mma.e4m3.f32                | 16    | 13   | rz       | kept
                nvidia.hopper.mma.f16.f32              | 16    | 25   | rz       | kept
                nvidia.hopper.wgmma.f16.f32            | 16    | 25   | rz       | kept
                nvidia.hopper.wgmma.f16.f16            | 16    | 25   | rne      | kept
                nvidia.hopper.wgmma.tf32.f32           | 8     | 25   | rz       | kept
                nvidia.hopper.wgmma.e4m3.f32           | 32    | 13   | rz       | kept
                nvidia.hopper.wgmma.e5m2.f32           | 32    | 13   | rz       | kept
                nvidia.blackwell.tcgen05.f16.f32       | 16    | 25   | rz       | kept
                nvidia.blackwell.tcgen05.e4m3.f32      | 32    | 25   | rz       | kept
                nvidia.rtx-blackwell.mma.e5m2.f32      | 32    | 25   | rz       | kept
                nvidia.blackwell.tcgen05-mxf8f6f4.e4m3.f32 | 32 | 25  | rz       | kept
                nvidia.blackwell.tcgen05-mxf4.e2m1.f32 | 64    | 35   | rz       | kept
                nvidia.blackwell.tcgen05-mxf4nvf4.e2m1.f32 | 64 | 35  | rz       | kept
                amd.cdna3.mfma.bf16.f32                | 8     | 24   | rne      | kept
                intel.gaudi2.mme.bf16.f32              | 8     | 46   | rne      | flushed
                intel.gaudi3.mme.bf16.f32              | 8     | 24   | rz       | kept
                """)
        void fingerprint(String engine, String terms, String bits, String rounding, String subnormals) {
            Fingerprint found = Probe.fingerprint(Engines.get(engine));
            assertThat(found.answer(Probe.TERMS)).isEqualTo(terms);
            assertThat(found.answer(Probe.FRACTION_BITS)).isEqualTo(bits);
            assertThat(found.answer(Probe.ROUNDING)).isEqualTo(rounding);
            assertThat(found.answer("subnormal operands")).isEqualTo(subnormals);
        }

        /** One as the addend, and four products below its last place. */
        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                # engine                          | factor | factor | products | result
                nvidia.volta.mma.f16.f32          | 0c00   | 0c00   | 4        | 3f800000
                nvidia.ampere.mma.f16.f32         | 0c00   | 0c00   | 4        | 3f800002
                nvidia.ada.mma.f16.f32            | 0c00   | 0c00   | 4        | 3f800002
                nvidia.hopper.mma.f16.f32         | 0c00   | 0c00   | 4        | 3f800002
                nvidia.volta.mma.f16.f32          | 0c00   | 0800   | 4        | 3f800000
                nvidia.ampere.mma.f16.f32         | 0c00   | 0800   | 4        | 3f800000
                nvidia.hopper.mma.f16.f32         | 0c00   | 0800   | 4        | 3f800001
                nvidia.blackwell.tcgen05.f16.f32  | 0c00   | 0800   | 4        | 3f800001
                # 2^-14 in FP8
                nvidia.hopper.wgmma.e4m3.f32      | 08     | 02     | 4        | 3f800000
                nvidia.blackwell.tcgen05.e4m3.f32 | 08     | 02     | 4        | 3f800800
                """)
        void fourSmallProducts(String name, String x, String y, int n, String expected) {
            Engine engine = Engines.get(name);
            DotCase input = Cases.of(x + "*" + n, y + "*" + n, "3f800000");
            assertThat(Cases.hex(engine, engine.dot(input))).isEqualTo(expected);
        }

        /** A larger addend lowers the result: it moves Emax, and more is cut from the products. */
        @Test
        void sumsAreNotMonotonic() {
            Engine engine = Engines.get("nvidia.volta.mma.f16.f32");
            // four products of 2^-24, beside 1 - 2^-24 and beside 1
            long below = engine.dot(Cases.of("0c00*4", "0c00*4", "3f7fffff"));
            long one = engine.dot(Cases.of("0c00*4", "0c00*4", "3f800000"));
            assertThat(below).isEqualTo(0x3f80_0001L);
            assertThat(one).isEqualTo(0x3f80_0000L);
        }
    }

    /** Every answer is right or open; open ones are those that the formats' range cannot give. */
    @Test
    void everyEngineIsFoundOut() {
        List<String> wrong = new ArrayList<>();
        int resolved = 0;
        for (Engine engine : Engines.all()) {
            if (engine.inputs().indexOf('-') > 0 || engine.spec().isEmpty()) {
                continue;
            }
            Map<String, String> row = ReferenceTable.row(engine.name());
            String rule = row.getOrDefault("rule", "");
            Fingerprint found = Probe.fingerprint(engine);
            boolean exact = Set.of(
                            "exact", "tiles", "pairwise", "gaudi1", "fma-swapped", "halves", "bfdot", "bfdot-ebf")
                    .contains(rule);
            boolean narrow = engine.formatA().width() <= 6;
            String bits = rule.startsWith("cdna3") ? "24" : row.getOrDefault("F", "");
            // what operands lose before they are multiplied is lost, too; slices of two products look like an exact sum
            String lost = switch (row.getOrDefault("operands", "")) {
                case "bf16-rne" -> "14";
                case "tf32-rne" -> exact ? "20" : "";
                default -> engine.inputs().equals("f32") && exact ? "23" : "";
            };
            String answer = found.answer(Probe.FRACTION_BITS);
            boolean all = answer.startsWith("all, at least ");
            boolean right = answer.equals(bits) || answer.equals(lost) || all && (exact || narrow || bits.equals("46"));
            if (!right) {
                wrong.add(engine + ": " + answer + " fraction bits");
            }
            String n = switch (rule) {
                case "lowered", "cdna3-fp8" -> "16";
                case "groups" -> "64";
                case "aligned", "exact", "cdna3" -> row.get("n");
                case "gaudi2" -> row.get("n");
                case "tiles" -> row.getOrDefault("n", "1");
                default -> "1";
            };
            String terms = found.answer(Probe.TERMS);
            if (!(" " + terms + " ").contains(" " + n + " ") && !terms.equals(Fingerprint.UNRESOLVED)) {
                wrong.add(engine + ": " + terms + " terms");
            }
            resolved += terms.equals(n) ? 1 : 0;
            String rounding = found.answer(Probe.ROUNDING);
            String expected = rule.equals("lowered") ? "rne" : row.getOrDefault("join", row.getOrDefault("out", "rne"));
            if (!rounding.equals(expected) && !rounding.equals(Fingerprint.UNRESOLVED)) {
                wrong.add(engine + ": rounding " + rounding);
            }
            String operands = row.getOrDefault("daz", "keep").equals("keep") ? "kept" : "flushed";
            if (!found.answer("subnormal operands").equals(operands)
                    && !found.answer("subnormal operands").equals(Fingerprint.UNRESOLVED)) {
                wrong.add(engine + ": subnormal operands " + found.answer("subnormal operands"));
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(resolved).isGreaterThan(100);
    }

    @Test
    void ordersAreTold() {
        assertThat(order("nvidia.hopper.mma.e4m3.f16"))
                .isEqualTo("steps of 16, lanes [0, 0, 1, 1] in turn, tiles of 32 from zero");
        assertThat(order("x86.avx512.vdpbf16ps.bf16.f32")).isEqualTo("one by one, lanes [1, 0] in turn");
        assertThat(order("x86.amx.tdpbf16ps.bf16.f32"))
                .isEqualTo("one by one, lanes [0, 1] joined in a tree, tiles of 32 from zero");
        assertThat(order("amd.cdna2.mfma.f16.f32"))
                .isEqualTo("one by one, lanes [0, 1, 2, 3] joined in a tree, tiles of 4 from zero");
    }

    private static String order(String engine) {
        return Probe.fingerprint(Engines.get(engine)).answer(Probe.ORDER);
    }

    /** Engines that nobody has told the probe of. */
    @Test
    void ownEnginesAreFoundOut() {
        Engine base = Engines.get("nvidia.ampere.mma.bf16.f32");
        Engine own = base.toBuilder("user.chip.mma.bf16.f32")
                .spec(Spec.aligned(32, 19)
                        .rounding(Rounding.TIES_TO_AWAY)
                        .flushOperands(true)
                        .build())
                .build();
        Fingerprint found = Probe.fingerprint(own);
        assertThat(found.answer(Probe.TERMS)).isEqualTo("32");
        assertThat(found.answer(Probe.FRACTION_BITS)).isEqualTo("19");
        assertThat(found.answer("subnormal operands")).isEqualTo("flushed");
        Engine odd = base.toBuilder("user.chip.mma.bf16.f32")
                .spec(Spec.aligned(3, 24).build())
                .build();
        assertThat(Probe.fingerprint(odd).answer(Probe.ORDER)).startsWith("unlike the catalogue's: [");
    }

    @Test
    void resultsMustFitTheInputs() {
        Probe probe = Probe.of(Engines.get("nvidia.ampere.mma.f16.f16"));
        assertThatThrownBy(() -> probe.read(1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("results must be " + probe.cases().size());
        long[] results = new long[probe.cases().size()];
        results[3] = 0x10000;
        assertThatThrownBy(() -> probe.read(results)).isInstanceOf(IllegalArgumentException.class);
        Fingerprint found = Probe.fingerprint(Engines.get("nvidia.ampere.mma.f16.f16"));
        assertThatThrownBy(() -> found.answer("colour"))
                .hasMessageContaining("question must be one of products of a step");
    }
}
