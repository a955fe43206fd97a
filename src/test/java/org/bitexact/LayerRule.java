package org.bitexact;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The order of the layers as a condition on classes: a class uses its own layer and those before it in {@link #LAYERS},
 * nothing else of the root package. {@code ROOT.internal.X} counts as layer X. The oracle stands apart: of this library
 * it uses {@code format} alone, and of others only the JDK, Commons Numbers and the nullness annotations.
 */
final class LayerRule extends ArchCondition<JavaClass> {
    /** From the lowest up. */
    static final List<String> LAYERS = List.of(
            "format", "codec", "arith", "array", "tensor", "kernel", "engine", "quant", "oracle", "testkit", "vectors",
            "sweep", "cli");

    /** Packages below {@code internal} that are named after what they do, with the layer that they belong to. */
    private static final Map<String, String> INTERNAL_NAMES = Map.of("vector", "array");

    private static final List<String> ORACLE_LIBRARIES =
            List.of("java.", "org.apache.commons.numbers.", "org.jspecify.");

    private final String root;

    /**
     * @param root package that holds the layers, for instance {@code org.bitexact}
     */
    LayerRule(String root) {
        super("use only the layers before their own");
        this.root = root;
    }

    @Override
    public void check(JavaClass origin, ConditionEvents events) {
        String layer = layerOf(origin).orElse(null);
        if (layer == null) {
            if (isOurs(origin) && !origin.getSimpleName().equals("module-info")) {
                events.add(SimpleConditionEvent.violated(origin, origin.getName() + " belongs to no layer"));
            }
            return;
        }
        for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
            JavaClass target = dependency.getTargetClass().getBaseComponentType();
            if (!isAllowed(layer, target)) {
                events.add(SimpleConditionEvent.violated(
                        origin, "layer " + layer + " must not use this: " + dependency.getDescription()));
            }
        }
    }

    private boolean isAllowed(String layer, JavaClass target) {
        if (isOurs(target)) {
            String targetLayer = layerOf(target).orElse("");
            if (layer.equals(targetLayer)) {
                return true;
            }
            if (layer.equals("oracle")) {
                return targetLayer.equals("format");
            }
            int rank = LAYERS.indexOf(targetLayer);
            return rank >= 0 && rank < LAYERS.indexOf(layer);
        }
        return !layer.equals("oracle")
                || target.isPrimitive()
                || ORACLE_LIBRARIES.stream().anyMatch(target.getName()::startsWith);
    }

    private boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
    }

    /** The layer of a class of the root package, empty if it has none. */
    private Optional<String> layerOf(JavaClass type) {
        if (!type.getPackageName().startsWith(root + ".")) {
            return Optional.empty();
        }
        String[] parts = type.getPackageName().substring(root.length() + 1).split("\\.");
        String name = parts[0];
        if (name.equals("internal")) {
            name = parts.length > 1 ? INTERNAL_NAMES.getOrDefault(parts[1], parts[1]) : "";
        }
        return LAYERS.contains(name) ? Optional.of(name) : Optional.empty();
    }
}
