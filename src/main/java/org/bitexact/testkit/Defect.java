package org.bitexact.testkit;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A kind of mistake, to be made in any implementation of a family.
 *
 * @param <S> the settings of a function: formats, policies
 * @param <F> the interface of implementations
 * @param name short name
 * @param words what is wrong
 * @param make the wrong implementation, given settings and the right one; null where the mistake cannot be made
 */
record Defect<S, F>(String name, String words, BiFunction<S, F, @Nullable F> make) {}
