package org.bitexact.testkit.jqwik;

import java.util.Collection;
import java.util.List;
import net.jqwik.api.configurators.ArbitraryConfigurator;
import net.jqwik.api.domains.DomainContext;
import net.jqwik.api.providers.ArbitraryProvider;

/**
 * Codes and values for properties that choose their domains: {@code @Domain(CodeDomain.class)}. Add {@code
 * @Domain(DomainContext.Global.class)} for everything else.
 *
 * @since 0.1
 */
@SuppressWarnings("exports") // jqwik is optional; it alone calls these methods
public final class CodeDomain implements DomainContext {
    /** Creates the domain. */
    public CodeDomain() {}

    @Override
    public Collection<ArbitraryProvider> getArbitraryProviders() {
        return List.of(new CodeArbitraryProvider());
    }

    @Override
    public Collection<ArbitraryConfigurator> getArbitraryConfigurators() {
        return List.of();
    }
}
