package org.bitexact.cli;

import java.util.Locale;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;

/** An engine as it is written on the command line: a name of the catalogue. */
final class EngineArgument {
    private EngineArgument() {}

    /**
     * Finds an engine.
     *
     * @throws UsageException if there is none of that name
     */
    static Engine find(String name) {
        return Engines.find(name).orElseThrow(() -> {
            String near = Suggestions.of(name.toLowerCase(Locale.ROOT), Engines.names());
            return new UsageException("unknown engine " + Io.quoted(name)
                    + (near.isEmpty() ? "; 'bitexact engines --all' lists them" : near));
        });
    }
}
