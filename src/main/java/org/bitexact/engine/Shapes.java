package org.bitexact.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.bitexact.engine.Spec.Addend;
import org.jspecify.annotations.Nullable;

/** The orders of the catalogue: their names, and how many leaves lie below the meeting point of two places. */
final class Shapes {
    /** A specification for each order and kind of step. */
    static final List<Spec> ALL;
    /** Elements of the vectors for which the trees below are kept. */
    static final int LENGTH = 64;

    private static final Map<Spec, Map<Integer, Integer>> LEAVES = new HashMap<>();

    static {
        Map<String, Spec> byDescription = new LinkedHashMap<>();
        for (int terms : new int[] {1, 2, 4, 8, 16, 32, 64}) {
            Spec aligned = Spec.aligned(terms, 24).build();
            byDescription.put(describe(aligned), aligned);
        }
        for (Engine engine : Engines.all()) {
            engine.spec().ifPresent(spec -> byDescription.putIfAbsent(describe(spec), spec));
        }
        ALL = List.copyOf(byDescription.values());
        ALL.forEach(spec -> LEAVES.put(spec, count(spec)));
    }

    private Shapes() {}

    /** {@return the order in words} */
    static String describe(Spec spec) {
        Order order = spec.order();
        int n = spec.terms();
        String kind = spec.fractionBits() == Spec.EXACT
                ? " summed exactly"
                : spec.addend() == Addend.AFTER_EXACT ? " added exactly" : "";
        StringBuilder text = new StringBuilder(n == 1 ? "one by one" : "steps of " + n + kind);
        if (order.laneCount() > 1) {
            String pattern = order.lanes().size() <= 4 ? order.lanes().toString() : order.laneCount() + " apart";
            text.append(", lanes ").append(pattern).append(order.sequence() ? " in turn" : " joined in a tree");
            text.append(order.rotated() ? " from lane k mod " + order.laneCount() : "");
        }
        if (order.independentTiles()) {
            text.append(order.tile() == Order.WHOLE ? ", from zero" : ", tiles of " + order.tile() + " from zero");
        }
        return text.toString();
    }

    /**
     * {@return the number of leaves, of the products and the addend, that are lost beside large numbers at places 0 and j,
     * by j from 1 on}
     *
     * @param spec one of {@link #ALL}
     */
    static Map<Integer, Integer> leaves(Spec spec) {
        return Objects.requireNonNull(LEAVES.get(spec));
    }

    private static Map<Integer, Integer> count(Spec spec) {
        Node root = new Builder(spec, LENGTH).build();
        Map<Integer, Integer> leaves = new TreeMap<>();
        for (int j = 1; j < LENGTH; j++) {
            leaves.put(j, root.meeting(0, j));
        }
        return leaves;
    }

    /**
     * A number that is the sum of others: leaves are places, the addend is place -1. In an exact sum nothing vanishes
     * beside a large number but what a part had lost before.
     */
    private record Node(List<Node> parts, boolean exact, int place, int size) {
        private static final int SUM = -2;

        static Node leaf(int place) {
            return new Node(List.of(), false, place, 1);
        }

        static Node sum(boolean exact, List<Node> parts) {
            return parts.size() == 1
                    ? parts.get(0)
                    : new Node(
                            parts,
                            exact,
                            SUM,
                            parts.stream().mapToInt(Node::size).sum());
        }

        boolean contains(int wanted) {
            return place == wanted || parts.stream().anyMatch(part -> part.contains(wanted));
        }

        int meeting(int i, int j) {
            int lost = 0;
            for (Node part : parts) {
                boolean hasI = part.contains(i);
                boolean hasJ = part.contains(j);
                if (hasI && hasJ) {
                    return part.meeting(i, j);
                }
                lost += hasI || hasJ ? part.size : 0;
            }
            return exact ? lost : size;
        }
    }

    /** Builds the tree of an order. */
    private record Builder(Spec spec, int k) {
        Node build() {
            Order order = spec.order();
            Node acc = Node.leaf(-1);
            int tile = Math.min(order.tile(), k);
            for (int from = 0; from < k; from += tile) {
                int to = Math.min(k, from + tile);
                if (!order.independentTiles()) {
                    acc = tile(acc, from, to);
                } else {
                    acc = Node.sum(true, List.of(acc, tile(null, from, to)));
                }
            }
            return acc;
        }

        private Node tile(@Nullable Node start, int from, int to) {
            Order order = spec.order();
            int count = order.laneCount();
            if (order.sequence()) {
                Node acc = chain(start, places(0, from, to));
                for (int lane = 1; lane < count; lane++) {
                    acc = chain(acc, places(lane, from, to));
                }
                return acc;
            }
            List<Node> tree = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int lane = ((order.rotated() ? k : 0) + i) % count;
                tree.add(chain(null, places(lane, from, to)));
            }
            while (tree.size() > 1) {
                List<Node> next = new ArrayList<>();
                for (int i = 0; i < tree.size(); i += 2) {
                    next.add(Node.sum(true, tree.subList(i, Math.min(i + 2, tree.size()))));
                }
                tree = next;
            }
            return tree.get(0);
        }

        private List<Integer> places(int lane, int from, int to) {
            Order order = spec.order();
            List<Integer> places = new ArrayList<>();
            for (int i = from; i < to; i++) {
                if (order.lanes().get((i - from) % order.lanes().size()) == lane) {
                    places.add(i);
                }
            }
            return places;
        }

        private Node chain(@Nullable Node start, List<Integer> places) {
            Node acc = start;
            for (int i = 0; i < places.size(); i += spec.terms()) {
                List<Node> terms = new ArrayList<>();
                for (int place : places.subList(i, Math.min(places.size(), i + spec.terms()))) {
                    terms.add(Node.leaf(place));
                }
                if (spec.addend() == Addend.AFTER_EXACT) {
                    Node products = Node.sum(false, terms);
                    acc = acc == null ? products : Node.sum(true, List.of(acc, products));
                } else {
                    if (acc != null) {
                        terms.add(0, acc);
                    }
                    acc = Node.sum(spec.fractionBits() == Spec.EXACT, terms);
                }
            }
            return acc == null ? Node.sum(true, List.of()) : acc;
        }
    }
}
