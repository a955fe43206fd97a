package org.bitexact.vectors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.NanRule;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.NegativeRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.Tininess;
import org.bitexact.format.ZeroRule;

/** {@link Policies} as text: {@code rounding=rne overflow=ieee ...}, every axis by name, in a fixed order. */
final class PolicyText {
    private PolicyText() {}

    /** {@return the policies as text} */
    static String of(Policies p) {
        List<String> axes = new ArrayList<>();
        axes(p).forEach((axis, value) -> axes.add(axis + "=" + value));
        return String.join(" ", axes);
    }

    private static Map<String, String> axes(Policies p) {
        Map<String, String> axes = new LinkedHashMap<>();
        axes.put("rounding", p.rounding().id());
        if (p.rounding().isStochastic()) {
            axes.put("random-bits", String.valueOf(p.randomBits()));
        }
        axes.put("overflow", p.overflow().id());
        axes.put("infinity", p.infinity().id());
        axes.put("nan", p.nan().id());
        axes.put("nan-substitute", p.nanSubstitute().id());
        axes.put("negative", p.negative().id());
        axes.put("zero", p.zero().id());
        axes.put("daz", p.flushInputs() ? "yes" : "no");
        axes.put(
                "ftz",
                switch (p.subnormalResults()) {
                    case KEEP -> "none";
                    case FLUSH_BEFORE_ROUNDING -> "before";
                    case FLUSH_AFTER_ROUNDING -> "after";
                });
        axes.put("tininess", p.tininess().id());
        axes.put("via-f32", p.path() == SourcePath.VIA_BINARY32 ? "yes" : "no");
        return axes;
    }

    /**
     * {@return the policies of a text; axes that it does not name are those of IEEE 754}
     *
     * @throws IllegalArgumentException if it is none
     */
    static Policies parse(String text) {
        Map<String, String> axes = new LinkedHashMap<>();
        for (String axis : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
            int equals = axis.indexOf('=');
            if (equals < 1 || axes.put(axis.substring(0, equals), axis.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("policies must be axis=value, each axis once: '" + text + "'");
            }
        }
        int bits = 0;
        String count = axes.remove("random-bits");
        if (count != null) {
            try {
                bits = Integer.parseInt(count);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("random-bits must be a number: '" + count + "'", e);
            }
        }
        Policies p = Policies.IEEE;
        for (Map.Entry<String, String> axis : axes.entrySet()) {
            String value = axis.getValue();
            p = switch (axis.getKey()) {
                case "rounding" -> {
                    Rounding mode = Rounding.parse(value);
                    yield mode.isStochastic() ? p.withStochasticRounding(mode, bits) : p.withRounding(mode);
                }
                case "overflow" -> p.withOverflow(Overflow.parse(value));
                case "infinity" -> p.withInfinity(InfinityRule.parse(value));
                case "nan" -> p.withNan(NanRule.parse(value));
                case "nan-substitute" -> p.withNanSubstitute(NanSubstitute.parse(value));
                case "negative" -> p.withNegative(NegativeRule.parse(value));
                case "zero" -> p.withZero(ZeroRule.parse(value));
                case "daz" -> p.withFlushInputs(yes(axis));
                case "ftz" ->
                    p.withSubnormalResults(SubnormalResults.parse(value.equals("none") ? "keep" : "flush-" + value));
                case "tininess" -> p.withTininess(Tininess.parse(value));
                case "via-f32" -> p.withPath(yes(axis) ? SourcePath.VIA_BINARY32 : SourcePath.DIRECT);
                default -> throw new IllegalArgumentException("unknown axis of policies: '" + axis.getKey() + "'");
            };
        }
        return p;
    }

    private static boolean yes(Map.Entry<String, String> axis) {
        return switch (axis.getValue()) {
            case "yes" -> true;
            case "no" -> false;
            default ->
                throw new IllegalArgumentException(axis.getKey() + " must be yes or no: '" + axis.getValue() + "'");
        };
    }

    /** {@return the options of the command line that ask for these policies instead of those of IEEE 754} */
    static String options(Policies p) {
        Map<String, String> usual = axes(Policies.IEEE);
        Map<String, String> axes = axes(p);
        if (p.overflow() == Overflow.SATURATE) {
            // --overflow sat takes infinite inputs with it
            boolean both = p.infinity() == InfinityRule.SATURATE;
            axes.put("overflow", both ? "sat" : "sat-finite");
            if (both) {
                axes.remove("infinity");
            }
        }
        StringBuilder options = new StringBuilder();
        axes.forEach((axis, value) -> {
            if (!value.equals(usual.get(axis))) {
                options.append(" --").append(axis);
                options.append(value.equals("yes") ? "" : value.equals("no") ? "=false" : " " + value);
            }
        });
        return options.toString();
    }

    /** {@return every change of one axis, as the axis and its value} */
    static Map<String, Policies> changes(Policies p) {
        Map<String, Policies> all = new LinkedHashMap<>();
        if (!p.rounding().isStochastic()) {
            for (Rounding mode : Rounding.values()) {
                if (!mode.isStochastic()) {
                    all.put("rounding=" + mode.id(), p.withRounding(mode));
                }
            }
        }
        for (Overflow rule : Overflow.values()) {
            all.put("overflow=" + rule.id(), p.withOverflow(rule));
        }
        all.put("overflow=sat infinity=sat", p.saturating());
        for (InfinityRule rule : InfinityRule.values()) {
            all.put("infinity=" + rule.id(), p.withInfinity(rule));
        }
        for (NanRule rule : NanRule.values()) {
            all.put("nan=" + rule.id(), p.withNan(rule));
        }
        for (NanSubstitute rule : NanSubstitute.values()) {
            all.put("nan-substitute=" + rule.id(), p.withNanSubstitute(rule));
        }
        for (NegativeRule rule : NegativeRule.values()) {
            all.put("negative=" + rule.id(), p.withNegative(rule));
        }
        for (ZeroRule rule : ZeroRule.values()) {
            all.put("zero=" + rule.id(), p.withZero(rule));
        }
        for (boolean flush : new boolean[] {false, true}) {
            all.put("daz=" + (flush ? "yes" : "no"), p.withFlushInputs(flush));
            all.put(
                    "via-f32=" + (flush ? "yes" : "no"),
                    p.withPath(flush ? SourcePath.VIA_BINARY32 : SourcePath.DIRECT));
        }
        for (SubnormalResults rule : SubnormalResults.values()) {
            all.put("ftz=" + axes(p.withSubnormalResults(rule)).get("ftz"), p.withSubnormalResults(rule));
        }
        for (Tininess rule : Tininess.values()) {
            all.put("tininess=" + rule.id(), p.withTininess(rule));
        }
        all.values().removeIf(p::equals);
        return all;
    }
}
