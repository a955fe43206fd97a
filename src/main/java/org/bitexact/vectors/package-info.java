/**
 * Reference cases: stimulus, generation, file dialects and verification.
 *
 * <p>A case is a line of codes: the operands of a function, its result, its flags. The operands come from a {@link
 * org.bitexact.vectors.CaseSequence}, which follows Berkeley TestFloat 3e bit for bit where that knows the format, and its
 * construction where it does not. A {@link org.bitexact.vectors.TestFloatRequest} is a command line of {@code testfloat_gen}
 * or {@code testfloat_ver}; {@link org.bitexact.vectors.TestFloatGenerator} and {@link
 * org.bitexact.vectors.TestFloatVerifier} do what those programs do, for a function that is handed to them as a {@link
 * org.bitexact.vectors.CaseFunction}.
 *
 * <pre>{@code
 * TestFloatRequest request = TestFloatRequest.parse(
 *         TestFloatProgram.GENERATOR, List.of("f16_mulAdd", "-rmin"), StreamType.testFloatTypes());
 * TestFloatGenerator.generate(request, function, out, () -> false);
 * }</pre>
 *
 * <p>Berkeley TestFloat is by John R. Hauser, copyright The Regents of the University of California, under a BSD 3-clause
 * licence. This package reproduces its behaviour and contains none of its text.
 */
@NullMarked
package org.bitexact.vectors;

import org.jspecify.annotations.NullMarked;
