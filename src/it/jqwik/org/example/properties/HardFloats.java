package org.example.properties;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.PrintStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.testkit.jqwik.Aimed;
import org.bitexact.testkit.jqwik.Code;
import org.bitexact.testkit.jqwik.CodeDomain;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Properties of a converter with a planted defect, ties away instead of ties to even, and a program that runs them. */
public class HardFloats {
    private static final PrintStream OUT = System.out;

    private static final Codec RIGHT = Codec.of(Formats.OCP_E4M3);
    private static final Codec WRONG = RIGHT.rounding(Rounding.TIES_TO_AWAY);

    /** Prints what a failing property was shrunk to, and lets it pass. */
    public static class Shrunk implements AroundPropertyHook {
        @Override
        public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
            PropertyExecutionResult result = property.execute();
            OUT.printf(
                    "%s: %s%n",
                    context.targetMethod().getName(),
                    result.falsifiedParameters().map(p -> "shrunk to " + p).orElse("no failure"));
            return result.falsifiedParameters().isPresent()
                    ? result.mapToSuccessful()
                    : result.mapToFailed("no failure");
        }
    }

    /**
     * Annotated by format: the adapter was found by its service file.
     *
     * @param bits a binary32 code
     */
    @Property
    @AddLifecycleHook(Shrunk.class)
    public void byServiceFile(@ForAll @Code(value = "f32", target = "e4m3") int bits) {
        check(Float.intBitsToFloat(bits));
    }

    /**
     * In the domain alone.
     *
     * @param x a value
     */
    @Property
    @Domain(CodeDomain.class)
    @AddLifecycleHook(Shrunk.class)
    public void byDomain(@ForAll @Aimed("e4m3") float x) {
        check(x);
    }

    private static void check(float x) {
        if (WRONG.encode(x) != RIGHT.encode(x)) {
            throw new AssertionError(x);
        }
    }

    /**
     * Runs properties, each by itself.
     *
     * @param args their signatures
     */
    public static void main(String[] args) {
        System.setOut(System.err); // jqwik reports on standard output
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        for (String signature : args) {
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectMethod(HardFloats.class.getName() + "#" + signature))
                                    .build(),
                            listener);
            OUT.println(signature + ": " + listener.getSummary().getTestsSucceededCount() + " succeeded");
        }
    }
}
