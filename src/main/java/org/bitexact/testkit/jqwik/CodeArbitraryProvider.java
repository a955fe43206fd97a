package org.bitexact.testkit.jqwik;

import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.providers.ArbitraryProvider;
import net.jqwik.api.providers.TypeUsage;
import org.bitexact.format.FormatNames;
import org.bitexact.format.ScalarFormat;
import org.bitexact.testkit.CodePoint;

/**
 * Provides parameters annotated with {@link Code} and {@link Aimed}. jqwik finds it by its service file.
 *
 * @since 0.1
 */
@SuppressWarnings("exports") // jqwik is optional; it alone calls these methods
public final class CodeArbitraryProvider implements ArbitraryProvider {
    /** Creates the provider. */
    public CodeArbitraryProvider() {}

    @Override
    public boolean canProvideFor(TypeUsage type) {
        boolean code = type.isOfType(int.class)
                || type.isOfType(Integer.class)
                || type.isOfType(long.class)
                || type.isOfType(Long.class)
                || type.isOfType(CodePoint.class);
        boolean value = type.isOfType(float.class)
                || type.isOfType(Float.class)
                || type.isOfType(double.class)
                || type.isOfType(Double.class);
        return code && type.isAnnotated(Code.class) || value && type.isAnnotated(Aimed.class);
    }

    @Override
    public Set<Arbitrary<?>> provideFor(TypeUsage type, SubtypeProvider subtypes) {
        Optional<Aimed> aimed = type.findAnnotation(Aimed.class);
        if (aimed.isPresent()) {
            ScalarFormat target = FormatNames.scalar(aimed.get().value()).format();
            boolean wide = type.isOfType(double.class) || type.isOfType(Double.class);
            return Set.of(wide ? CodeArbitraries.doubles(target) : CodeArbitraries.floats(target));
        }
        Code code = type.findAnnotation(Code.class).orElseThrow();
        ScalarFormat format = FormatNames.scalar(code.value()).format();
        Arbitrary<Long> codes = code.target().isEmpty()
                ? CodeArbitraries.codes(format)
                : CodeArbitraries.codes(
                        format, FormatNames.scalar(code.target()).format());
        if (type.isOfType(CodePoint.class)) {
            return Set.of(codes.map(c -> new CodePoint(format, c)));
        }
        if (type.isOfType(long.class) || type.isOfType(Long.class)) {
            return Set.of(codes);
        }
        if (format.width() > 32) {
            throw new IllegalArgumentException(
                    "codes of " + format + " have " + format.width() + " bits; use long or CodePoint");
        }
        return Set.of(codes.map(Long::intValue));
    }

    /** {@return above that of jqwik's own providers for numbers} */
    @Override
    public int priority() {
        return 5;
    }
}
