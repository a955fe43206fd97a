/**
 * Files of arrays: NumPy's {@code .npy}, safetensors, and ONNX tensors, read and written without holding them in memory.
 *
 * <p>A {@link org.bitexact.tensor.Tensor} gives the codes of a mapped file in pieces; a {@link
 * org.bitexact.tensor.TensorWriter} takes them in pieces. {@link org.bitexact.tensor.NpyFile}, {@link
 * org.bitexact.tensor.SafetensorsFile} and {@link org.bitexact.tensor.OnnxTensor} know the headers. A malformed file is
 * refused with an {@link IllegalArgumentException} that names the file and the defect, before its data is touched; a file
 * that cannot be read or written is an {@link java.io.IOException}.
 *
 * <pre>{@code
 * Tensor x = NpyFile.open(Path.of("x.npy"));
 * try (TensorWriter out = SafetensorsFile.create(
 *         Path.of("x.safetensors"), List.of(x.info().named("x")), Map.of("seed", "1"))) {
 *     long[] codes = new long[4096];
 *     for (long at = 0; at < x.info().elements(); at += codes.length) {
 *         int n = (int) Math.min(codes.length, x.info().elements() - at);
 *         x.read(at, codes, 0, n);
 *         out.write(codes, 0, n);
 *     }
 *     out.commit();
 * }
 * }</pre>
 */
@NullMarked
package org.bitexact.tensor;

import org.jspecify.annotations.NullMarked;
