package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bitexact.engine.EngineResults.BLACKWELL;
import static org.bitexact.engine.EngineResults.HOPPER;
import static org.bitexact.engine.EngineResults.by;
import static org.bitexact.engine.EngineResults.promoted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bitexact.engine.EngineResults.Distribution;
import org.bitexact.engine.EngineResults.Errors;
import org.junit.jupiter.api.Test;

/**
 * The figures of {@link EngineResults}: means of 20,000 dot products were computed with another model of the same engine,
 * MMA-Sim (arXiv 2511.10909); here, fewer are drawn, seed 2.
 */
class EngineResultsTest {
    @Test
    void normalElements() {
        Errors[] e = EngineResults.errors(
                Distribution.NORMAL, EngineResults.K, 600, 2, by(HOPPER), promoted(HOPPER), by(BLACKWELL));
        // errors spread about as wide as their mean: 5 of 100 for the mean of 600
        assertThat(e[0].mean()).isEqualTo(0.131, within(0.02));
        assertThat(e[0].max()).isBetween(0.5, 10.0); // 3.47 of 20,000; the report says nearly 2 % of its own inputs
        assertThat(e[1].max()).isBetween(0.05, 1.0); // 0.35
        assertThat(e[2].max()).isLessThan(0.0005); // 0.0002
    }

    @Test
    void positiveElements() {
        Errors[] uniform = EngineResults.errors(
                Distribution.UNIFORM, EngineResults.K, 150, 2, by(HOPPER), promoted(HOPPER), by(BLACKWELL));
        assertThat(uniform[0].mean()).isEqualTo(6.60, within(0.03));
        assertThat(uniform[1].max()).isEqualTo(0.06, within(0.01));
        assertThat(uniform[2].max()).isLessThan(0.0002);
        Errors[] magnitudes = EngineResults.errors(Distribution.MAGNITUDES, EngineResults.K, 150, 2, by(HOPPER));
        assertThat(magnitudes[0].mean()).isEqualTo(6.99, within(0.03));
    }

    @Test
    void theDocumentationHasThisPlot() throws IOException {
        assertThat(Files.readString(Path.of("docs", EngineResults.PLOT))).isEqualTo(EngineResults.plot());
    }
}
