package org.bitexact.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** A line plot as SVG text, for the documentation: the same bytes on every machine. */
public final class SvgPlot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 440;
    private static final int LEFT = 84;
    private static final int RIGHT = 184; // room for the names of the lines
    private static final int TOP = 48;
    private static final int BOTTOM = 60;
    private static final String[] COLORS = {"#0b5fa5", "#c2410c", "#15803d", "#7c3aed", "#b45309", "#475569"};

    private final String title;
    private final Axis x;
    private final Axis y;
    private final StringBuilder lines = new StringBuilder();
    private final List<Label> labels = new ArrayList<>();

    /** The name at the end of a line. */
    private record Label(String text, String color, double y) {}

    /**
     * An axis.
     *
     * @param name what it shows
     * @param low least value
     * @param high greatest value
     * @param log whether it is logarithmic
     * @param ticks where it has numbers
     * @param format how they are written
     */
    public record Axis(
            String name, double low, double high, boolean log, List<Double> ticks, DoubleFunction<String> format) {
        /** Checks the range. */
        public Axis {
            if (!(low < high) || log && low <= 0) {
                throw new IllegalArgumentException("range of " + name + " must be ascending: " + low + ", " + high);
            }
        }

        private double part(double value) {
            double v = Math.max(low, Math.min(high, value));
            return log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low);
        }
    }

    /**
     * @param title stands above
     * @param x horizontal axis
     * @param y vertical axis
     */
    public SvgPlot(String title, Axis x, Axis y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    private double atX(double value) {
        return LEFT + x.part(value) * (WIDTH - LEFT - RIGHT);
    }

    private double atY(double value) {
        return HEIGHT - BOTTOM - y.part(value) * (HEIGHT - TOP - BOTTOM);
    }

    /**
     * Adds a line.
     *
     * @param name stands at its end
     * @param xs ascending
     * @param ys as many
     */
    public void line(String name, double[] xs, double[] ys) {
        String color = COLORS[labels.size() % COLORS.length];
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < xs.length; i++) {
            points.append(number(atX(xs[i])))
                    .append(',')
                    .append(number(atY(ys[i])))
                    .append(' ');
        }
        lines.append("<polyline fill=\"none\" stroke=\"" + color + "\" stroke-width=\"2\" points=\"")
                .append(points.toString().strip())
                .append("\"/>\n");
        labels.add(new Label(name, color, atY(ys[ys.length - 1])));
    }

    /** {@return the SVG document} */
    public String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + HEIGHT
                + "\" viewBox=\"0 0 " + WIDTH + " " + HEIGHT
                + "\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#1f2937\">\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        svg.append(text(LEFT, 28, "start", title).replace("<text ", "<text font-size=\"15\" font-weight=\"bold\" "));
        for (double tick : x.ticks()) {
            double at = atX(tick);
            svg.append(rule(at, TOP, at, HEIGHT - BOTTOM));
            svg.append(text(at, HEIGHT - BOTTOM + 20, "middle", x.format().apply(tick)));
        }
        for (double tick : y.ticks()) {
            double at = atY(tick);
            svg.append(rule(LEFT, at, WIDTH - RIGHT, at));
            svg.append(text(LEFT - 8, at + 4, "end", y.format().apply(tick)));
        }
        svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 16, "middle", x.name()));
        double middle = (TOP + HEIGHT - BOTTOM) / 2.0;
        svg.append("<text transform=\"translate(20 " + number(middle) + ") rotate(-90)\" text-anchor=\"middle\">")
                .append(escaped(y.name()) + "</text>\n");
        svg.append(lines);
        // names keep a distance from each other
        List<Label> sorted = new ArrayList<>(labels);
        sorted.sort((a, b) -> Double.compare(a.y(), b.y()));
        double last = Double.NEGATIVE_INFINITY;
        for (Label label : sorted) {
            last = Math.max(label.y(), last + 16);
            svg.append(text(WIDTH - RIGHT + 10, last + 4, "start", label.text())
                    .replace("<text ", "<text fill=\"" + label.color() + "\" "));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String rule(double x1, double y1, double x2, double y2) {
        return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2)
                + "\" stroke=\"#e5e7eb\"/>\n";
    }

    private static String text(double x, double y, String anchor, String text) {
        return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" + escaped(text)
                + "</text>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static String number(double x) {
        return String.format(Locale.ROOT, "%.1f", x);
    }
}
