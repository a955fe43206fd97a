package org.bitexact.oracle;

import java.util.ArrayList;
import java.util.List;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;

/** The formats and modes that the tests of the oracle run over. */
final class TestFormats {
    private TestFormats() {}

    /** Named formats up to a width, P3109 members of 3 to 8 bits, and corner cases a user may define. */
    static List<ScalarFormat> upTo(int width) {
        List<ScalarFormat> formats = new ArrayList<>(Formats.named());
        formats.addAll(P3109.all(3, 8));
        formats.addAll(corners());
        formats.removeIf(f -> f.width() > width);
        return formats;
    }

    static List<FloatFormat> floatsUpTo(int width) {
        List<FloatFormat> floats = new ArrayList<>();
        for (ScalarFormat f : upTo(width)) {
            if (f instanceof FloatFormat floating) {
                floats.add(floating);
            }
        }
        return floats;
    }

    private static List<FloatFormat> corners() {
        return List.of(
                FloatFormat.builder("tesla", 4, 3)
                        .specials(SpecialValues.NONE)
                        .subnormals(SubnormalRule.TESLA_LITERAL)
                        .build(),
                FloatFormat.builder("tesla_t1", 3, 1)
                        .specials(SpecialValues.FN)
                        .subnormals(SubnormalRule.TESLA_LITERAL)
                        .build(),
                FloatFormat.builder("flush_ieee", 4, 3)
                        .subnormals(SubnormalRule.FLUSH)
                        .build(),
                FloatFormat.builder("flush_p1", 5, 0)
                        .specials(SpecialValues.NONE)
                        .subnormals(SubnormalRule.FLUSH)
                        .build(),
                FloatFormat.builder("flush_fnuz", 4, 2)
                        .specials(SpecialValues.FNUZ)
                        .subnormals(SubnormalRule.FLUSH)
                        .build(),
                FloatFormat.builder("power_of_two", 5, 0)
                        .specials(SpecialValues.NONE)
                        .build(),
                FloatFormat.builder("power_fn", 5, 0).specials(SpecialValues.FN).build(),
                FloatFormat.builder("power_fnuz", 4, 0)
                        .specials(SpecialValues.FNUZ)
                        .build(),
                FloatFormat.builder("absent_t2", 4, 2)
                        .signed(false)
                        .specials(SpecialValues.FN)
                        .subnormals(SubnormalRule.ABSENT)
                        .build(),
                FloatFormat.builder("absent_none", 4, 0)
                        .signed(false)
                        .specials(SpecialValues.NONE)
                        .subnormals(SubnormalRule.ABSENT)
                        .build(),
                FloatFormat.builder("unsigned_ieee", 4, 3).signed(false).build(),
                FloatFormat.builder("wide_bias", 4, 3).bias(-100).build(),
                FloatFormat.builder("low_bias", 4, 3).bias(150).build());
    }

    static List<Rounding> deterministic() {
        List<Rounding> modes = new ArrayList<>(List.of(Rounding.values()));
        modes.removeIf(Rounding::isStochastic);
        return modes;
    }
}
