package org.bitexact.testkit.jqwik;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A parameter is a code of a format: {@code @ForAll @Code("e4m3") int x}.
 *
 * <p>The type is {@code int} (formats of at most 32 bits), {@code long} or {@link org.bitexact.testkit.CodePoint}, whose
 * reports explain the code. Codes are drawn by {@link org.bitexact.testkit.CodeGenerator}, its landmarks are the edge
 * cases, and they shrink along {@link org.bitexact.testkit.Simplicity}.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.TYPE_USE, ElementType.ANNOTATION_TYPE})
public @interface Code {
    /** {@return the format, by any name that {@link org.bitexact.format.FormatNames} knows} */
    String value();

    /** {@return the format of the conversion that the codes are to make hard, empty for none} */
    String target() default "";
}
