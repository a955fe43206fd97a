package org.bitexact.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;

/** The drawings of the guides, made from what the library answers. */
final class GuideImages {
    private static final String STYLE =
            "<style>text{font:13px system-ui,sans-serif;fill:#1d2126}" + ".s{fill:#5c6570;font-size:12px}</style>";
    private static final List<String> COLOURS = List.of("#1f5fbf", "#b3344d", "#1b6e7c", "#a4471c", "#6b4aa0");

    private GuideImages() {}

    /** {@return the drawings by file name} */
    static Map<String, String> all() {
        Map<String, String> images = new TreeMap<>();
        images.put("number-lines.svg", numberLines());
        images.put("relative-error.svg", relativeError());
        return images;
    }

    private static StringBuilder svg(int width, int height) {
        return new StringBuilder(String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\">%n%s%n"
                                + "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#fff\"/>%n",
                        width,
                        height,
                        width,
                        STYLE,
                        width,
                        height)
                .replace("\r\n", "\n"));
    }

    private static void add(StringBuilder out, String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    /** Every number from 0 to 8 of the narrow formats. */
    private static String numberLines() {
        List<FloatFormat> formats =
                List.of(Formats.OCP_E2M1, Formats.OCP_E2M3, Formats.OCP_E3M2, Formats.OCP_E5M2, Formats.OCP_E4M3);
        StringBuilder out = svg(860, 70 + 52 * formats.size());
        for (int i = 0; i < formats.size(); i++) {
            FloatFormat format = formats.get(i);
            Codec codec = Codec.of(format);
            int y = 40 + 52 * i;
            add(out, "<text x=\"20\" y=\"%d\">%s</text>", y + 5, format.name());
            add(out, "<path d=\"M90 %d h740\" stroke=\"#d9dbd7\"/>", y);
            StringBuilder ticks = new StringBuilder();
            for (long code = 0; code <= format.maxFiniteCode(); code++) {
                double x = codec.decode(code);
                if (x <= 8) {
                    ticks.append(String.format(Locale.ROOT, "M%.2f %dv24", 90 + x * 92.5, y - 12));
                }
            }
            add(out, "<path d=\"%s\" stroke=\"%s\" stroke-width=\"1.4\"/>", ticks, COLOURS.get(i));
        }
        int bottom = 40 + 52 * formats.size();
        for (int x = 0; x <= 8; x++) {
            add(
                    out,
                    "<text class=\"s\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>",
                    90 + x * 92.5,
                    bottom,
                    x);
        }
        return out.append("</svg>\n").toString();
    }

    /** The largest relative error of rounding to nearest, by magnitude, in sixteenths of a binade. */
    private static String relativeError() {
        List<FloatFormat> formats =
                List.of(Formats.BFLOAT16, Formats.OCP_E4M3, Formats.OCP_E5M2, Formats.OCP_E2M3, Formats.OCP_E2M1);
        int left = 70;
        int top = 20;
        double perBinade = 730.0 / 28;
        double perDecade = 330.0 / 4;
        StringBuilder out = svg(860, 420);
        for (int decade = 0; decade <= 4; decade++) {
            double y = top + decade * perDecade;
            add(out, "<path d=\"M%d %.1f h730\" stroke=\"#ecedea\"/>", left, y);
            String label = decade == 0
                    ? "100 %"
                    : decade == 1 ? "10 %" : decade == 2 ? "1 %" : decade == 3 ? "0.1 %" : "0.01 %";
            add(out, "<text class=\"s\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", left - 8, y + 4, label);
        }
        for (int e = -18; e <= 10; e += 4) {
            double x = left + (e + 18) * perBinade;
            add(out, "<path d=\"M%.1f %d v330\" stroke=\"#ecedea\"/>", x, top);
            add(out, "<text class=\"s\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">2^%d</text>", x, top + 350, e);
        }
        for (int i = 0; i < formats.size(); i++) {
            Codec codec = Codec.of(formats.get(i)).saturating();
            StringBuilder path = new StringBuilder();
            for (int step = 0; step < 28 * 4; step++) {
                double low = StrictMath.pow(2, -18 + step / 4.0);
                double worst = 0;
                for (int k = 0; k < 400; k++) {
                    double x = low * StrictMath.pow(2, k / 1600.0);
                    worst = Math.max(worst, Math.abs(codec.decode(codec.encode(x)) - x) / x);
                }
                double y = top - StrictMath.log10(Math.max(worst, 1e-4)) * perDecade;
                path.append(String.format(
                        Locale.ROOT,
                        "%s%.1f %.1f",
                        step == 0 ? "M" : "L",
                        left + (step / 4.0 + 0.125) * perBinade,
                        Math.max(y, top)));
            }
            add(out, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", path, COLOURS.get(i));
            add(out, "<path d=\"M%d 402 h24\" stroke=\"%s\" stroke-width=\"3\"/>", left + i * 110, COLOURS.get(i));
            add(
                    out,
                    "<text x=\"%d\" y=\"407\">%s</text>",
                    left + 32 + i * 110,
                    formats.get(i).name());
        }
        return out.append("</svg>\n").toString();
    }
}
