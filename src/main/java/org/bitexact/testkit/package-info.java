/**
 * For the tests of other people's implementations: hard inputs, shrinking, wrong implementations that a test bench must
 * catch, and assertions that explain a mismatch. Nothing here depends on a test framework.
 *
 * <p>{@link org.bitexact.testkit.CodeGenerator} draws codes of one format, aimed at the ties and limits of another; {@link
 * org.bitexact.testkit.OperandGenerator} draws operands whose exact result is hard to round; {@link
 * org.bitexact.testkit.VectorGenerator} draws vectors of a chosen range and cancellation. {@link
 * org.bitexact.testkit.Simplicity} shrinks what fails to the simplest code that still does. {@link
 * org.bitexact.testkit.Mutants} are deliberately wrong implementations, each beside the right one; {@link
 * org.bitexact.testkit.CodeAssertions} compares codes. All of it is a function of its arguments: the same seed and number
 * give the same case everywhere.
 *
 * {@snippet file="org/bitexact/testkit/TestkitSnippets.java" region="package"}
 */
@NullMarked
package org.bitexact.testkit;

import org.jspecify.annotations.NullMarked;
