package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.NanRule;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;
import org.bitexact.oracle.Oracle;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Codes of one format into another, in each call, against the oracle. */
@Tag("fast")
class ConverterTest {
    static Stream<ScalarFormat> sources() {
        return Stream.of(
                Formats.OCP_E4M3,
                Formats.E5M2FNUZ,
                Formats.BINARY16,
                Formats.BINARY32,
                Formats.BINARY64,
                Formats.E8M0,
                Formats.INT8,
                FormatNames.scalar("u64").format(),
                FloatFormat.builder("tesla", 3, 3)
                        .specials(SpecialValues.IEEE)
                        .subnormals(SubnormalRule.TESLA_LITERAL)
                        .build(),
                // larger and smaller than what binary32 holds
                FloatFormat.builder("wide", 10, 12).build());
    }

    private static final List<ScalarFormat> TARGETS = List.of(
            Formats.OCP_E5M2,
            Formats.UE4M3,
            Formats.BINARY16,
            Formats.BFLOAT16,
            Formats.BINARY32,
            Formats.BINARY64,
            Formats.INT4,
            FormatNames.scalar("i64").format());

    private static List<Policies> policies() {
        List<Policies> rows = new ArrayList<>();
        for (Policies base : List.of(
                Policies.IEEE,
                Policies.IEEE.withNan(NanRule.JDK_FOLD).withNanSubstitute(NanSubstitute.LARGEST_SIGNED),
                Policies.IEEE.withRounding(Rounding.TOWARD_NEGATIVE).withNan(NanRule.KEEP_SIGNALING))) {
            for (SourcePath path : SourcePath.values()) {
                rows.add(base.withPath(path));
                rows.add(base.withPath(path).withFlushInputs(true));
            }
        }
        return rows;
    }

    private static List<Long> codes(ScalarFormat format) {
        List<Long> codes = new ArrayList<>();
        for (int bit = 0; bit < format.width(); bit++) {
            for (long code :
                    new long[] {1L << bit, (1L << bit) - 1, (1L << bit) + 1, -1L << bit, (-1L << bit) + 1, ~(1L << bit)
                    }) {
                codes.add(code & format.codeMask());
            }
        }
        long stride = Math.max(format.codeMask() >>> 7, 1);
        for (long i = 0; i < 128; i++) {
            codes.add(i * stride & format.codeMask());
        }
        return codes.stream().distinct().toList();
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everyCallGivesTheOraclesResult(ScalarFormat source) {
        Flags sink = new Flags();
        for (ScalarFormat target : TARGETS) {
            for (Policies policies : policies()) {
                Converter converter = Converter.of(source, Codec.of(target, policies));
                for (long code : codes(source)) {
                    Oracle.Result expected = Oracle.convert(source, code, target, policies, 0);
                    boolean equal = converter.convertLong(code, 0, sink) == expected.code()
                            && sink.raised() == expected.flags()
                            && converter.convertLong(code, 0, null) == expected.code();
                    if (target.width() <= 32) {
                        equal &= converter.convertWithFlags(code, 0)
                                == (expected.code() | (long) expected.flags() << 32);
                        if (source.width() <= 32) {
                            equal &= Integer.toUnsignedLong(converter.convert((int) code)) == expected.code();
                        }
                    }
                    if (!equal) {
                        throw new AssertionError(String.format(
                                "%s 0x%x to %s: 0x%x %s, oracle 0x%x %s, %s",
                                source,
                                code,
                                target,
                                converter.convertLong(code, 0, null),
                                sink,
                                expected.code(),
                                Flags.toString(expected.flags()),
                                policies));
                    }
                    sink.clear();
                }
            }
        }
    }

    @Test
    void randomBitsAreUsed() {
        Converter converter =
                Converter.of(Formats.BINARY16, Codec.of(Formats.INT8).stochastic(Rounding.STOCHASTIC_A, 4));
        assertThat(converter.convertWithFlags(0x3e00, 0) & 0xff).isEqualTo(1); // 1.5
        assertThat(converter.convertWithFlags(0x3e00, 15) & 0xff).isEqualTo(2);
        assertThat(converter.convertLong(0x3e00, 15, null)).isEqualTo(2);
        assertThatIllegalStateException()
                .isThrownBy(() -> converter.convert(0x3e00))
                .withMessageContaining("random bits");
    }

    @Test
    void codesOutOfRangeAndFormatsTooWideAreRefused() {
        Converter converter = Converter.of(Formats.OCP_E4M3, Codec.of(Formats.BINARY16));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> converter.convert(0x100))
                .withMessageContaining("0x100");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> converter.convertLong(-1, 0, null))
                .withMessageContaining("0xff");
        Converter fromWide = Converter.of(Formats.BINARY64, Codec.of(Formats.BINARY16));
        assertThatIllegalStateException().isThrownBy(() -> fromWide.convert(0)).withMessageContaining("64 bits");
        Converter toWide = Converter.of(Formats.BINARY16, Codec.of(Formats.BINARY64));
        assertThatIllegalStateException().isThrownBy(() -> toWide.convert(0)).withMessageContaining("64 bits");
        assertThatIllegalStateException()
                .isThrownBy(() -> toWide.convertWithFlags(0, 0))
                .withMessageContaining("64 bits");
        assertThat(Converter.of(Formats.BINARY32, Codec.of(Formats.BINARY32)).convert(0x8000_0001))
                .isEqualTo(0x8000_0001);
    }
}
