package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The plot of the number lines of all small formats in {@code docs}. It follows from the registry; {@link #main} writes it
 * again: {@code java -cp ... org.bitexact.cli.NumberLinesTest}.
 */
@Tag("fast")
class NumberLinesTest {
    private static final Path PLOT = Path.of("docs/number-lines.svg");

    private static final int WIDTH = 960;
    private static final int LEFT = 128;
    private static final int RIGHT = 44;
    private static final int ROW = 21;
    /** Exponents at the ends of the logarithmic lines; E8M0 goes beyond both. */
    private static final int LOW = -18;

    private static final int HIGH = 17;

    public static void main(String[] args) throws IOException {
        Files.writeString(PLOT, svg());
    }

    @Test
    void thePlotShowsTheFormatsOfTheRegistry() throws IOException {
        assertThat(Files.readString(PLOT)).isEqualTo(svg());
    }

    private static String svg() {
        List<ScalarFormat> small = new ArrayList<>();
        for (ScalarFormat format : Formats.named()) {
            // symmetric formats differ in what is encoded, not in the values of codes
            if (format.width() <= 8 && !(format instanceof IntFormat f && f.symmetric())) {
                small.add(format);
            }
        }
        List<ScalarFormat> tiny =
                small.stream().filter(f -> f.width() <= 6 && f.width() > 1).toList();
        int second = 92 + small.size() * ROW;
        int height = second + 92 + tiny.size() * ROW;
        StringBuilder out = new StringBuilder();
        out.append(text(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"system-ui, sans-serif\">\n",
                        WIDTH, height))
                .append("<style>\n")
                .append(
                        "  svg { background: #fcfcfb; color: #14140f; --soft: #52514e; --line: #e3e2dd; --float: #2a78d6; --int: #d05a1e; }\n")
                .append("  @media (prefers-color-scheme: dark) {\n")
                .append(
                        "    svg { background: #1a1a19; color: #f4f3ee; --soft: #c3c2b7; --line: #3a3a35; --float: #5598e7; --int: #e08a52; }\n")
                .append("  }\n")
                .append(
                        "  text { font-size: 12px; fill: currentColor; } .soft { fill: var(--soft); } .head { font-size: 15px; font-weight: 600; }\n")
                .append("  .line, .grid { stroke: var(--line); } path { stroke-width: 1; fill: none; }\n")
                .append("  .float { stroke: var(--float); } .int { stroke: var(--int); }\n")
                .append("</style>\n");
        head(out, 30, "Positive values, on a logarithmic scale", "formats of at most 8 bits; arrows: values go on");
        for (int e = LOW + 2; e <= HIGH - 1; e += 4) {
            out.append(text(
                    "<line class=\"grid\" x1=\"%1$s\" x2=\"%1$s\" y1=\"62\" y2=\"%2$d\"/><text class=\"soft\" x=\"%1$s\" y=\"%3$d\" text-anchor=\"middle\">2<tspan baseline-shift=\"super\" font-size=\"9\">%4$d</tspan></text>\n",
                    place(logarithmic(Math.scalb(1.0, e))), second - 26, second - 12, e));
        }
        int y = 72;
        for (ScalarFormat format : small) {
            double[] values = Arrays.stream(TensorReport.values(format))
                    .filter(v -> v > 0)
                    .toArray();
            double[] shown = Arrays.stream(values)
                    .filter(v -> v >= Math.scalb(1.0, LOW) && v <= Math.scalb(1.0, HIGH))
                    .map(NumberLinesTest::logarithmic)
                    .toArray();
            row(out, format, y, shown);
            if (shown.length < values.length) {
                out.append(text("<text class=\"soft\" x=\"%d\" y=\"%d\">◂</text>", LEFT - 10, y + 4));
                out.append(text("<text class=\"soft\" x=\"%d\" y=\"%d\">▸</text>\n", WIDTH - RIGHT + 2, y + 4));
            }
            y += ROW;
        }
        head(
                out,
                second + 30,
                "All values, on a linear scale",
                "formats of 2 to 6 bits, each up to its largest magnitude");
        y = second + 72;
        for (ScalarFormat format : tiny) {
            double[] values = TensorReport.values(format);
            double largest = Math.max(-values[0], values[values.length - 1]);
            row(
                    out,
                    format,
                    y,
                    Arrays.stream(values).map(v -> (v / largest + 1) / 2).toArray());
            out.append(text(
                    "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n",
                    WIDTH - 6, y + 4, largest == Math.rint(largest) ? Long.toString((long) largest) : largest));
            y += ROW;
        }
        return out.append("</svg>\n").toString();
    }

    private static double logarithmic(double value) {
        return (StrictMath.log(value) / StrictMath.log(2) - LOW) / (HIGH - LOW);
    }

    private static String place(double share) {
        return text("%.1f", LEFT + (WIDTH - LEFT - RIGHT) * share);
    }

    private static void head(StringBuilder out, int y, String title, String note) {
        out.append(text(
                "<text class=\"head\" x=\"16\" y=\"%d\">%s</text><text class=\"soft\" x=\"16\" y=\"%d\">%s</text>\n",
                y, title, y + 18, note));
    }

    private static void row(StringBuilder out, ScalarFormat format, int y, double... places) {
        out.append(text(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text><line class=\"line\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>",
                LEFT - 16, y + 4, format.name(), LEFT, WIDTH - RIGHT, y, y));
        out.append(text("<path class=\"%s\" d=\"", format instanceof FloatFormat ? "float" : "int"));
        for (double p : places) {
            out.append('M').append(place(p)).append(' ').append(y - 6).append("v12");
        }
        out.append("\"/>\n");
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
