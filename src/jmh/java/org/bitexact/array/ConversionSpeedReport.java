package org.bitexact.array;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes a table and a chart of the results of {@link ConversionSpeedBenchmark}.
 *
 * <pre>
 * java -cp target/benchmarks.jar org.bitexact.array.ConversionSpeedReport chart.svg "JDK 17" 17.json "JDK 25" 25.json
 * </pre>
 */
public final class ConversionSpeedReport {
    private static final int SMALL = 65_536;
    private static final List<String> COLOURS = List.of("#8fb8de", "#1f5f99", "#d98c3f");
    private static final int TOP = 54;
    private static final int LEFT = 140;
    private static final int BAR = 8;
    private static final int GAP = 6;
    /** Width of the ratio 1. */
    private static final int UNIT = 300;
    /** The greatest ratio shown. */
    private static final double MOST = 1.75;

    /** Medians, in microseconds of processor time, of one conversion of an array of a size. */
    private record Result(String conversion, int size, double micros, double copy, double traffic) {
        double rate() {
            return size / micros / 1000;
        }
    }

    private ConversionSpeedReport() {}

    /** Prints the table of each pair of title and JSON file, and draws the ratios of small arrays. */
    public static void main(String[] args) throws IOException {
        Map<String, List<Result>> runs = new LinkedHashMap<>();
        for (int i = 1; i < args.length; i += 2) {
            runs.put(args[i], read(new File(args[i + 1])));
        }
        runs.forEach(ConversionSpeedReport::print);
        Files.writeString(Path.of(args[0]), chart(runs));
    }

    private static List<Result> read(File file) throws IOException {
        List<Result> results = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(file)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.START_OBJECT) {
                Map<String, Object> values = new LinkedHashMap<>();
                collect(json, "", values);
                String metric = "secondaryMetrics.";
                results.add(new Result(
                        (String) values.get("params.conversion"),
                        Integer.parseInt((String) values.get("params.size")),
                        median(values.get(metric + "conversion.rawData")),
                        median(values.get(metric + "copy.rawData")),
                        median(values.get(metric + "traffic.rawData"))));
            }
        }
        return results;
    }

    /** Reads an object into a map, the names of nested fields joined by dots, numbers of arrays as a list. */
    private static void collect(JsonParser json, String prefix, Map<String, Object> values) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = prefix + json.currentName();
            switch (json.nextToken()) {
                case START_OBJECT -> collect(json, name + ".", values);
                case START_ARRAY -> values.put(name, numbers(json));
                default -> values.put(name, json.getText());
            }
        }
    }

    private static List<Double> numbers(JsonParser json) throws IOException {
        List<Double> numbers = new ArrayList<>();
        for (int depth = 1; depth > 0; ) {
            JsonToken token = json.nextToken();
            depth += token == JsonToken.START_ARRAY ? 1 : token == JsonToken.END_ARRAY ? -1 : 0;
            if (token.isNumeric()) {
                numbers.add(json.getDoubleValue());
            }
        }
        return numbers;
    }

    private static double median(Object numbers) {
        double[] sorted = ((List<?>) numbers)
                .stream().mapToDouble(x -> (Double) x).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static void print(String title, List<Result> results) {
        Map<String, Result[]> rows = new LinkedHashMap<>();
        for (Result r : results) {
            rows.computeIfAbsent(r.conversion, c -> new Result[2])[r.size == SMALL ? 0 : 1] = r;
        }
        System.out.println(title + "\n");
        System.out.println(
                "| conversion | G/s | of a copy | from memory, G/s | of a copy | of a copy of its traffic |");
        System.out.println("|---|---|---|---|---|---|");
        rows.forEach((conversion, r) ->
                System.out.println("| " + conversion + " | " + cells(r[0], false) + " | " + cells(r[1], true) + " |"));
        System.out.println();
    }

    private static String cells(Result r, boolean traffic) {
        if (r == null) {
            return traffic ? "| |" : "|";
        }
        String cells = String.format(Locale.ROOT, "%.1f | %.2f", r.rate(), r.copy / r.micros);
        return traffic ? cells + String.format(Locale.ROOT, " | %.2f", r.traffic / r.micros) : cells;
    }

    private static String chart(Map<String, List<Result>> runs) {
        Map<String, double[]> ratios = new LinkedHashMap<>();
        int run = 0;
        for (List<Result> results : runs.values()) {
            for (Result r : results) {
                if (r.size == SMALL) {
                    ratios.computeIfAbsent(r.conversion, c -> new double[runs.size()])[run] = r.copy / r.micros;
                }
            }
            run++;
        }
        int group = BAR * runs.size() + GAP;
        int bottom = TOP + group * ratios.size();
        int width = LEFT + (int) (UNIT * MOST) + 50;
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'",
                width,
                bottom + 30);
        add(svg, " font-size='11'>%n<rect width='100%%' height='100%%' fill='#ffffff'/>%n");
        add(
                svg,
                "<text x='8' y='18' font-size='13'>Rate of a conversion, as a multiple of the copy of its floats</text>%n");
        run = 0;
        for (String title : runs.keySet()) {
            int x = LEFT + run * 90;
            add(svg, "<rect x='%d' y='28' width='10' height='10' fill='%s'/>", x, COLOURS.get(run % COLOURS.size()));
            add(svg, "<text x='%d' y='37'>%s</text>%n", x + 15, title);
            run++;
        }
        for (double tick = 0; tick <= MOST; tick += 0.25) {
            int x = LEFT + (int) (tick * UNIT);
            String colour = tick == 1 ? "#555555" : "#dddddd";
            add(svg, "<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='%s'/>", x, TOP - 4, x, bottom, colour);
            add(svg, "<text x='%d' y='%d' text-anchor='middle'>%.2f</text>%n", x, bottom + 15, tick);
        }
        int y = TOP;
        for (Map.Entry<String, double[]> row : ratios.entrySet()) {
            double[] bars = row.getValue();
            add(
                    svg,
                    "<text x='%d' y='%d' text-anchor='end'>%s</text>",
                    LEFT - 6,
                    y + BAR * bars.length / 2 + 4,
                    row.getKey());
            for (int i = 0; i < bars.length; i++) {
                String colour = COLOURS.get(i % COLOURS.size());
                int length = (int) Math.round(Math.min(bars[i], MOST) * UNIT);
                add(svg, "<rect x='%d' y='%d' width='%d' height='%d'", LEFT, y + BAR * i, length, BAR - 1);
                add(svg, " fill='%s'><title>%.2f</title></rect>%n", colour, bars[i]);
            }
            y += group;
        }
        add(svg, "</svg>%n");
        return svg.toString();
    }

    private static void add(StringBuilder svg, String format, Object... arguments) {
        svg.append(
                String.format(Locale.ROOT, format, arguments).replace('\'', '"').replace("\r\n", "\n"));
    }
}
