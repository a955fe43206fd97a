package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitexact.format.Policies;
import org.junit.jupiter.api.Test;

/** The rows of the committed packs find every wrong implementation that is known of their functions. */
class PackMutantsTest {
    private static final Path PAGE = Path.of("docs", "mutants.md");

    @Test
    void everyMutantIsKilledAndThePageSaysHowOften() throws IOException {
        MutantTable table = MutantTable.of(Path.of("test-vectors"));
        assertThat(table.kills()).hasSizeGreaterThan(1000);
        assertThat(table.kills().stream().filter(kill -> kill.rows() == 0)).isEmpty();
        String page = table.page();
        if (!Files.readString(PAGE).equals(page)) {
            Path computed = Files.createDirectories(Path.of("target")).resolve("mutants.md");
            Files.writeString(computed, page);
            throw new AssertionError(PAGE + " must be what the packs give: " + computed);
        }
    }

    @Test
    void coveringTakesFewRows() {
        PackFunction function = PackRequest.scalar("f32_to_e4m3", Policies.IEEE);
        assertThatThrownBy(() -> new PackRequest(function, "cover", 5, 1).generate())
                .hasMessage("count must be larger to cover what the candidates cover: 5");
        Pack pack = new PackRequest(function, "cover", 40, 1).generate();
        for (PackMutant mutant : function.mutants()) {
            assertThat(kills(pack, function, mutant)).as(mutant.toString()).isPositive();
        }
        assertThatThrownBy(() ->
                        new PackRequest(PackRequest.scalar("e2m1_to_f32", Policies.IEEE), "cover", 17, 1).generate())
                .hasMessage("count must be at most 16, the number of different candidates: 17");
    }

    @Test
    void drawnRowsMissWhatChosenOnesFind() {
        // without the choice, a pack of the same size lets some mutants live
        PackFunction function = PackRequest.scalar("bf16_mulAdd_f32", Policies.IEEE);
        Pack drawn = new PackRequest(function, "mixed", 60, 1).generate();
        List<PackMutant> survivors = function.mutants().stream()
                .filter(mutant -> kills(drawn, function, mutant) == 0)
                .toList();
        assertThat(survivors).isNotEmpty();
    }

    @Test
    void classesOfCodesAreToldApart() {
        PackColumn z = PackColumn.result("z", org.bitexact.format.Formats.OCP_E5M2);
        assertThat(PackCoverage.classes(z, new long[] {0, 0x80, 0x7b, 0xfb, 1, 4, 5, 0x7c, 0x7d, 0xff}))
                .containsExactlyInAnyOrder(
                        "positive zero",
                        "negative zero",
                        "+largest",
                        "-largest",
                        "+smallest",
                        "+smallest normal",
                        "positive normal",
                        "positive infinity",
                        "signaling NaN",
                        "quiet NaN");
        assertThat(PackCoverage.classes(PackColumn.flags(), new long[] {5})).containsExactly("..o.x");
        assertThat(PackCoverage.classes(
                        PackColumn.result("q", org.bitexact.format.Formats.INT8), new long[] {0x80, 0x7f, 0, 1, 0xff}))
                .containsExactlyInAnyOrder("lowest", "largest", "zero", "positive", "negative");
    }

    private static int kills(Pack pack, PackFunction function, PackMutant mutant) {
        int rows = 0;
        for (int row = 0; row < pack.rows(); row++) {
            long[][] operands = new long[function.arity()][];
            for (int c = 0; c < operands.length; c++) {
                operands[c] = pack.codes(row, c);
            }
            rows += java.util.Arrays.deepEquals(
                            function.evaluate(operands), mutant.implementation().apply(operands))
                    ? 0
                    : 1;
        }
        return rows;
    }
}
