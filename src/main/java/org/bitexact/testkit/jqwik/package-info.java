/**
 * The generators and the shrinking of {@link org.bitexact.testkit} as arbitraries of jqwik 1.9, by annotation or by
 * method.
 *
 * <p>With jqwik on the class path, {@link org.bitexact.testkit.jqwik.Code} and {@link org.bitexact.testkit.jqwik.Aimed} work
 * on parameters without more ado. On the module path, where a named module's service files are not read, add {@code
 * @Domain(CodeDomain.class)}. Without jqwik nothing of this package is loaded and nothing is missed.
 *
 * {@snippet file="org/bitexact/testkit/jqwik/CodeExamples.java" region="jqwik"}
 */
@NullMarked
package org.bitexact.testkit.jqwik;

import org.jspecify.annotations.NullMarked;
