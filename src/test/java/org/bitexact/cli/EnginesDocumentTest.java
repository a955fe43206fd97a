package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bitexact.engine.DotCase;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;
import org.bitexact.engine.Evidence;
import org.bitexact.engine.Fingerprint;
import org.bitexact.engine.Probe;
import org.bitexact.engine.Spec;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Test;

/** {@code docs/engines.md} says what the catalogue says, and its examples run. */
class EnginesDocumentTest {
    private static String document() throws IOException {
        return Files.readString(Path.of("docs", "engines.md"));
    }

    @Test
    void theTableIsTheCatalogue() throws IOException {
        String table = Run.of("engines", "--markdown").out();
        assertThat(document()).endsWith("\n" + table);
        for (Engine engine : Engines.all()) {
            if (engine.inputs().indexOf('-') < 0) {
                assertThat(table).contains("| `" + engine.name() + "` |");
            }
        }
    }

    @Test
    void everyClassOfEvidenceIsExplained() throws IOException {
        for (Evidence evidence : Evidence.values()) {
            if (evidence != Evidence.CUSTOM) {
                assertThat(document()).contains("| " + evidence.letter() + " | ");
            }
        }
    }

    @Test
    void theExamplesGiveWhatTheySay() {
        Engine hopper = Engines.get("nvidia.hopper.wgmma.e4m3.f32");
        assertThat(hopper.dot(new DotCase(new long[] {0x38, 0x08}, new long[] {0x38, 0x02}, 0)))
                .isEqualTo(0x3f80_0000L);
        Engine mine = Engine.builder("user.chip.mma.bf16.f32")
                .inputs(Formats.BFLOAT16)
                .output(Formats.BINARY32)
                .spec(Spec.aligned(16, 22).rounding(Rounding.TIES_TO_EVEN).build())
                .build();
        Engine ampere = Engines.get("nvidia.ampere.mma.bf16.f32");
        Engine wider = ampere.toBuilder("user.ampere.wide.bf16.f32")
                .spec(ampere.spec().orElseThrow().toBuilder().fractionBits(30).build())
                .build();
        Fingerprint found = Probe.fingerprint(mine);
        assertThat(found.answer(Probe.TERMS)).isEqualTo("16");
        assertThat(found.answer(Probe.FRACTION_BITS)).isEqualTo("22");
        assertThat(Probe.fingerprint(wider).answer(Probe.FRACTION_BITS)).isEqualTo("30");
        assertThat(wider.evidence()).isEqualTo(Evidence.CUSTOM);
    }
}
