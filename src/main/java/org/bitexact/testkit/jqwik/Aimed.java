package org.bitexact.testkit.jqwik;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A {@code float} or {@code double} parameter is hard to convert to a format: {@code @ForAll @Aimed("e4m3") float x}.
 *
 * <p>Values are those of {@link org.bitexact.testkit.CodeGenerator} from binary32 or binary64 to the format: its numbers,
 * ties, limits and what lies beside them, infinities and NaNs. They shrink along {@link org.bitexact.testkit.Simplicity}.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.TYPE_USE, ElementType.ANNOTATION_TYPE})
public @interface Aimed {
    /** {@return the format, by any name that {@link org.bitexact.format.FormatNames} knows} */
    String value();
}
