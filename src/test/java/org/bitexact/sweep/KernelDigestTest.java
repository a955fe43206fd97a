package org.bitexact.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The digests of docs/sweeps.md, which full sweeps against the generic conversion have confirmed. */
class KernelDigestTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (\\w+) \\| (\\w+) \\| ([0-9a-f]{16}) \\| (kernel-\\w+) \\| \\d+ \\|$");

    static Stream<Arguments> rows() throws IOException {
        String text = Files.readString(Path.of("docs/sweeps.md"));
        List<MatchResult> rows = ROW.matcher(text).results().toList();
        assertThat(rows).hasSizeGreaterThanOrEqualTo(20);
        return rows.stream().map(row -> Arguments.of(row.group(1), row.group(2), row.group(3)));
    }

    private static String digest(String format, String rounding, InputSpace space, String subject) throws IOException {
        Policies policies = Policies.IEEE.withRounding(Rounding.parse(rounding));
        Computation c = Computation.conversion(
                Formats.BINARY32, FormatNames.scalar(format).format(), policies);
        SweepTask task = SweepTask.of(c, space, subject, "none").codes();
        SweepReport report = Sweep.of(SweepPlan.of(List.of(task))).build().run();
        return Digest.toString(report.tasks().get(0).digest());
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("rows")
    void kernelsOfThisJvmHaveThem(String format, String rounding, String digest) throws IOException {
        assertThat(digest(format, rounding, CodeSpace.floats(), "kernel")).isEqualTo(digest);
    }

    /** A digest of the whole is the sum of those of its parts, whatever computes them. */
    @Test
    void digestsOfPartsAddUp() throws IOException {
        long sum = 0;
        long whole = Long.parseUnsignedLong(
                digest("e4m3", "rne", CodeSpace.range(Formats.BINARY32, 0x3f00_0000L, 0x3f0f_ffffL), "kernel"), 16);
        for (int part = 0; part < 4; part++) {
            long first = 0x3f00_0000L + part * 0x4_0000L;
            CodeSpace space = CodeSpace.range(Formats.BINARY32, first, first + 0x3_ffffL);
            String subject =
                    List.of("kernel-scalar", "kernel-table", "array", "codec").get(part);
            sum += Long.parseUnsignedLong(digest("e4m3", "rne", space, subject), 16);
        }
        assertThat(sum).isEqualTo(whole);
    }
}
