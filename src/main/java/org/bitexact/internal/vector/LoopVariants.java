package org.bitexact.internal.vector;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes variants of a loop from one source text: copies of its class, each with a shape of its own that the compiler
 * takes for a constant.
 *
 * <p>A shape says what is fixed for a whole run: the element type, whether ties need a step of their own. As a condition
 * inside of one shared loop that would depend on the compiler's readiness to duplicate the loop. Where it does not, which
 * varies from start to start, the loop takes two to three times as long; and a loop that has been compiled for all cases
 * has room for the operations of none. A copy is a hidden class of the same bytes; it has a compiled form of its own, in
 * which a condition on the shape costs nothing.
 *
 * <p><b>Thread safety</b>: safe.
 */
public final class LoopVariants {
    private static final Map<Record, Constructor<?>> CONSTRUCTORS = new ConcurrentHashMap<>();

    private LoopVariants() {}

    /**
     * {@return a loop}
     *
     * @param type type of the loop
     * @param template class with one constructor, whose static fields take the shape from {@link #shape}
     * @param shape the shape; records of different templates have different types
     * @param arguments arguments of the constructor
     */
    static <T> T make(Class<T> type, Class<? extends T> template, Record shape, Object... arguments) {
        return make(MethodHandles.lookup(), type, template, shape, arguments);
    }

    /** As above, {@code caller} being a lookup in the package of the template. */
    public static <T> T make(
            MethodHandles.Lookup caller,
            Class<T> type,
            Class<? extends T> template,
            Record shape,
            Object... arguments) {
        try {
            return type.cast(CONSTRUCTORS
                    .computeIfAbsent(shape, s -> constructor(caller, template, s))
                    .newInstance(arguments));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a variant of " + template.getName() + " cannot be made", e);
        }
    }

    private static Constructor<?> constructor(MethodHandles.Lookup caller, Class<?> template, Record shape) {
        try (InputStream in = template.getResourceAsStream(template.getSimpleName() + ".class")) {
            if (in == null) {
                throw new LinkageError("the class file of " + template.getName() + " is missing");
            }
            Class<?> variant = caller.defineHiddenClassWithClassData(in.readAllBytes(), shape, true)
                    .lookupClass();
            Constructor<?> constructor = variant.getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return constructor;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalAccessException e) {
            throw new LinkageError("a variant of " + template.getName() + " cannot be defined", e);
        }
    }

    /** {@return the shape of the class that calls; only variants have one} */
    public static <T extends Record> T shape(MethodHandles.Lookup caller, Class<T> type) {
        try {
            T shape = MethodHandles.classData(caller, ConstantDescs.DEFAULT_NAME, type);
            if (shape == null) {
                throw new LinkageError(caller.lookupClass().getName() + " is a template, not a variant");
            }
            return shape;
        } catch (IllegalAccessException e) {
            throw new LinkageError("the shape is out of reach", e);
        }
    }
}
