package org.bitexact.internal.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How matrix products find what computes many elements of a rule side by side. Packages after this one add to it. */
public final class PanelRules {
    private static final Map<Class<?>, Function<Object, @Nullable PanelRule>> KINDS = new ConcurrentHashMap<>();

    private PanelRules() {}

    /**
     * Adds a kind of rules.
     *
     * @param kind their class
     * @param panels gives what computes such a rule, or null
     * @param <T> their class
     */
    public static <T> void register(Class<T> kind, Function<T, @Nullable PanelRule> panels) {
        KINDS.put(kind, rule -> panels.apply(kind.cast(rule)));
    }

    /** {@return what computes a rule, or null} */
    public static @Nullable PanelRule of(Object rule) {
        Function<Object, @Nullable PanelRule> panels = KINDS.get(rule.getClass());
        return panels == null ? null : panels.apply(rule);
    }
}
