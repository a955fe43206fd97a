/**
 * What would <em>that chip</em> return? One parametric model of a matrix engine's dot product, and a catalogue of engines
 * as rows of data for it, each with the evidence behind it.
 *
 * <p>{@link org.bitexact.engine.Engines} finds an {@link org.bitexact.engine.Engine} by name. An engine is a {@link
 * org.bitexact.kernel.DotProduct}, so it computes single elements and, in a matrix product, all of them. Its parameters,
 * a {@link org.bitexact.engine.Spec} or an {@link org.bitexact.engine.IntegerSpec}, can be read, changed one at a time,
 * and written from scratch.
 */
@NullMarked
package org.bitexact.engine;

import org.jspecify.annotations.NullMarked;
