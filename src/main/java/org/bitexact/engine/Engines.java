package org.bitexact.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The catalogue of engines.
 *
 * <p>Names are those of {@link Engine#name()}; case does not matter.
 *
 * @since 0.1
 */
public final class Engines {
    private static final Map<String, Engine> BY_NAME = new LinkedHashMap<>();
    private static final List<Engine> ALL;

    static {
        List<Engine> all = new ArrayList<>();
        all.addAll(PlainEngines.rows());
        all.addAll(NvidiaEngines.rows());
        all.addAll(AmdEngines.rows());
        all.addAll(HabanaEngines.rows());
        all.addAll(CpuEngines.rows());
        all.addAll(ContractEngines.rows());
        ALL = List.copyOf(all);
        for (Engine engine : ALL) {
            claim(engine.name(), engine);
            engine.aliases().forEach(alias -> claim(alias, engine));
        }
    }

    private Engines() {}

    private static void claim(String name, Engine engine) {
        if (BY_NAME.put(name, engine) != null) {
            throw new IllegalStateException("two engines are named " + name);
        }
    }

    /** {@return all engines of the catalogue} */
    public static List<Engine> all() {
        return ALL;
    }

    /** {@return all names, aliases among them} */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /**
     * {@return the engine of a name, if there is one}
     *
     * @param name its name or an alias
     */
    public static Optional<Engine> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * {@return the engine of a name}
     *
     * @param name its name or an alias
     * @throws IllegalArgumentException if there is none
     */
    public static Engine get(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "engine must be one of the catalogue's, Engines.names() lists them: '" + name + "'"));
    }
}
