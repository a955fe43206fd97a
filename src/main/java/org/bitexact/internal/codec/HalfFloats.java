package org.bitexact.internal.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The conversions between binary32 and binary16 of JDK 20 and later, single instructions on many processors.
 *
 * <p>Source: {@code java.lang.Float#floatToFloat16}: roundTiesToEven, overflow to infinity; a NaN stays one.
 */
public final class HalfFloats {
    /** Whether this JDK has the conversions. */
    public static final boolean PRESENT = Runtime.version().feature() >= 20;

    // constant handles are inlined
    private static final MethodHandle TO_HALF = find("floatToFloat16", MethodType.methodType(short.class, float.class));
    private static final MethodHandle FROM_HALF =
            find("float16ToFloat", MethodType.methodType(float.class, short.class));

    private HalfFloats() {}

    private static MethodHandle find(String name, MethodType type) {
        try {
            return PRESENT ? MethodHandles.lookup().findStatic(Float.class, name, type) : MethodHandles.empty(type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("JDK 20 and later have it: " + name, e);
        }
    }

    /**
     * {@return the binary16 code nearest to a number, sign-extended; zero where conversions are not {@link #PRESENT}}
     *
     * @param x any value
     */
    public static short of(float x) {
        try {
            return (short) TO_HALF.invokeExact(x);
        } catch (Throwable e) {
            throw new AssertionError("a conversion cannot fail", e);
        }
    }

    /**
     * {@return the value of a binary16 code; zero where conversions are not {@link #PRESENT}}
     *
     * @param code any code
     */
    public static float toFloat(short code) {
        try {
            return (float) FROM_HALF.invokeExact(code);
        } catch (Throwable e) {
            throw new AssertionError("a conversion cannot fail", e);
        }
    }
}
